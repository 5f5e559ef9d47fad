"""Several people and characters at once, as plain rules: who is meant, who speaks next, who heard what, where another's
line begins. Pure: no model, no Django, no clock."""

from chat.scene.actors import FOR_ALL, Actor, Audience, audience_of, both, on_stage_now, whispered
from chat.scene.guard import SpeakerGuard
from chat.scene.names import labels_of, mentioned
from chat.scene.next_speaker import Uttered, next_speaker
from chat.scene.people import Known, names_of

__all__ = [
    "FOR_ALL", "Actor", "Audience", "Known", "SpeakerGuard", "Uttered", "audience_of", "both", "labels_of",
    "mentioned", "names_of", "next_speaker", "on_stage_now", "whispered",
]  # fmt: skip
