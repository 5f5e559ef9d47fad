"""Which lines are told, for pages and tasks (turns: `chat/services/turns/memories.py`)."""

from collections.abc import Collection, Mapping
from types import SimpleNamespace
from uuid import UUID

from django.db import connection

from chat.told import Branch, Branches, read_branches, told_on
from memory.told import Told


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
