"""What every change of a talk by hand begins and ends with: the lock, the head, and what leads back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Busy, Conflict, Forbidden, Invalid, NotFound
from accounts.models import User
from chat.models import Conversation, Message, Turn
from chat.selectors import conversations_for, shown_to
from chat.selectors.tree import tree_of
from chat.tree import Tree

UNDO_SECONDS = 30 * 24 * 3600
_SALT = "chat.undo"


def locked_talk(user: User, conversation_id: UUID, *, shared: bool = False) -> Conversation:
    """The owner's, locked. NotFound for everybody else; `shared`, for everybody who is not in it."""
    found = conversations_for(user).filter(pk=conversation_id).select_for_update(of=("self",))
    conversation = (found if shared else found.filter(owner=user)).first()
    if conversation is None:
        raise NotFound
    return conversation


def locked_tree(user: User, conversation_id: UUID, *, shared: bool = False) -> tuple[Conversation, Tree]:
    """The same, to change its branches: Busy while a turn runs, for that has its place on one of them."""
    conversation = locked_talk(user, conversation_id, shared=shared)
    if Turn.objects.filter(conversation=conversation, status=Turn.Status.RUNNING).exists():
        raise Busy
    return conversation, tree_of(conversation.pk)


def line_of(user: User, conversation: Conversation, tree: Tree, message_id: UUID) -> Message:
    """One that shows, and that the user may see."""
    return lines_of(user, conversation, tree, [message_id])[0]


def lines_of(user: User, conversation: Conversation, tree: Tree, ids: Sequence[UUID]) -> list[Message]:
    """NotFound unless all of them show, and the user may see each."""
    found = list(Message.objects.filter(conversation=conversation, pk__in=ids).order_by("id"))
    seen = shown_to(user)
    if len(found) != len(set(ids)) or not all(tree.shows(line.pk) and seen(line) for line in found):
        raise NotFound
    return found


def own_line(user: User, conversation_id: UUID, message_id: UUID) -> tuple[Conversation, Message]:
    """A line to change, and its talk, locked: the owner's, or a line that the user said in somebody else's.

    Forbidden for what is neither.
    """
    conversation, tree = locked_tree(user, conversation_id, shared=True)
    message = line_of(user, conversation, tree, message_id)
    if conversation.owner_id != user.pk and message.author_id != user.pk:
        raise Forbidden
    return conversation, message


def move_head(conversation: Conversation, head: UUID | None) -> None:
    conversation.head_id = head
    conversation.updated_at = timezone.now()
    conversation.save(update_fields=["head", "updated_at"])


def count_change(conversation: Conversation) -> None:
    """Of older lines. Whoever changes any calls it in the same transaction: what is kept of a branch goes by it."""
    Conversation.objects.filter(pk=conversation.pk).update(changes=F("changes") + 1)


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
