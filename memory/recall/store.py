"""What a process keeps of pairs that were asked about last: their rows in the clear, and the shelf of those that count.

Nothing here is truer than the database: before each use the revisions of the pairs are compared, and what is told is
asked anew. Whatever was edited, deleted or forgotten is gone with the next question.
"""

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from itertools import chain
from operator import is_
from typing import Any, NamedTuple
from uuid import UUID

from accounts.encryption import Cipher, Place, key_id_of
from accounts.errors import ContentLost
from memory.models import Provenance
from memory.recall.question import question_for
from memory.recall.ranking import Bounds, ranked
from memory.recall.rows import Row, Source
from memory.recall.shelf import Shelf
from memory.scope import Scope
from memory.told import Mark, Told

MOST_ROWS = 60_000  # of all pairs together: about 60 MB
SECONDS = 600.0  # what nobody asked for so long leaves with the next question
MARK = 24
OF_THE_PLAYER, MORE_FOR_OTHERS = {"about_player", "preference"}, 15  # what else there is must matter so much more
FROM_THE_START = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Version:
    """Of the pairs that a scope reaches, each with its revision: what is kept is compared with it. Days are meant in
    `zone`."""

    pairs: tuple[tuple[UUID, int], ...]
    lines: int
    zone: tzinfo | None = None

    def holds(self, other: "Version") -> bool:
        return (self.pairs, self.zone) == (other.pairs, other.zone)

    def goes_on_to(self, other: "Version") -> bool:
        """The same pairs, of which lines are kept already."""
        return self.zone == other.zone and [key for key, _ in self.pairs] == [key for key, _ in other.pairs]


@dataclass(slots=True)
class Fresh:
    """Rows as Postgres has them, sealed. `whole`: all lines; else only those after the ones that are kept."""

    version: Version
    episodes: Sequence[Any]
    memories: Sequence[Any]
    ciphers: Mapping[UUID, Cipher]
    whole: bool


@dataclass
class Kept:
    """Of one scope. The lock is held by whoever changes or asks it; both happen in threads."""

    version: Version | None = None
    last_line: UUID = FROM_THE_START
    lines: int = 0
    conversations: frozenset[UUID] = frozenset()
    episodes: list[Row] = field(default_factory=list)
    memories: dict[UUID, tuple[bytes, Row]] = field(default_factory=dict)
    used_at: float = 0.0
    _shelf: Shelf = field(default_factory=Shelf)
    _lines: list[Row] = field(default_factory=list)
    _facts: list[Row] = field(default_factory=list)
    _for: tuple[Told, Scope, Version | None] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    loading: "asyncio.Task[None] | None" = None

    def __len__(self) -> int:
        return len(self.episodes) + len(self.memories)

    def take(self, fresh: Fresh) -> None:
        with self._lock:
            zone = fresh.version.zone
            opened = [row for each in fresh.episodes if (row := _episode(each, fresh.ciphers, zone)) is not None]
            self.episodes = sorted(
                opened if fresh.whole else self.episodes + opened, key=lambda row: (row.said_at, row.id)
            )
            newest = max((each.id for each in fresh.episodes), default=FROM_THE_START)
            self.last_line = newest if fresh.whole else max(self.last_line, newest)
            self.lines = len(fresh.episodes) + (0 if fresh.whole else self.lines)
            self.memories = {each.id: self._memory(each, fresh.ciphers, zone) for each in fresh.memories}
            rows = chain(self.episodes, (row for _, row in self.memories.values()))
            self.conversations = frozenset(row.conversation_id for row in rows if row.conversation_id is not None)
            self.version = fresh.version

    def _memory(self, row: Any, ciphers: Mapping[UUID, Cipher], zone: tzinfo | None) -> tuple[bytes, Row]:
        """Opened once; what has no words any more has none here."""
        sealed = bytes(row.text)
        known = self.memories.get(row.id)
        text = known[1].text if known and known[0] == sealed else _open("memory", row.id, sealed, ciphers) or ""
        made = Row(
            id=row.id,
            source="memory",
            text=text,
            said_at=row.said_at.astimezone(zone),
            marks=_marks(bytes(row.marks)),
            conversation_id=row.conversation_id,
            importance=row.importance,
            memory_kind=row.kind,
            state=row.state,
            pinned=row.pinned,
            by_hand=row.provenance == Provenance.BY_HAND,
            superseded_by=row.superseded_by_id,
            seen_by=None if row.seen_by is None else tuple(row.seen_by),
        )
        return sealed, known[1] if known and known[1] == made else made

    def _counting(self, told: Told, scope: Scope) -> tuple[list[Row], list[Row]]:
        """Lines and memories that may come up."""
        memories = {key: row for key, (_, row) in self.memories.items()}
        there = {key for key, row in memories.items() if row.counts(told)}
        hidden = set(_hidden(memories, there))
        lines = [
            row
            for row in self.episodes
            if told.has(row.marks[0]) and row.marks[0] not in hidden and scope.may_know(row.seen_by)
        ]
        facts = [
            row
            for key, row in memories.items()
            if key in there
            and row.state in {"active", "superseded"}
            and row.text
            and scope.may_know(row.seen_by)
            and not _gives_way(row, memories, there)
        ]
        return lines, facts

    def _shelf_for(self, told: Told, scope: Scope) -> Shelf:
        """Of what counts. What only grew is added to; with the lock. A turn asks several times, for the same."""
        if self._for is not None and self._for[0] is told and self._for[1:] == (scope, self.version):
            return self._shelf
        lines, facts = self._counting(told, scope)
        if _goes_on(self._lines, lines) and _goes_on(self._facts, facts):
            coming = lines[len(self._lines) :], facts[len(self._facts) :]
        else:
            self._shelf, coming = Shelf(), (lines, facts)
        for row in chain(*coming):
            self._shelf.add(row)
        self._lines, self._facts = lines, facts
        self._for = (told, scope, self.version)
        return self._shelf

    def names(self, told: Told, scope: Scope) -> frozenset[str]:
        """The terms of the names of those who speak."""
        with self._lock:
            return frozenset(self._shelf_for(told, scope).names)

    def ask(
        self,
        *,
        scope: Scope,
        told: Told,
        question: str,
        asked_at: datetime,
        bounds: Bounds,
        likeness: Mapping[UUID, float] | None,
        least_likeness: float,
    ) -> list["Ranked"]:
        with self._lock:
            shelf = self._shelf_for(told, scope)
            found = ranked(
                shelf,
                question_for(shelf, question, asked_at),
                bounds,
                likeness=likeness,
                least_likeness=least_likeness,
            )
            return [(shelf.rows[number], score, shelf.answered(number)) for number, score in found]

    def always(self, told: Told, scope: Scope, least: int, again: Collection[UUID] = ()) -> "Always":
        """What counts whatever is asked: memories that matter so much at least, and these rows."""
        with self._lock:
            shelf = self._shelf_for(told, scope)
            there = [number for number, row in enumerate(shelf.rows) if row.id in again] if again else []
            return Always(
                tuple(_standing(shelf.rows, least)),
                tuple((shelf.rows[number], shelf.answered(number)) for number in there),
            )


