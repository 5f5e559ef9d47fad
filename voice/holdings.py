"""What this app holds of people: what they said, and what was said aloud to them."""

from django.utils.translation import gettext_lazy as _

from accounts.privacy.holdings import Holding
from voice.services import clips, recordings

HOLDINGS = (
    Holding(
        model="voice.Clip",
        called=_("spoken replies"),
        what="replies as they were said aloud (sealed sound), a keyed digest of their words",
        why="to be heard again",
        whose="owner",
        kept="30 days, or as the operator says (`SPEECH_DAYS`); no longer than the line",
        sealed={"sound": clips.PLACE},
        taken="spoken",
        files={"sound": "@ending"},
    ),
    Holding(
        model="voice.Recording",
        called=_("recordings"),
        what="recordings of what somebody said into a microphone (sealed sound), where they agreed to keeping them",
        why="to be listened to again",
        whose="owner",
        kept="30 days, or as the operator says (`CLIPS_DAYS`); no longer than the talk or the consent",
        sealed={"sound": recordings.PLACE},
        taken="recordings",
        files={"sound": recordings.ENDING},
    ),
)
