"""What stands behind a line, for whom it concerns."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils.safestring import SafeString

from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost, NotFound
from accounts.models import DataKey, User
from chat.markdown import render
from chat.models import Message, Revision, Turn
from chat.scene import audience_of
from chat.selectors import get_conversation, text_in


def hint_of(*, user: User, conversation_id: UUID, message_id: UUID) -> str:
    """What the user asked of this reply when they had it taken; empty where they asked nothing."""
    conversation = get_conversation(user=user, conversation_id=conversation_id)
    turn = Turn.objects.filter(conversation=conversation, reply_id=message_id).order_by("-id").first()
    # In a room a turn is begun for whose line is answered; its hint is of whoever asked, and under their key.
    if turn is None or not turn.hint or not DataKey.objects.filter(pk=key_id_of(turn.hint), owner=user).exists():
        return ""
    try:
        return cipher_for(key_id_of(turn.hint)).open(turn.hint, Place("hint", turn.pk))
    except ContentLost:
        return ""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a line said until somebody changed it. `since`: from when on; None for its first words."""

    id: UUID
    content: str
    since: datetime | None

    @property
    def html(self) -> SafeString:
        return render(self.content)


def wordings_of(*, user: User, conversation_id: UUID, message_id: UUID) -> list[Wording]:
    """The earlier words of a line, newest first: of their own for whoever said it, of a reply for the talk's owner."""
    conversation = get_conversation(user=user, conversation_id=conversation_id)
    message = Message.objects.filter(pk=message_id, conversation=conversation, deleted_at=None, hidden=False).first()
    if (
        message is None
        or user.pk != (message.author_id or conversation.owner_id)
        or not audience_of(message).shown_to(user.pk)
    ):
        raise NotFound
    found = Revision.objects.filter(conversation=conversation, message_id=message_id)
    newest_first = found.order_by(F("edited_at").desc(nulls_last=True), "-id")
    return [Wording(each.pk, text_in(each.body, message_id), each.edited_at) for each in newest_first]
