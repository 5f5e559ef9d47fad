"""The window: the recent messages of a branch, read upwards from its leaf, without those that are hidden.

Page and jump: a page of the conversation is read newest first within a bound on the id, and walked in Python along
`parent_id`; where the branch forks off, the next page starts at the parent. A page always contains its own start,
so every page makes progress. On a million rows this is four times as fast as a recursive query, which remains
for branches that six pages do not cover. See docs/adr/0002.
"""

from collections.abc import Callable, Generator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import AsyncCursor

from accounts.ids import uuid7
from chat.prepared import Prepared

DAYS_A_PAGE = 90
MAX_PAGES = 6
MOST_AT_ONCE = 500  # messages read in one go where few of them may be seen


class Row(NamedTuple):
    """A message as both ways of reading return it."""

    id: UUID
    parent_id: UUID | None
    role: str
    speaker: str
    author_id: UUID | None
    character_id: UUID | None
    body: bytes
    status: str
    hidden: bool
    heard_by: list[UUID] | None
    seen_by: list[UUID] | None
    muted: bool
    edited_at: datetime | None


COLUMNS = ", ".join(Row._fields)
# What a prompt is made of, where one person and one character talk: each id of a row is made in Python.
SAID = "id, parent_id, role, speaker, body, status, hidden, muted"

PAGE = f"""
select {COLUMNS} from chat_message
where conversation_id = %(conversation)s and id <= %(start)s and id >= %(bound)s and deleted_at is null
order by id desc limit %(limit)s
"""

# For a statement that is sent before anybody has read where the branch ends.
HEAD = "(select head_id from chat_conversation where id = %(conversation)s)"
PAGE_AT_HEAD = Prepared(PAGE.replace("%(start)s", HEAD))

# Columns are repeated with their table: a recursive term must not be ambiguous.
CLIMB = f"""
with recursive branch as (
    select {COLUMNS}, (not hidden and not (muted and %(heard)s))::int as count from chat_message
    where conversation_id = %(conversation)s and id = %(start)s and deleted_at is null
    union all
    select {", ".join("m." + column for column in Row._fields)},
        b.count + (not m.hidden and not (m.muted and %(heard)s))::int
    from branch b join chat_message m on m.id = b.parent_id
    where m.conversation_id = %(conversation)s and m.deleted_at is null and b.count < %(limit)s
) select {COLUMNS} from branch where not hidden and not (muted and %(heard)s) order by id desc
"""


def days_before(message_id: UUID, days: int) -> UUID:
    """The smallest UUIDv7 of that many days before a message. Computed here: a function in SQL is not pruned."""
    milliseconds = (message_id.int >> 80) - days * 86_400_000
    return UUID(int=max(0, milliseconds) << 80)


Query = tuple[str, dict[str, Any]]


def page_from(conversation: UUID, start: UUID | None, wanted: int) -> dict[str, Any]:
    """The values of PAGE."""
    return {
        "conversation": conversation,
        "start": start,
        "bound": days_before(start, DAYS_A_PAGE) if start else None,
        "limit": wanted * 5 // 4 + 8,
    }


def page_at_head(conversation: UUID, wanted: int) -> dict[str, Any]:
    """The values of PAGE_AT_HEAD: of a talk that rested for longer, its rows are none."""
    return page_from(conversation, uuid7(), wanted)


def climb(
    *, conversation: UUID, leaf: UUID | None, wanted: int, page: list[Any] | None = None, heard: bool = False
) -> Generator[Query, list[Any], list[Any]]:
    """Walk up to `wanted` messages of the branch that ends in `leaf`, newest first; `heard`: those the model is told.

    Yields queries and is sent their rows, so that pages (sync) and turns (async) walk the same way. `page` is the first
    one where somebody has read it already. A parent that is gone (its month was dropped, or it was deleted) reads as
    the root.
    """
    branch: list[Any] = []
    start = leaf
    for _ in range(MAX_PAGES):
        if start is None or len(branch) == wanted:
            return branch
        rows = page if page is not None else (yield PAGE, page_from(conversation, start, wanted - len(branch)))
        page = None
        found = False
        for row in rows:
            if row.id == start:
                found = True
                if not row.hidden and not (heard and row.muted):
                    branch.append(row)
                start = row.parent_id
                if start is None or len(branch) == wanted:
                    return branch
        if not found:
            return branch
    rest = yield CLIMB, {"conversation": conversation, "start": start, "limit": wanted - len(branch), "heard": heard}
    return branch + rest


def climb_where(
    keep: Callable[[Any], bool], *, conversation: UUID, leaf: UUID | None, wanted: int, heard: bool = False
) -> Generator[Query, list[Any], list[Any]]:
    """`climb`, until `wanted` messages were met that are to be kept: whoever may not see all is shown as many."""
    kept: list[Any] = []
    step = wanted
    while leaf is not None and len(kept) < wanted:
        rows = yield from climb(conversation=conversation, leaf=leaf, wanted=step, heard=heard)
        kept += filter(keep, rows)
        leaf = rows[-1].parent_id if len(rows) == step else None
        step = min(step * 2, MOST_AT_ONCE)
    return kept[:wanted]


def known_branch(**where: Any) -> list[Any] | None:
    """`climb` on the page alone; None when that is not enough."""
    try:
        next(climb(**where))
    except StopIteration as end:
        return list(end.value)
    return None


async def read_branch(
    cursor: AsyncCursor[Any], *, keep: Callable[[Any], bool] | None = None, **where: Any
) -> list[Any]:
    """`climb`, on the hot path's cursor. Rows have the names of COLUMNS."""
    walk = climb(**where) if keep is None else climb_where(keep, **where)
    try:
        query = next(walk)
        while True:
            await cursor.execute(*query)
            query = walk.send(await cursor.fetchall())
    except StopIteration as end:
        return list(end.value)


def read_branch_sync(cursor: Any, *, keep: Callable[[Any], bool] | None = None, **where: Any) -> list[Any]:
    """`climb`, on a Django cursor."""
    walk = climb(**where) if keep is None else climb_where(keep, **where)
    try:
        query = next(walk)
        while True:
            cursor.execute(*query)
            query = walk.send([Row(*values) for values in cursor.fetchall()])
    except StopIteration as end:
        return list(end.value)
