"""Deterministic embeddings: hashed words, for Chinese character pairs. Texts that share them lie close."""

import re
from functools import lru_cache
from hashlib import blake2b
from math import sqrt

DIMENSIONS = 384
TERMS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W_]+")
PLACES = 16


def terms(text: str) -> list[str]:
    found = []
    for run in TERMS.findall(text.casefold()):
        if "\u3400" <= run[0] <= "\ufaff":
            found += [run[i : i + 2] for i in range(max(1, len(run) - 1))]
        else:
            # A crude stem, so that "walked" and "walking" meet.
            found.append(re.sub(r"(?:ing|ed|es|s)$", "", run) if len(run) > 4 else run)
    return found


@lru_cache(maxsize=20_000)
def _places(term: str, dimensions: int) -> tuple[tuple[int, float], ...]:
    digest = blake2b(term.encode("utf-8", "surrogatepass"), digest_size=PLACES * 4).digest()
    numbers = (int.from_bytes(digest[i : i + 4], "little") for i in range(0, len(digest), 4))
    return tuple((number % dimensions, 1.0 if number >> 31 else -1.0) for number in numbers)


def vector(text: str, dimensions: int = DIMENSIONS) -> list[float]:
    """A unit vector; an empty text has one of its own."""
    values = [0.0] * dimensions
    for term in terms(text) or [text or " "]:
        for place, sign in _places(term, dimensions):
            values[place] += sign
    length = sqrt(sum(value * value for value in values))
    if not length:
        values[0] = length = 1.0
    return [value / length for value in values]
