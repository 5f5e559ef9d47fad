"""Taking lines out of a talk, and putting them back. They are kept for thirty days, as their pages say."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Conflict, Forbidden, Invalid, NotFound
from accounts.models import User
from chat.models import Conversation, Message, Rating, Removal, Revision, Turn
from chat.selectors.concerned import Moved
from chat.selectors.retention import held_talks
from chat.selectors.tree import tree_of
from chat.services.branches import (
    count_change,
    gone_on,
    hex_of,
    id_from,
    lines_of,
    locked_tree,
    move_head,
    no_way_back,
    own_line,
    way_back,
)
from memory.services.forgetting import forget_lines
from voice.services.clips import forget_clips_of_lines

MAX_LINES = 500


@transaction.atomic
def delete_from(*, user: User, conversation_id: UUID, message_id: UUID) -> str:
    """Take a line off its branch, with what follows it. Returns what `undo` needs to bring it back.

    In a room people delete lines of their own, the host anybody's that they can see.
    """
    conversation, _line = own_line(user, conversation_id, message_id)
    return way_to_restore(user, conversation, remove(conversation, [message_id], cuts=True, by=user.pk))


@transaction.atomic
def delete_lines(*, user: User, conversation_id: UUID, message_ids: Collection[UUID]) -> str:
    """Take out these lines alone: what follows them moves up. All of them or none; one undo for all."""
    lines = sorted(set(message_ids))
    if not 1 <= len(lines) <= MAX_LINES:
        raise Invalid(_("Choose the lines first, up to 500."), field="messages", limit=MAX_LINES)
    conversation, tree = locked_tree(user, conversation_id, shared=True)
    found = lines_of(user, conversation, tree, lines)
    if conversation.owner_id != user.pk and any(line.author_id != user.pk for line in found):
        raise Forbidden
    return way_to_restore(user, conversation, remove(conversation, lines, cuts=False, by=user.pk))


def remove(
    conversation: Conversation, lines: Sequence[UUID], *, cuts: bool, by: UUID, head: UUID | None = None
) -> Removal:
    """The conversation is locked. The head stays, or rests where its branch ends now; `head` names another place."""
    before, now = conversation.head_id, timezone.now()
    found = Message.objects.filter(conversation=conversation, pk__in=lines)
    found.update(deleted_at=now) if cuts else found.update(hidden=True)
    count_change(conversation)
    move_head(conversation, tree_of(conversation.pk).resting(head or before))
    return Removal.objects.create(
        conversation=conversation,
        removed_by_id=by,
        lines=lines,
        cuts=cuts,
        head_before_id=before,
        head_after_id=conversation.head_id,
        removed_at=now,
    )


def way_to_restore(user: User, conversation: Conversation, removal: Removal) -> str:
    return way_back(user, conversation, "restore", removal=removal.pk.hex, after=hex_of(conversation.head_id))


def undo_removal(conversation: Conversation, *, removal: str, after: str) -> list[UUID]:
    """Everything is as it was before. Conflict when the talk has gone on since."""
    found = _of(conversation, UUID(removal))
    if found is None:
        raise no_way_back()
    if conversation.head_id != id_from(after):
        raise gone_on()
    return put_back(conversation, found)


class Restored(NamedTuple):
    """Lines that are back, and how the branch went."""

    lines: list[UUID]
    moved: Moved


@transaction.atomic
def restore_lines(*, user: User, conversation_id: UUID, removal_id: UUID) -> Restored:
    """Out of the trash of whoever took them out, also when the talk has gone on: then the head stays on its branch."""
    conversation, _tree = locked_tree(user, conversation_id, shared=True)
    removal = _of(conversation, removal_id)
    if removal is None or removal.removed_by_id != user.pk:
        raise NotFound
    moved = Moved(conversation.head_id, removal.cuts)
    return Restored(put_back(conversation, removal), moved)


def put_back(conversation: Conversation, removal: Removal) -> list[UUID]:
    """Conflict when what these lines followed has been taken out as well: they would come back to nowhere."""
    found = Message.objects.filter(conversation=conversation, pk__in=removal.lines)
    found.update(deleted_at=None) if removal.cuts else found.update(hidden=False)
    count_change(conversation)
    tree = tree_of(conversation.pk)
    if not all(tree.shows(line) for line in removal.lines):
        raise Conflict(_("What stood before these lines was deleted later. Bring that back first."))
    was = removal.head_before_id if conversation.head_id == removal.head_after_id else conversation.head_id
    move_head(conversation, tree.resting(was))
    removal.delete()
    return removal.lines


def _of(conversation: Conversation, removal_id: UUID) -> Removal | None:
    # Locked: at the end of its thirty days it is either put back or forgotten.
    return Removal.objects.select_for_update().filter(pk=removal_id, conversation=conversation).first()


def forget_removed(*, removed_before: datetime, limit: int = 200) -> int:
    """Delete for good what was taken out long ago; returns how many removals. Safe to run twice at once.

    A line that went alone leaves an empty row, on which what followed it still hangs.
    """
    old = Removal.objects.filter(removed_at__lt=removed_before).exclude(conversation__in=held_talks(timezone.now()))
    forgotten = 0
    for removal_id in list(old.order_by("pk").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            removal = old.select_for_update(skip_locked=True).filter(pk=removal_id).first()
            if removal is None:
                continue  # put back in the meantime
            _forget(removal)
        forgotten += 1
    return forgotten


def _forget(removal: Removal) -> None:
    conversation = removal.conversation_id
    lines = Message.objects.filter(conversation=conversation)
    if removal.cuts:
        gone = _with_what_follows(conversation, removal.lines)
        lines.filter(pk__in=gone).delete()
    else:
        gone = removal.lines
        lines.filter(pk__in=gone).update(body=b"", terms=[], speaker="", feeling=None)
    Revision.objects.filter(conversation=conversation, message_id__in=gone).delete()
    Rating.objects.filter(conversation=conversation, message_id__in=gone).delete()
    Turn.objects.filter(conversation=conversation, reply_id__in=gone).update(hint=b"")
    forget_lines(conversation, gone)
    forget_clips_of_lines(conversation, gone)
    removal.delete()


def _with_what_follows(conversation_id: UUID, lines: Collection[UUID]) -> list[UUID]:
    gone = set(lines)
    # By id: a parent comes before its children.
    for line, parent in Message.objects.filter(conversation=conversation_id).order_by("id").values_list("id", "parent"):
        if parent in gone:
            gone.add(line)
    return list(gone)
