"""Okapi BM25, given how often each row has each term that is asked for."""

import math
from collections.abc import Iterable, Mapping, Sequence

K1, B = 1.2, 0.75

# Rows by number, and how often each has the term.
Counts = Mapping[int, int]


def idf(size: int, having: int) -> float:
    """What a term tells that so many of these rows have."""
    return math.log(1 + (size - having + 0.5) / (having + 0.5))


def bm25(asked: Iterable[tuple[float, Counts]], lengths: Sequence[int], total: int) -> dict[int, float]:
    """Of rows that have any of it; `asked`: for each term what it weighs, and who has it; `total` of all lengths."""
    size = len(lengths)
    scores: dict[int, float] = {}
    flat, slope = K1 * (1 - B), K1 * B / (total / max(1, size) or 1.0)
    for weight, counts in asked:
        weight *= idf(size, len(counts)) * (K1 + 1)
        for number, count in counts.items():
            scores[number] = scores.get(number, 0.0) + weight * count / (count + flat + slope * lengths[number])
    return scores


def covered(asked: Iterable[Counts], size: int) -> dict[int, float]:
    """How much of what is asked each row has at all: many of the terms count for more than one of them often."""
    scores: dict[int, float] = {}
    for counts in asked:
        told = idf(size, len(counts))
        for number in counts:
            scores[number] = scores.get(number, 0.0) + told
    return scores
