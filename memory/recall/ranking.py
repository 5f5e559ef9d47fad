"""The best of a shelf, within bounds. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from uuid import UUID

from inference.tokens import estimate
from memory.recall.question import Question
from memory.recall.rows import Row
from memory.recall.scores import Match, scores
from memory.recall.shelf import Shelf

LEAST_OF_BEST = 0.2  # what scores less than this share of the best one is beside the point


@dataclass(frozen=True, slots=True)
class Bounds:
    """`most` rows of `tokens` together; not what was said in messages (`but`) and rows (`without`) that whoever reads
    this has before them anyway.

    `weak`: also what shares nothing with the question, after all else; for measuring.
    """

    most: int
    tokens: int | None = None
    but: frozenset[UUID] = frozenset()
    without: frozenset[UUID] = frozenset()
    weak: bool = False

    def keeps(self, row: Row) -> bool:
        if row.id in self.without:
            return False
        return not self.but or not row.marks or not all(UUID(bytes=mark[:16]) in self.but for mark in row.marks)


def ranked(
    shelf: Shelf,
    question: Question,
    bounds: Bounds,
    *,
    likeness: Mapping[UUID, float] | None = None,
    least_likeness: float = 1.0,
) -> list[tuple[int, float]]:
    """Numbers of rows of the shelf with their scores, best first. A line that a better one stands for is left out."""
    if not shelf.rows:
        return []
    match = Match(shelf, question)
    bears = match.numbers()
    if likeness:
        bears.update(number for number, row in enumerate(shelf.rows) if likeness.get(row.id, -1.0) >= least_likeness)
    total = scores(match, range(len(shelf)) if bounds.weak else bears, likeness)
    best = _best(total, [number for number in bears if bounds.keeps(shelf.rows[number])], bounds)
    if not bounds.weak:
        best = [number for number in best if total[number] >= LEAST_OF_BEST * total[best[0]]]
    if bounds.weak and len(best) < bounds.most:
        others = [number for number in range(len(shelf)) if number not in bears]
        best += _best(total, [number for number in others if bounds.keeps(shelf.rows[number])], bounds)
    return [(number, total[number]) for number in _within(shelf.rows, best, bounds)]


def _best(total: Mapping[int, float], numbers: Sequence[int], bounds: Bounds) -> list[int]:
    """Some will be left out for what they repeat: twice as many leave enough. Equals: the later one."""
    return nlargest(2 * bounds.most + 10, numbers, key=lambda number: (total[number], number))


def _within(rows: Sequence[Row], best: Sequence[int], bounds: Bounds) -> Iterator[int]:
    """As many as have room. A long one that has none does not keep out a short one after it."""
    room, count = bounds.tokens, 0
    said: set[bytes] = set()
    for number in best:
        row = rows[number]
        if row.marks and said.issuperset(row.marks):
            continue
        if room is not None:
            size = estimate(row.text)
            if size > room:
                continue
            room -= size
        said.update(row.marks)
        yield number
        count += 1
        if count == bounds.most:
            return
