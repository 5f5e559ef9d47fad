"""All that counts of one pair, ready to be asked. Pure.

A line means little without the one it answers, so it is found by both; by the line after it, too, and by what the rest
of that sitting was about. All of this is worked out from one index of the rows' own terms, so that a row more costs no
more than its own words.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from math import log1p, sqrt
from uuid import UUID

from memory.recall.bm25 import Counts
from memory.recall.grams import Likeness
from memory.recall.rows import Row
from memory.recall.words import terms

APART = timedelta(hours=4)  # a pause this long ends one sitting and begins the next


class Shelf:
    """Rows by number. Lines come in the order in which they were said: one answers another that is there already."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows: list[Row] = []
        self.before: list[int | None] = []  # the row of the line that this one answers
        self.sitting: list[int] = []
        self.days: list[date] = []
        self.lengths, self.pair_lengths = array("I"), array("I")
        self.next_lengths, self.sitting_lengths = array("I"), array("I")
        self.length = self.pair_length = self.next_length = 0
        self.wordiness = array("f")
        self._wordy = self._wordy_squared = 0.0
        self.names: dict[str, set[str]] = {}  # who speaks, by each term of their names
        self.likeness = Likeness()
        self._after: defaultdict[int, list[int]] = defaultdict(list)
        self._postings: dict[str, tuple[array[int], array[int]]] = {}
        self._by_message: dict[UUID, int] = {}
        self._last: dict[UUID | None, int] = {}
        for row in rows:
            self.add(row)

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, row: Row) -> None:
        number, counts = len(self.rows), Counter(terms(row.text))
        length = sum(counts.values())
        before = self._answered(row)
        self.rows.append(row)
        self.before.append(before)
        self.days.append(row.said_at.date())
        self.lengths.append(length)
        self.pair_lengths.append(length)
        self.next_lengths.append(0)
        self.length += length
        self.pair_length += length
        self.wordiness.append(wordy := log1p(length))
        self._wordy, self._wordy_squared = self._wordy + wordy, self._wordy_squared + wordy * wordy
        if before is not None:
            self._after[before].append(number)
            self.pair_lengths[number] += self.lengths[before]
            self.pair_length += self.lengths[before]
            self.next_lengths[before] += length
            self.next_length += length
        self._seat(number, row, length)
        if row.source == "episode" and row.message_id is not None:
            self._by_message[row.message_id] = number
        for term, count in counts.items():
            if (found := self._postings.get(term)) is None:
                found = self._postings[term] = array("I"), array("I")
                self.likeness.add(term)
            found[0].append(number)
            found[1].append(count)
        for term in terms(row.speaker):
            self.names.setdefault(term, set()).add(row.speaker)

    def _answered(self, row: Row) -> int | None:
        """After a long pause a line answers nothing."""
        found = self._by_message.get(row.answers_id) if row.answers_id else None
        return found if found is None or row.said_at - self.rows[found].said_at <= APART else None

    def _seat(self, number: int, row: Row, length: int) -> None:
        """A line belongs to the sitting of its talk, until there is a long pause; a memory to that of its line."""
        if row.source == "memory":
            found = next(
                (at for mark in row.marks if (at := self._by_message.get(UUID(bytes=mark[:16]))) is not None), None
            )
        else:
            found = self._last.get(row.conversation_id)
            if found is not None and abs(row.said_at - self.rows[found].said_at) > APART:
                found = None
            self._last[row.conversation_id] = number
        if found is None:
            self.sitting.append(len(self.sitting_lengths))
            self.sitting_lengths.append(length)
        else:
            self.sitting.append(self.sitting[found])
            self.sitting_lengths[self.sitting[found]] += length

    def answered(self, number: int) -> str | None:
        """The words of the line that it answers."""
        before = self.before[number]
        return None if before is None else self.rows[before].text

    def own(self, term: str) -> Counts:
        found = self._postings.get(term)
        return dict(zip(*found, strict=True)) if found else {}

    def with_answered(self, own: Counts) -> Counts:
        """As often as the row and the one it answers have it, together."""
        counts = dict(own)
        for number, count in own.items():
            for after in self._after.get(number, ()):
                counts[after] = counts.get(after, 0) + count
        return counts

    def of_next(self, own: Counts) -> Counts:
        counts: dict[int, int] = {}
        for number, count in own.items():
            if (before := self.before[number]) is not None:
                counts[before] = counts.get(before, 0) + count
        return counts

    def of_sittings(self, own: Counts) -> Counts:
        """By the number of the sitting."""
        counts: dict[int, int] = {}
        for number, count in own.items():
            sitting = self.sitting[number]
            counts[sitting] = counts.get(sitting, 0) + count
        return counts

    def neighbours(self, values: Sequence[float]) -> tuple[list[float], list[float]]:
        """Of each row: the value of the one it answers, and of the last one that answers it; nought where none is."""
        before = [0.0 if at is None else values[at] for at in self.before]
        after = [0.0] * len(self.rows)
        for number, answers in self._after.items():
            after[number] = values[answers[-1]]
        return before, after

    @property
    def spread_of_wordiness(self) -> float:
        mean = self._wordy / len(self.rows)
        return sqrt(max(0.0, self._wordy_squared / len(self.rows) - mean * mean)) or 1.0

    def named(self, found: Iterable[str]) -> frozenset[str]:
        return frozenset(speaker for term in found for speaker in self.names.get(term, ()))
