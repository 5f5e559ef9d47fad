"""Which lines are told, and what they say, for pages and tasks (turns: `chat/services/turns/memories.py`)."""

from collections.abc import Collection, Mapping, Sequence
from types import SimpleNamespace
from uuid import UUID

from django.db import connection

from accounts.encryption import key_id_of
from chat.ciphers import load_keys
from chat.models import Message
from chat.selectors import said_at, text_in
from chat.told import Branch, Branches, read_branches, told_on
from memory.services.lines import Line
from memory.told import Mark, Told, id_of, mark_of, revision_of


def told_now(talks: Collection[UUID]) -> Told:
    """On the branches that these talks are on. Ids that are no talk's, or in the trash, have nothing that is told."""
    return told_on(branches_now(dict.fromkeys(talks)))


def branches_now(talks: Mapping[UUID, UUID | None], *, kept: Branches | None = None) -> dict[UUID, Branch]:
    walk = read_branches(talks) if kept is None else read_branches(talks, kept)
    try:
        query = next(walk)
        while True:
            with connection.cursor() as cursor:
                cursor.execute(*query)
                rows = [SimpleNamespace(id=a, head_id=b, changes=c, lines=d) for a, b, c, d in cursor.fetchall()]
            query = walk.send(rows)
    except StopIteration as end:
        found: dict[UUID, Branch] = end.value
        return found


def opened(lines: Sequence[tuple[Mark, UUID | None]]) -> list[Line]:
    """What they say: nothing, where that cannot be read any more. Reworded since the branch was read: left out."""
    rows = Message.objects.in_bulk([id_of(mark) for mark, _ in lines])
    load_keys(key_id_of(row.body) for row in rows.values() if row.body)
    found = []
    for mark, before in lines:
        row = rows.get(id_of(mark))
        if row is None or mark_of(row.pk, revision_of(row.edited_at)) != mark:
            continue
        found.append(_line(row, text_in(row.body, row.pk), before))
    return found


def _line(row: Message, text: str, before: UUID | None) -> Line:
    return Line(
        message_id=row.pk,
        revision=revision_of(row.edited_at),
        role="player" if row.role == Message.Role.PLAYER else "character",
        speaker=row.speaker,
        text=text,
        said_at=said_at(row.pk),
        answers_id=before,
        seen_by=None if row.seen_by is None else tuple(row.seen_by),
    )
