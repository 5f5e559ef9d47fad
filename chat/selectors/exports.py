"""Conversations as they are written out: read in batches, so that the longest costs no more memory than a short one."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.encryption import key_id_of
from accounts.models import User
from accounts.selectors import display_name, persona_called
from chat.ciphers import load_keys
from chat.formats.neutral import Line, Place, Talk
from chat.models import Conversation, Message, Participant, Rating
from chat.scene.actors import audience_of
from chat.selectors import RATINGS, cast_versions, lines_below, shown_to, text_of_message, title_of

A_BATCH = 200

# The ids of a branch, root first: sixteen bytes a line.
BRANCH = """
with recursive up as (
    select id, parent_id, hidden, 1 as depth from chat_message
    where id = %(leaf)s and conversation_id = %(conversation)s and deleted_at is null
    union all
    select m.id, m.parent_id, m.hidden, u.depth + 1 from up u join chat_message m on m.id = u.parent_id
    where m.deleted_at is null
) select id from up where not hidden order by depth desc
"""


def head_of(*, user: User, conversation: Conversation) -> Talk:
    """All but the lines, as this participant has it."""
    versions = cast_versions(conversation)
    part = Participant.objects.filter(conversation=conversation, user=user).select_related("persona").first()
    name = part.persona.name if part and part.persona else display_name(user)
    return Talk(
        title=title_of(conversation),
        character=versions[0].name,
        character_id=str(versions[0].character_id),
        others=[version.name for version in versions[1:]],
        player=persona_called(name, versions[0].language),
        created=_milliseconds(conversation.created_at),
        updated=_milliseconds(conversation.updated_at),
        head=str(conversation.head_id) if conversation.head_id else None,
    )


def tree_of(*, user: User, conversation: Conversation) -> Iterator[Line]:
    """Every line that is not deleted and stands below no deleted one, parents first.

    Lines that were taken out alone, and other people's whispers, are left out: what follows one follows what it
    followed.
    """
    gone: set[UUID] = set()
    left_out: dict[UUID, UUID | None] = {}
    shown = shown_to(user)
    last = UUID(int=0)
    while True:
        found = Message.objects.filter(conversation=conversation, pk__gt=last).order_by("pk").defer("terms")
        rows = list(found[:A_BATCH])
        load_keys(key_id_of(row.body) for row in rows)
        ratings = _ratings(user, rows)
        for row in rows:
            if row.deleted_at is not None or row.parent_id in gone:
                gone.add(row.pk)
                continue
            row.parent_id = left_out.get(row.parent_id, row.parent_id) if row.parent_id else None
            if shown(row) and not row.hidden:
                yield _line(row, ratings.get(row.pk))
            else:
                left_out[row.pk] = row.parent_id
        if len(rows) < A_BATCH:
            return
        last = rows[-1].pk


def branch_of(
    *, user: User, conversation: Conversation, leaf: UUID | None = None, aloud: bool = False
) -> Iterator[Line]:
    """The branch that ends in `leaf`, or on which the talk goes on; root first, as this participant has it.

    `aloud`: without any whispers, also those that they see.
    """
    shown = _said_aloud if aloud else shown_to(user)
    for ids in _batches(_branch_ids(conversation, leaf)):
        yield from (_line(row) for row in _rows(ids) if shown(row))


def _said_aloud(row: Any) -> bool:
    return audience_of(row).seen_by is None


def places_of(*, user: User, conversation: Conversation) -> Iterator[Place]:
    """The same, each line with what stands beside it."""
    shown, above = shown_to(user), None
    for ids in _batches(_branch_ids(conversation)):
        rows = [row for row in _rows(ids) if shown(row)]
        places = [above, *(row.pk for row in rows)][: len(rows)]
        below = lines_below(conversation.pk, places, seen_by=[user.pk])
        replies = [at for at, row in zip(places, rows, strict=True) if row.role == Message.Role.CHARACTER]
        beside = {row.pk: row for row in _rows([line for at in replies for line in below[at]])}
        for at, row in zip(places, rows, strict=True):
            takes = [beside[line] for line in below[at] if line in beside and beside[line].role == row.role]
            takes = takes if row.pk in below[at] and takes else [row]
            yield Place([_line(each) for each in takes], [each.pk for each in takes].index(row.pk))
        above = rows[-1].pk if rows else above


def _branch_ids(conversation: Conversation, leaf: UUID | None = None) -> Sequence[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(BRANCH, {"leaf": leaf or conversation.head_id, "conversation": conversation.pk})
        return [row[0] for row in cursor.fetchall()]


def _batches(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (ids[at : at + A_BATCH] for at in range(0, len(ids), A_BATCH))


def _rows(ids: Sequence[UUID]) -> list[Message]:
    rows = Message.objects.defer("terms").in_bulk(ids)
    load_keys(key_id_of(row.body) for row in rows.values())
    return [rows[each] for each in ids if each in rows]


def _ratings(user: User, rows: Sequence[Message]) -> dict[UUID, str]:
    """What this person thinks of these lines."""
    found = Rating.objects.filter(user=user, message_id__in=[row.pk for row in rows])
    return {line: RATINGS[good] for line, good in found.values_list("message_id", "good")}


def _line(row: Any, rating: str | None = None) -> Line:
    return Line(
        key=str(row.pk),
        parent=str(row.parent_id) if row.parent_id else None,
        role=row.role,
        name=row.speaker,
        text=text_of_message(row),
        at=row.pk.int >> 80,
        status=row.status,
        muted=row.muted,
        rating=rating,
    )


def _milliseconds(moment: Any) -> int:
    return int(moment.timestamp() * 1000)
