"""Other words for a line: beside the old ones, as another take, or in their place. Either way nothing is lost.

In place means that the words change and what follows stays. The words before go behind the line, sealed as they were,
and change places with the present ones when somebody wants them back (docs/adr/0014).
"""

import hashlib
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.blindindex import terms
from accounts.encryption import Cipher, Place, cipher_for, cipher_of, key_id_of
from accounts.errors import Forbidden, NotFound
from accounts.models import User
from chat.models import Conversation, Message, Revision, new_message_id
from chat.services.branches import (
    count_change,
    gone_on,
    hex_of,
    id_from,
    line_of,
    locked_tree,
    move_head,
    no_way_back,
    own_line,
    way_back,
)
from chat.services.by_hand import judged_by_hand
from chat.services.removals import remove
from chat.texts import check_line

# What changes places with a revision.
WORDS = ("body", "terms", "status", "edited_at")


@transaction.atomic
def rewrite_reply(*, user: User, conversation_id: UUID, message_id: UUID, content: str) -> tuple[UUID, str]:
    """Put other words into the character's mouth: a new sibling, which becomes the head. Returns its id and an undo.

    Raises NotAllowed, as do all that follow.
    """
    conversation, tree = locked_tree(user, conversation_id)
    message = line_of(user, conversation, tree, message_id)
    if message.role != Message.Role.CHARACTER:
        raise Forbidden
    text = judged_by_hand(user, conversation, check_line(content))
    fresh = new_message_id(message.pk)
    Message.objects.create(
        id=fresh,
        conversation=conversation,
        parent_id=tree.above(message.pk),
        role=message.role,
        character_id=message.character_id,
        speaker=message.speaker,
        heard_by=message.heard_by,
        seen_by=message.seen_by,
        body=cipher_for(conversation.key_id).seal(text, Place("message", fresh)),
        terms=_terms(conversation, text),
    )
    before = conversation.head_id
    move_head(conversation, fresh)
    return fresh, way_back(user, conversation, "unwrite", take=fresh.hex, head=hex_of(before), after=fresh.hex)


def undo_rewrite(conversation: Conversation, *, take: str, head: str, after: str) -> list[UUID]:
    """The take goes to the trash."""
    if conversation.head_id != id_from(after):
        raise gone_on()
    remove(conversation, [UUID(take)], cuts=True, by=conversation.owner_id, head=id_from(head))
    return [UUID(take)]


@transaction.atomic
def edit_in_place(*, user: User, conversation_id: UUID, message_id: UUID, content: str) -> str:
    """The words of a line change where it stands. Returns an undo; an empty one when they are the same as before.

    Forbidden for another player's line, and for one that was withdrawn. In a room, people change lines of their own.
    """
    conversation, message = own_line(user, conversation_id, message_id)
    text = judged_by_hand(user, conversation, check_line(content))
    cipher = _cipher(user, conversation, message)
    if text == _text(message):
        return ""
    revision = Revision(conversation=conversation, message_id=message.pk, **_words(message))
    revision.save(force_insert=True)
    message.body = cipher.seal(text, Place("message", message.pk))
    message.terms = _terms(conversation, text)
    message.status = Message.Status.COMPLETE
    message.edited_at = timezone.now()
    message.feeling = None
    message.save(update_fields=(*WORDS, "feeling"))
    count_change(conversation)
    return _way_to_swap(user, conversation, message, revision)


@transaction.atomic
def bring_back(*, user: User, conversation_id: UUID, message_id: UUID, revision_id: UUID) -> str:
    """Let a line say what it said before; what it says now goes behind it. Returns an undo. Forbidden as above."""
    conversation, message = own_line(user, conversation_id, message_id)
    _cipher(user, conversation, message)
    revision = Revision.objects.filter(pk=revision_id, conversation=conversation, message_id=message.pk).first()
    if revision is None:
        raise NotFound
    _swap(message, revision)
    count_change(conversation)
    return _way_to_swap(user, conversation, message, revision)


def undo_edit(conversation: Conversation, *, line: str, revision: str, now: str) -> list[UUID]:
    """The words before are back. Conflict when others have been put in their place since."""
    message = Message.objects.filter(pk=UUID(line), conversation=conversation).first()
    behind = Revision.objects.filter(pk=UUID(revision), conversation=conversation).first()
    if message is None or behind is None:
        raise no_way_back()
    if _mark(message) != now:
        raise gone_on()
    _swap(message, behind)
    count_change(conversation)
    return [message.pk]


@transaction.atomic
def select_alternative(*, user: User, conversation_id: UUID, message_id: UUID) -> UUID:
    """Make the branch go through this line: it stays if it does already, or else goes on to the newest leaf beneath."""
    conversation, tree = locked_tree(user, conversation_id)
    line_of(user, conversation, tree, message_id)
    if message_id not in tree.branch(conversation.head_id):
        move_head(conversation, tree.newest_leaf(message_id))
    assert conversation.head_id is not None
    return conversation.head_id


def _cipher(user: User, conversation: Conversation, message: Message) -> Cipher:
    """Under whose key a line's words are: the conversation's for a reply, the author's for their own line."""
    if message.status == Message.Status.WITHDRAWN:
        raise Forbidden
    if message.role == Message.Role.CHARACTER and conversation.owner_id == user.pk:
        return cipher_for(conversation.key_id)
    if message.author_id != user.pk:
        raise Forbidden
    return cipher_for(conversation.key_id) if conversation.sealed_at else cipher_of(user)


def _terms(conversation: Conversation, text: str) -> list[int]:
    if conversation.sealed_at:
        return []
    return terms(text, cipher_of(conversation.owner).index_secret)


def _text(message: Message) -> str:
    return cipher_for(key_id_of(message.body)).open(message.body, Place("message", message.pk))


def _words(of: Message | Revision) -> dict[str, Any]:
    return {name: getattr(of, name) for name in WORDS}


def _swap(message: Message, revision: Revision) -> None:
    """As they are, sealed: whoever could read them can read them afterwards, and nobody else."""
    here, behind = _words(message), _words(revision)
    for name in WORDS:
        setattr(message, name, behind[name])
        setattr(revision, name, here[name])
    message.feeling = None
    message.save(update_fields=(*WORDS, "feeling"))
    revision.save(update_fields=WORDS)


def _way_to_swap(user: User, conversation: Conversation, message: Message, revision: Revision) -> str:
    return way_back(user, conversation, "swap", line=message.pk.hex, revision=revision.pk.hex, now=_mark(message))


def _mark(message: Message) -> str:
    """Of the words that a line says now: no two sealings are alike, and bringing words back brings theirs back too."""
    return hashlib.blake2b(bytes(message.body), digest_size=12).hexdigest()
