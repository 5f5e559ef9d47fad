"""Several people and characters at once, as plain rules: who is meant, who speaks next, who heard what, where another's
line begins. Pure: no model, no Django, no clock."""

from chat.scene.actors import Actor, Audience
from chat.scene.guard import SpeakerGuard
from chat.scene.names import labels_of, mentioned
from chat.scene.next_speaker import Uttered, next_speaker

__all__ = ["Actor", "Audience", "SpeakerGuard", "Uttered", "labels_of", "mentioned", "next_speaker"]
