"""Hashed vectors of words: what is spelt alike counts as a little alike, without any model.

A word is its character 3- and 4-grams, hashed; the likeness of two words is the cosine of the two. It finds what no
stemmer joins (photo, photography), names in another spelling and slips. Vectors never lie in the database: of the
grams of a text the text could be guessed.
"""

import math
from array import array
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from zlib import crc32

SIZES = (3, 4)
DIMENSIONS = 1 << 16
LEAST = 0.45  # a likeness below this is chance


@lru_cache(maxsize=50_000)
def vector(word: str) -> tuple[int, ...]:
    """The places that are not nought, in order; every one of them is as long as the others."""
    padded = f"^{word}$"
    grams = {padded[at : at + size] for size in SIZES for at in range(len(padded) - size + 1)}
    return tuple(sorted({crc32(gram.encode()) % DIMENSIONS for gram in grams}))


class Likeness:
    """Which words of a vocabulary are like one that is asked for."""

    __slots__ = ("_norms", "_places", "_words")

    def __init__(self) -> None:
        self._words: list[str] = []
        self._places: dict[int, array[int]] = {}
        self._norms = array("f")

    def add(self, word: str) -> None:
        if not _has_grams(word):
            return
        number, places = len(self._words), vector(word)
        self._words.append(word)
        self._norms.append(math.sqrt(len(places)))
        for place in places:
            self._places.setdefault(place, array("I")).append(number)

    def to(self, word: str) -> Iterator[tuple[str, float]]:
        """Each other word that is like it, with the cosine."""
        if not _has_grams(word):
            return
        places = vector(word)
        shared: Counter[int] = Counter()
        for place in places:
            shared.update(self._places.get(place, ()))
        norm = math.sqrt(len(places))
        for number, count in shared.items():
            cosine = count / (norm * self._norms[number])
            if cosine >= LEAST and self._words[number] != word:
                yield self._words[number], cosine


def _has_grams(word: str) -> bool:
    return len(word) > 3 and word.isascii()
