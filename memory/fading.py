"""How vivid a memory still is, and which two say the same. Pure."""

import math
import re
from datetime import datetime, timedelta

from accounts.blindindex import is_unspaced, words

VIVID_DAYS = 30  # a memory that matters not at all, and never came up, is half as vivid after so many
FADES_BELOW = 8.0
ALIKE = 0.8  # of all their words, two that say the same share so many
_TELLING = re.compile(r"\d|^(?:not|no|never|nobody|nothing|without|n't|不|没|无|别|未)$")


def vividness(*, importance: int, recalled: int, last: datetime, now: datetime) -> float:
    """From 0 to 100. What matters lasts longer, and so does what comes up: `last` is when it was told, or came up."""
    days = max(0.0, (now - last) / timedelta(days=1))
    half_life = VIVID_DAYS * (1 + importance / 20) * (1 + math.log2(1 + recalled))
    return float(importance * 0.5 ** (days / half_life))


def terms_of(text: str) -> frozenset[str]:
    """Its words; of Chinese, its characters."""
    return frozenset(word for word in words(text) if len(word) == 1 or not is_unspaced(word))


def same(one: frozenset[str], other: frozenset[str]) -> bool:
    """One says all that the other does, with hardly a word more: no other name, no other number, no other yes or no."""
    if not (one <= other or other <= one) or len(one & other) < ALIKE * len(one | other):
        return False
    return bool(one) and not any(_TELLING.search(word) for word in one ^ other)