# A row with its score, and the line that it answers where that is told.
Ranked = tuple[Row, float, str | None]


class Always(NamedTuple):
    """`again`: each with the line that it answers."""

    standing: tuple[Row, ...] = ()
    again: tuple[tuple[Row, str | None], ...] = ()


class Store:
    """The least recently asked leave first."""

    def __init__(self, most: int = MOST_ROWS) -> None:
        self._most = most
        self._kept: OrderedDict[Scope, Kept] = OrderedDict()

    def of(self, scope: Scope) -> Kept:
        now = time.monotonic()
        key = replace(scope, shown_to=None)
        kept = self._kept.setdefault(key, Kept())
        kept.used_at = now
        self._kept.move_to_end(key)
        self._let_go(now)
        return kept

    def _let_go(self, now: float) -> None:
        while len(self._kept) > 1:
            first = next(iter(self._kept.values()))
            total = sum(len(kept) for kept in self._kept.values())
            if total <= self._most and now - first.used_at < SECONDS:
                return
            self._kept.popitem(last=False)

    def drop(self, scope: Scope) -> None:
        self._kept.pop(replace(scope, shown_to=None), None)

    def forget(self) -> None:
        """For tests: nothing is kept."""
        self._kept.clear()


def _standing(rows: Iterable[Row], least: int) -> list[Row]:
    facts = [row for row in rows if row.source == "memory"]
    wanted = [
        row
        for row in facts
        if row.pinned or row.importance >= least + (0 if row.memory_kind in OF_THE_PLAYER else MORE_FOR_OTHERS)
    ]
    return sorted(wanted, key=lambda row: (not row.pinned, -row.importance, row.said_at, row.id))


def _hidden(memories: Mapping[UUID, Row], there: Collection[UUID]) -> Iterator[Mark]:
    """Lines that never come up by themselves: of what was forgotten, and of what the player put into other words, which
    then have the same lines: the words stand for them."""
    for row in memories.values():
        after = row.superseded_by
        if row.state == "forgotten":
            yield from row.marks
        elif after is not None and after in memories and after in there:
            yield from (mark for mark in row.marks if mark in memories[after].marks)


def _gives_way(row: Row, memories: Mapping[UUID, Row], there: Collection[UUID]) -> bool:
    """Whether a later memory that counts says otherwise, whatever became of that one since."""
    seen = {row.id}
    after = row.superseded_by
    while after is not None and after not in seen:
        if after in there:
            return True
        seen.add(after)
        after = memories[after].superseded_by if after in memories else None
    return False


def _goes_on(before: Sequence[Row], now: Sequence[Row]) -> bool:
    """Whether it is the same, and perhaps more after that."""
    return len(before) <= len(now) and all(map(is_, before, now))


def _episode(row: Any, ciphers: Mapping[UUID, Cipher], zone: tzinfo | None) -> Row | None:
    text = _open("episode", row.id, bytes(row.text), ciphers)
    if not text:
        return None
    return Row(
        id=row.id,
        source="episode",
        text=text,
        said_at=row.said_at.astimezone(zone),
        marks=(row.message_id.bytes + row.revision.to_bytes(8, "big"),),
        conversation_id=row.conversation_id,
        message_id=row.message_id,
        answers_id=row.answers_id,
        speaker=row.speaker,
        is_question=row.is_question,
        seen_by=None if row.seen_by is None else tuple(row.seen_by),
    )


def _open(place: Source, row_id: UUID, sealed: bytes, ciphers: Mapping[UUID, Cipher]) -> str | None:
    try:
        cipher = ciphers.get(key_id_of(sealed)) if sealed else None
        return cipher.open(sealed, Place(place, row_id)) if cipher else None
    except ContentLost:
        return None


def _marks(joined: bytes) -> tuple[Mark, ...]:
    return tuple(joined[start : start + MARK] for start in range(0, len(joined), MARK))
