"""What every change of a talk by hand begins and ends with: the lock, the head, and what leads back."""

from typing import Any
from uuid import UUID

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Busy, Conflict, Invalid, NotFound
from accounts.models import User
from chat.models import Conversation, Message, Turn
from chat.selectors import conversations_for
from chat.selectors.tree import tree_of
from chat.tree import Tree

UNDO_SECONDS = 30 * 24 * 3600
_SALT = "chat.undo"


def locked_talk(user: User, conversation_id: UUID) -> Conversation:
    """The owner's, locked. NotFound for everybody else."""
    found = conversations_for(user).filter(owner=user, pk=conversation_id).select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound
    return found


def locked_tree(user: User, conversation_id: UUID) -> tuple[Conversation, Tree]:
    """The same, to change its branches: Busy while a turn runs, for that has its place on one of them."""
    conversation = locked_talk(user, conversation_id)
    if Turn.objects.filter(conversation=conversation, status=Turn.Status.RUNNING).exists():
        raise Busy
    return conversation, tree_of(conversation.pk)


def line_of(conversation: Conversation, tree: Tree, message_id: UUID) -> Message:
    """One that shows."""
    if not tree.shows(message_id):
        raise NotFound
    return Message.objects.get(pk=message_id, conversation=conversation)


def move_head(conversation: Conversation, head: UUID | None) -> None:
    conversation.head_id = head
    conversation.updated_at = timezone.now()
    conversation.save(update_fields=["head", "updated_at"])


def way_back(user: User, conversation: Conversation, do: str, **change: Any) -> str:
    """What `undo` needs to put things back: `do` names the change, the rest is for it alone. Plain values, no text."""
    where = {"user": user.pk.hex, "conversation": conversation.pk.hex, "do": do}
    return signing.dumps(where | change, salt=_SALT, compress=True)


def opened_way(user: User, conversation_id: UUID, token: str) -> dict[str, Any]:
    """Invalid when it is not good any more; NotFound when it leads elsewhere, or is somebody else's."""
    try:
        change: dict[str, Any] = signing.loads(token, salt=_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        raise no_way_back() from None
    if change["user"] != user.pk.hex or change["conversation"] != conversation_id.hex:
        raise NotFound
    return change


def no_way_back() -> Invalid:
    return Invalid(_("This can no longer be undone."), field="undo")


def gone_on() -> Conflict:
    """Putting back would take later lines off the branch, or later words out of a line."""
    return Conflict(_("The talk has gone on since. Undo the later change first."))


def hex_of(message_id: UUID | None) -> str:
    return message_id.hex if message_id else ""


def id_from(text: str) -> UUID | None:
    return UUID(text) if text else None
