"""The tone that a player asks for in a talk, and letting go of what was read out of their lines."""

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid, NotFound
from accounts.models import User
from chat.models import Conversation, Message, Participant
from chat.selectors import get_conversation

DARKEST, BRIGHTEST = -2, 2


def ask_for_tone(*, user: User, conversation_id: UUID, tone: int) -> int:
    """From the next reply on. NotFound for who does not take part, or only watches."""
    if not DARKEST <= tone <= BRIGHTEST:
        raise Invalid(_("This lies between -2 and 2."), field="tone", limit=BRIGHTEST)
    get_conversation(user=user, conversation_id=conversation_id)
    players = Participant.objects.exclude(role=Participant.Role.SPECTATOR)
    if not players.filter(conversation=conversation_id, user=user, left_at=None).update(tone=tone):
        raise NotFound
    return tone


def forget_feelings(user_id: UUID) -> int:
    """Of all they said, and of all that was said to them in their own talks. Talk by talk: the table is indexed so."""
    forgotten = 0
    taken = Participant.objects.filter(user=user_id).values("conversation")
    for talk in list(Conversation.objects.filter(Q(owner=user_id) | Q(pk__in=taken)).values_list("pk", "owner_id")):
        lines = Message.objects.filter(conversation=talk[0], feeling__isnull=False)
        theirs = lines if talk[1] == user_id else lines.filter(author=user_id)
        forgotten += theirs.update(feeling=None)
    return forgotten
