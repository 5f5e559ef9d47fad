"""What somebody writes into a talk by hand, beside what they say: other words for a line, the author's note."""

from typing import Literal

from accounts.judging import Place, judged
from accounts.models import User
from chat.models import CastMember, Conversation, Participant, Room
from chat.services.rooms.scene import MILDEST_FIRST


def judged_by_hand(user: User, conversation: Conversation, text: str, *, field: str = "content") -> str:
    """As it may stand there, by the same rules as what is said. Raises NotAllowed."""
    if not text:
        return text
    return judged(text, place_in(conversation), field=field, user=user, conversation=conversation.pk)


def place_in(conversation: Conversation, stage: Literal["input", "memory"] = "input") -> Place:
    """In a room, for the youngest of those who are there."""
    if not Room.objects.filter(pk=conversation.pk).exists():
        return Place(stage, "chat", rating_of(conversation))
    there = Participant.objects.filter(conversation=conversation, left_at=None, user__is_active=True)
    return Place(stage, "room", rating_of(conversation), tuple(there.values_list("user__age", flat=True)))


def rating_of(conversation: Conversation) -> str:
    """The mildest of its cast."""
    cast = CastMember.objects.filter(conversation=conversation)
    ratings = cast.values_list("character__rating", flat=True)
    return min(ratings, key=MILDEST_FIRST.index, default="general")
