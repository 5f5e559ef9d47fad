"""What somebody writes into a talk by hand, beside what they say: other words for a line, the author's note."""

from accounts.judging import Place, judged
from accounts.models import User
from chat.models import CastMember, Conversation, Room
from chat.services.rooms.scene import MILDEST_FIRST


def judged_by_hand(user: User, conversation: Conversation, text: str, *, field: str = "content") -> str:
    """As it may stand there, by the same rules as what is said. Raises NotAllowed."""
    if not text:
        return text
    surface = "room" if Room.objects.filter(pk=conversation.pk).exists() else "chat"
    place = Place("input", surface, rating_of(conversation))  # type: ignore[arg-type]
    return judged(text, place, field=field, user=user, conversation=conversation.pk)


def rating_of(conversation: Conversation) -> str:
    """The mildest of its cast."""
    cast = CastMember.objects.filter(conversation=conversation)
    ratings = cast.values_list("character__rating", flat=True)
    return min(ratings, key=MILDEST_FIRST.index, default="general")
