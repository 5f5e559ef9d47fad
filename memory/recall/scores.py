"""How much each row bears on a question: scores of several kinds, each in its own standard deviations, added up. Pure.

The weights were set by argument, in halves and quarters, and are the same for all languages; docs/adr/0023 has the
arguments, and what was tried besides. Recency is not among them: it lowers what is found.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from uuid import UUID

from memory.recall.bm25 import Counts, bm25, covered
from memory.recall.dates import Span
from memory.recall.question import Question
from memory.recall.shelf import Shelf

# BM25 of the line, of it with the line it answers, of the next one, of all that was said in that sitting.
OWN, PAIR, NEXT, SITTING = 1.0, 1.0, 0.25, 0.5
COVERED = 1.0  # how much of the question is in the line or in the one it answers
ALIKE = 0.5  # words that are spelt alike
MEANT, MEANT_BEFORE, MEANT_NEXT = 2.0, 1.0, 0.25  # an encoder's likeness, where there is one: as much as all words
NAMED, ASKS, LENGTH, DATED, IMPORTANT = 0.5, -1.0, 0.25, 3.0, 0.5

WEEK, MONTH = 7, 31


class Match:
    """What of a shelf has to do with a question."""

    def __init__(self, shelf: Shelf, question: Question) -> None:
        self.shelf, self.question = shelf, question
        self.own: list[Counts] = [counts for term in question.terms if (counts := shelf.own(term))]
        self.pair: list[Counts] = [shelf.with_answered(counts) for counts in self.own]
        self.next: list[Counts] = [shelf.of_next(counts) for counts in self.own]
        self.alike = [(weight, shelf.own(word)) for word, weight in alike(shelf, question.terms).items()]

    def numbers(self) -> set[int]:
        """Rows that share a word with it, or a day."""
        found: set[int] = set()
        for counts in (*self.pair, *self.next, *(counts for _, counts in self.alike)):
            found.update(counts)
        if spans := self.question.spans:
            found.update(number for number, day in enumerate(self.shelf.days) if any(day in span for span in spans))
        return found


def scores(match: Match, numbers: Collection[int], likeness: Mapping[UUID, float] | None = None) -> dict[int, float]:
    """Of these rows. `likeness`: an encoder's, of the rows that have a vector."""
    shelf, question = match.shelf, match.question
    total = _Sum(numbers, len(shelf))
    total.add(OWN, bm25(_even(match.own), shelf.lengths, shelf.length))
    total.add(PAIR, bm25(_even(match.pair), shelf.pair_lengths, shelf.pair_length))
    total.add(COVERED, covered(match.pair, len(shelf)))
    total.add(NEXT, bm25(_even(match.next), shelf.next_lengths, shelf.next_length))
    total.add(ALIKE, bm25(match.alike, shelf.lengths, shelf.length))
    _add_sittings(total, match)
    if likeness:
        _add_likeness(total, shelf, likeness)
    wordiness = LENGTH / shelf.spread_of_wordiness
    found = total.values
    for number in numbers:
        row = shelf.rows[number]
        found[number] += (
            wordiness * shelf.wordiness[number]
            + NAMED * (row.speaker in question.named)
            + ASKS * row.is_question
            + IMPORTANT * (row.importance - 50) / 50
        )
    if question.spans:
        for number in numbers:
            found[number] += DATED * max(near(span, shelf.days[number]) for span in question.spans)
    return found


def alike(shelf: Shelf, asked: Collection[str]) -> dict[str, float]:
    """Words of the shelf that are spelt like those asked for, and how much."""
    found: dict[str, float] = {}
    for term in asked:
        for word, cosine in shelf.likeness.to(term):
            if word not in asked:
                found[word] = max(found.get(word, 0.0), cosine)
    return found


def near(span: Span, day: date) -> float:
    """1 on the days that are named; less, and at most a half, soon after: what happened is told later, never before."""
    if day in span:
        return 1.0
    after = (day - span.last).days
    return max(0.0, 0.5 * (1 - after / (WEEK if span.days <= WEEK else MONTH))) if after > 0 else 0.0


def _even(asked: Iterable[Counts]) -> Iterable[tuple[float, Counts]]:
    return ((1.0, counts) for counts in asked)


def _add_sittings(total: "_Sum", match: Match) -> None:
    shelf = match.shelf
    counts = [shelf.of_sittings(own) for own in match.own]
    found = bm25(_even(counts), shelf.sitting_lengths, shelf.length)
    total.add(SITTING, {number: found.get(shelf.sitting[number], 0.0) for number in range(len(shelf))} if found else {})


def _add_likeness(total: "_Sum", shelf: Shelf, likeness: Mapping[UUID, float]) -> None:
    known = [likeness.get(row.id) for row in shelf.rows]
    there = [value for value in known if value is not None]
    if not there:
        return
    usual = sum(there) / len(there)
    # From the usual: who has no vector is neither near nor far.
    own = [0.0 if value is None else value - usual for value in known]
    before, after = shelf.neighbours(own)
    for weight, values in ((MEANT, own), (MEANT_BEFORE, before), (MEANT_NEXT, after)):
        total.add(weight, dict(enumerate(values)))


class _Sum:
    """Of scores in standard deviations over all rows. What is the same for all of them is left out: it decides
    nothing."""

    def __init__(self, numbers: Collection[int], size: int) -> None:
        self.values = dict.fromkeys(numbers, 0.0)
        self._size = size

    def add(self, weight: float, found: Mapping[int, float]) -> None:
        """Rows that are not there have nought."""
        mean = sum(found.values()) / self._size
        spread = math.sqrt(max(0.0, sum(value * value for value in found.values()) / self._size - mean * mean))
        if spread < 1e-9:
            return
        factor, values = weight / spread, self.values
        for number, value in found.items():
            if number in values:
                values[number] += factor * value
