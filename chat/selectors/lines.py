"""What stands behind a line, for whom it concerns."""

from uuid import UUID

from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost
from accounts.models import User
from chat.models import Turn
from chat.selectors import get_conversation


def hint_of(*, user: User, conversation_id: UUID, message_id: UUID) -> str:
    """What the user asked of this reply when they had it taken; empty where they asked nothing."""
    conversation = get_conversation(user=user, conversation_id=conversation_id)
    asked = Turn.objects.filter(conversation=conversation, reply_id=message_id, started_by_id=user.pk)
    turn = asked.order_by("-id").first()
    if turn is None or not turn.hint:
        return ""
    try:
        return cipher_for(key_id_of(turn.hint)).open(turn.hint, Place("hint", turn.pk))
    except ContentLost:
        return ""
