"""Which lines of a talk are told: those of its branch that show, that the model hears and that were not withdrawn.

Memories are compared with them (`memory.told`). A branch is remembered by the process, and with the next line only what
came after is read; what changes older lines is counted in `Conversation.changes`, and then it is read anew. A talk of
5,000 lines costs a few milliseconds once, and hardly anything from then on.
"""

from collections import OrderedDict
from collections.abc import Generator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from memory.told import Mark, Told

# One value for all lines: a row for each would cost ten times as much to unpack. By id: a parent comes first.
LINES = """
select c.id, c.head_id, c.changes, (
    select coalesce(string_agg(
        uuid_send(m.id) || int8send(coalesce((extract(epoch from m.edited_at) * 1000000)::bigint, 0))
        || uuid_send(coalesce(m.parent_id, '00000000-0000-0000-0000-000000000000'))
        || case when m.hidden or m.muted or m.status = 'withdrawn' then '\\x00'::bytea
            when m.heard_by is null and m.seen_by is null then '\\x02'::bytea else '\\x01'::bytea end,
        ''::bytea order by m.id
    ), ''::bytea)
    from chat_message m where m.conversation_id = c.id and m.id > asked.after and m.deleted_at is null
) as lines
from unnest(%(talks)s::uuid[], %(after)s::uuid[]) as asked(id, after)
join chat_conversation c on c.id = asked.id and c.deleted_at is null and c.expires_at is null
    and c.sealed_at is null
"""
MARK, PARENT, SIZE = 24, 40, 41
ALOUD = 2
FROM_THE_START = UUID(int=0)
MOST_LINES = 400_000  # that a process remembers, of all talks together

Query = tuple[str, dict[str, Any]]


class Branch(NamedTuple):
    """The marks of its lines, oldest first; as the talk was after so many changes of older lines. `aloud`: of
    those that everybody heard.
    """

    changes: int
    leaf: UUID | None
    marks: tuple[Mark, ...]
    aloud: tuple[Mark, ...]


class Branches:
    """Those that were read last. Nothing in here is secret, and nothing is true without a look at `changes`."""

    def __init__(self, most: int = MOST_LINES) -> None:
        self._most, self._lines = most, 0
        self._kept: OrderedDict[UUID, Branch] = OrderedDict()

    def get(self, talk: UUID) -> Branch | None:
        found = self._kept.get(talk)
        if found is not None:
            self._kept.move_to_end(talk)
        return found

    def put(self, talk: UUID, branch: Branch) -> None:
        self.drop(talk)
        self._kept[talk] = branch
        self._lines += len(branch.marks)
        while self._lines > self._most and len(self._kept) > 1:
            self.drop(next(iter(self._kept)))

    def drop(self, talk: UUID) -> None:
        if (gone := self._kept.pop(talk, None)) is not None:
            self._lines -= len(gone.marks)


branches = Branches()


def read_branches(
    talks: Mapping[UUID, UUID | None], kept: Branches = branches
) -> Generator[Query, list[Any], dict[UUID, Branch]]:
    """The branch of each talk that ends in the leaf that is named, or in its head. Trash and temporary talks have none.

    Yields one query, or two where one of the branches is not a longer one than it was; is sent their rows.
    """
    known = {talk: before for talk in talks if (before := kept.get(talk)) is not None}
    after = {talk: (known[talk].leaf if talk in known else None) or FROM_THE_START for talk in talks}
    found: dict[UUID, Branch] = {}
    anew: list[UUID] = []
    for row in (yield LINES, {"talks": list(after), "after": list(after.values())}):
        leaf, before = talks[row.id] or row.head_id, known.get(row.id)
        branch = _grown(before, row, leaf) if before else Branch(row.changes, leaf, *_climbed(row.lines, leaf)[:2])
        if branch is None:
            anew.append(row.id)
        else:
            found[row.id] = branch
    if anew:
        for row in (yield LINES, {"talks": anew, "after": [FROM_THE_START] * len(anew)}):
            leaf = talks[row.id] or row.head_id
            found[row.id] = Branch(row.changes, leaf, *_climbed(row.lines, leaf)[:2])
    for talk in talks:
        if talk in found:
            kept.put(talk, found[talk])
        else:
            kept.drop(talk)
    return found


def told_on(found: Mapping[UUID, Branch]) -> Told:
    return Told({mark for branch in found.values() for mark in branch.marks})


def _grown(before: Branch, row: Any, leaf: UUID | None) -> Branch | None:
    """What was known and what follows it; None when that is not the whole of it."""
    if row.changes != before.changes or leaf is None or before.leaf is None:
        return None
    if leaf == before.leaf:
        return before
    marks, aloud, follows = _climbed(row.lines, leaf)
    if follows != before.leaf.bytes:
        return None
    return Branch(row.changes, leaf, before.marks + marks, before.aloud + aloud)


def _climbed(lines: bytes, leaf: UUID | None) -> tuple[tuple[Mark, ...], tuple[Mark, ...], bytes]:
    """The marks from the leaf up, oldest first, and those of what was said aloud; what the topmost line follows."""
    lines = bytes(lines)
    at = {lines[start : start + 16]: start for start in range(0, len(lines), SIZE)}
    line = leaf.bytes if leaf else b""
    marks: list[Mark] = []
    aloud: list[Mark] = []
    while (start := at.get(line)) is not None:
        if told := lines[start + PARENT]:
            marks.append(mark := lines[start : start + MARK])
            if told == ALOUD:
                aloud.append(mark)
        line = lines[start + MARK : start + PARENT]
    return tuple(reversed(marks)), tuple(reversed(aloud)), line
