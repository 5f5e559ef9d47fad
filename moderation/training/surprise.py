"""The table of the suffix filter: how many bits each third sign is worth."""

import math
from collections import Counter
from collections.abc import Iterable

from moderation.filters.suffix import SIZE, signs, surprise

EVEN = 0.3  # added to each count


def table_of(texts: Iterable[str]) -> bytes:
    threes: Counter[tuple[int, int, int]] = Counter()
    for text in texts:
        places = signs(text)
        threes.update(three for three in zip(places, places[1:], places[2:], strict=False) if min(three) >= 0)
    twos: Counter[tuple[int, int]] = Counter()
    ones: Counter[int] = Counter()
    for (a, b, c), count in threes.items():
        twos[a, b] += count
        ones[c] += count
    total = sum(ones.values())
    table = bytearray()
    for a in range(SIZE):
        for b in range(SIZE):
            below = twos[a, b] + EVEN * SIZE
            for c in range(SIZE):
                chance = (threes[a, b, c] + EVEN * SIZE * (ones[c] + 1) / (total + SIZE)) / below
                table.append(min(255, round(-8 * math.log2(chance))))
    return bytes(table)


def limit_for(texts: Iterable[str], table: bytes, *, share: float) -> float:
    """What at most this share of harmless texts goes beyond."""
    found = sorted((surprise(text, table) for text in texts), reverse=True)
    return found[int(len(found) * share)] + 0.01
