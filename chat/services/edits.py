"""Changing the tree by hand. Nothing is overwritten: an edit is a new sibling, a deletion can be undone."""

from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.blindindex import terms
from accounts.encryption import Place, cipher_for, cipher_of
from accounts.errors import Busy, Conflict, Forbidden, Invalid, NotFound
from accounts.models import User
from chat.models import Conversation, Message, Turn, new_message_id
from chat.scene import audience_of
from chat.selectors import conversations_for, is_rooted, newest_leaf, siblings_of, stands_on
from chat.texts import check_line

UNDO_SECONDS = 30 * 24 * 3600
_SALT = "chat.undo"


@transaction.atomic
def rewrite_reply(*, user: User, conversation_id: UUID, message_id: UUID, content: str) -> tuple[UUID, str]:
    """Put other words into the character's mouth: a new sibling, which becomes the head. Returns its id and an undo."""
    conversation, message = _locked(user, conversation_id, message_id)
    if message.role != Message.Role.CHARACTER:
        raise Forbidden
    text = check_line(content)
    cipher = cipher_for(conversation.key_id)
    fresh = new_message_id(message.pk)
    Message.objects.create(
        id=fresh,
        conversation=conversation,
        parent_id=message.parent_id,
        role=message.role,
        character_id=message.character_id,
        speaker=message.speaker,
        heard_by=message.heard_by,
        seen_by=message.seen_by,
        body=cipher.seal(text, Place("message", fresh)),
        terms=terms(text, cipher_of(conversation.owner).index_secret),
    )
    before = conversation.head_id
    _move_head(conversation, fresh)
    return fresh, _undo_token(user, conversation, before, {"delete": fresh.hex})


@transaction.atomic
def delete_message(*, user: User, conversation_id: UUID, message_id: UUID) -> str:
    """Take a message and what follows it off the branch. Returns what `undo` needs to bring it back.

    In a room people delete lines of their own, the host anybody's that they can see.
    """
    conversation, message = _locked(user, conversation_id, message_id, own=True)
    before = conversation.head_id
    Message.objects.filter(pk=message.pk).update(deleted_at=timezone.now())
    if stands_on(before, message.pk):
        beside = [sibling for sibling in siblings_of(message) if sibling != message.pk]
        _move_head(conversation, newest_leaf(beside[-1]) if beside else message.parent_id)
    return _undo_token(user, conversation, before, {"restore": message.pk.hex})


@transaction.atomic
def select_alternative(*, user: User, conversation_id: UUID, message_id: UUID) -> UUID:
    """Make this sibling the branch; the head becomes the newest leaf beneath it."""
    conversation, message = _locked(user, conversation_id, message_id)
    if not is_rooted(message.pk):
        raise NotFound
    head = newest_leaf(message.pk)
    _move_head(conversation, head)
    return head


@transaction.atomic
def undo(*, user: User, conversation_id: UUID, token: str) -> UUID | None:
    """Put back what a deletion or an edit changed. Returns the head.

    Invalid when the token is not good any more; Conflict when the talk has gone on since, so that putting back would
    take later lines off the branch: take those back first.
    """
    try:
        change = signing.loads(token, salt=_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        raise Invalid(_("This can no longer be undone."), field="undo") from None
    if change["user"] != user.pk.hex or change["conversation"] != conversation_id.hex:
        raise NotFound
    # Only who deleted it has the token.
    conversation = _lock(user, conversation_id, mine=False)
    if (conversation.head_id.hex if conversation.head_id else "") != change["after"]:
        raise Conflict(_("The talk has gone on since. Undo the later change first."))
    if "restore" in change:
        Message.objects.filter(pk=UUID(change["restore"])).update(deleted_at=None)
    if "delete" in change:
        Message.objects.filter(pk=UUID(change["delete"])).update(deleted_at=timezone.now())
    head = UUID(change["head"]) if change["head"] else None
    _move_head(conversation, head)
    return head


def _locked(user: User, conversation_id: UUID, message_id: UUID, *, own: bool = False) -> tuple[Conversation, Message]:
    """With `own`, the talk may be somebody else's, if the line is the user's."""
    conversation = _lock(user, conversation_id, mine=not own)
    message = Message.objects.filter(pk=message_id, conversation=conversation, deleted_at=None).first()
    if message is None or not audience_of(message).shown_to(user.pk):
        raise NotFound
    if conversation.owner_id != user.pk and message.author_id != user.pk:
        raise Forbidden
    return conversation, message


def _lock(user: User, conversation_id: UUID, *, mine: bool = True) -> Conversation:
    found = conversations_for(user).select_for_update(of=("self",)).filter(pk=conversation_id)
    if mine:
        found = found.filter(owner=user)
    conversation = found.first()
    if conversation is None:
        raise NotFound
    if Turn.objects.filter(conversation=conversation, status=Turn.Status.RUNNING).exists():
        raise Busy
    return conversation


def _move_head(conversation: Conversation, head: UUID | None) -> None:
    conversation.head_id = head
    conversation.updated_at = timezone.now()
    conversation.save(update_fields=["head", "updated_at"])


def _undo_token(user: User, conversation: Conversation, before: UUID | None, change: dict[str, str]) -> str:
    """What was changed, where the head was, and where the change left it."""
    return signing.dumps(
        {
            "user": user.pk.hex,
            "conversation": conversation.pk.hex,
            "head": before.hex if before else "",
            "after": conversation.head_id.hex if conversation.head_id else "",
            **change,
        },
        salt=_SALT,
        compress=True,
    )
