"""Deterministic embeddings: hashed words, for Chinese characters and their pairs. Texts that share them lie close.

What every sentence has ("the", 的) says nothing of its meaning and is left out; what is said often counts by its
square root. It knows no synonyms: a real model finds more.
"""

import re
from collections import Counter
from functools import lru_cache
from hashlib import blake2b
from math import sqrt

DIMENSIONS = 384
TERMS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W_]+(?:['’][^\W_]+)?")
PLACES = 16
WORDS = (
    "a about after all also am an and any are as at be because been before being but by can could did do does doing "
    "don't for from get go had has have having he her here hers him his how i i'm if in into is it it's its just let "
    "like may me more my no not now of off on once one only or other our out over own please said say says shall she "
    "should so some such tell than that that's the their them then there these they this those to too up upon us very "
    "was we were what when where which while who whom whose why will with would yes yet you you're your"
)
CHARACTERS = "的了是不我你他她它们这那在有和就也都着呢吗吧啊个上下里么什怎谁把被让给到从对与为之而以可能会要说"
COMMON = frozenset([*WORDS.split(), *CHARACTERS])
STEM = re.compile(r"(?:'s|’s)$|(?:ing|ed|es|s)$")


def terms(text: str) -> dict[str, float]:
    """What a text is about, with its weight; everything counts when there is nothing else."""
    runs = TERMS.findall(text.casefold())
    found: Counter[str] = Counter()
    for run in runs:
        if "\u3400" <= run[0] <= "\ufaff":
            found.update(run[i : i + 2] for i in range(len(run) - 1))
            found.update(each for each in run if each not in COMMON)
        elif run not in COMMON:
            found[_stem(run)] += 1
    if not found:
        found.update(runs)
    return {term: sqrt(times) for term, times in found.items()}


def _stem(word: str) -> str:
    """A crude one, so that "walked" and "walking" meet."""
    return STEM.sub("", word) if len(word) > 3 else word


@lru_cache(maxsize=20_000)
def _places(term: str, dimensions: int) -> tuple[tuple[int, float], ...]:
    digest = blake2b(term.encode("utf-8", "surrogatepass"), digest_size=PLACES * 4).digest()
    numbers = (int.from_bytes(digest[i : i + 4], "little") for i in range(0, len(digest), 4))
    return tuple((number % dimensions, 1.0 if number >> 31 else -1.0) for number in numbers)


def vector(text: str, dimensions: int = DIMENSIONS) -> list[float]:
    """A unit vector; an empty text has one of its own."""
    values = [0.0] * dimensions
    for term, weight in (terms(text) or {text or " ": 1.0}).items():
        for place, sign in _places(term, dimensions):
            values[place] += sign * weight
    length = sqrt(sum(value * value for value in values))
    if not length:
        values[0] = length = 1.0
    return [value / length for value in values]
