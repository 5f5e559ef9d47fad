"""What this app holds of people: what was said aloud to them."""

from django.utils.translation import gettext_lazy as _

from accounts.privacy.holdings import Holding
from voice.services.clips import PLACE

HOLDINGS = (
    Holding(
        model="voice.Clip",
        called=_("spoken replies"),
        what="replies as they were said aloud (sealed sound), a keyed digest of their words",
        why="to be heard again",
        whose="owner",
        kept="30 days, or as the operator says (`SPEECH_DAYS`); no longer than the line",
        sealed={"sound": PLACE},
        taken="spoken",
        files={"sound": "@ending"},
    ),
)
