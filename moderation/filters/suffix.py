"""Strings found by a search instead of written by a person: letter after letter surprises, for longer than any typo.

How surprising a letter is after two others is read from a table learned from harmless text. The worst stretch of fifty
signs counts. Addresses are left out, and Chinese, whose letters the table does not know.
"""

import re
import zlib
from pathlib import Path

from moderation.filters.base import Context, Cost, Finding, Stage, Text

ALPHABET = " abcdefghijklmnopqrstuvwxyz0.,!?'\"-:;()[]{}<>/\\*#_=+&%$@`~|^\n"
SIZE = len(ALPHABET)
STRETCH = 50
MAGIC = b"dramatis-surprise-1\n"
_SKIPPED = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[^\x00-\x7f]+")
_PLACE = {sign: at for at, sign in enumerate(ALPHABET)}


class SuffixFilter:
    """`table` holds eighths of bits for each three signs; `limit` is what half of a finding's score stands for."""

    name = "suffix"
    cost = Cost.SMALL
    stages = frozenset({Stage.INPUT, Stage.CARD, Stage.MEMORY})

    def __init__(self, table: bytes, limit: float) -> None:
        self.table, self.limit = table, limit

    def look(self, text: Text, context: Context) -> list[Finding]:
        worst = surprise(text.folded.text, self.table)
        if worst < self.limit:
            return []
        return [Finding(self.name, "suffix", min(1.0, 0.5 + (worst - self.limit)))]


def signs(folded: str) -> list[int]:
    """A text as places in the alphabet; digits are alike, runs of one sign are one."""
    places: list[int] = []
    for sign in _SKIPPED.sub(" ", folded):
        at = _PLACE.get("0" if sign.isdigit() else sign, 0)
        if not places or at != places[-1] or "a" <= sign <= "z":
            places.append(at)
    return places


def surprise(folded: str, table: bytes) -> float:
    """Bits a sign in the worst stretch; 0 for what is shorter than half of one."""
    places = signs(folded)
    if len(places) < STRETCH // 2:
        return 0.0
    bits = [table[(a * SIZE + b) * SIZE + c] for a, b, c in zip(places, places[1:], places[2:], strict=False)]
    width = min(STRETCH, len(bits))
    current = worst = sum(bits[:width])
    for at in range(width, len(bits)):
        current += bits[at] - bits[at - width]
        worst = max(worst, current)
    return worst / 8 / STRETCH


def dump(table: bytes, limit: float) -> bytes:
    return MAGIC + f"{limit:.4f}\n".encode() + zlib.compress(table, 9)


def load(path: Path) -> SuffixFilter:
    packed = path.read_bytes()
    if not packed.startswith(MAGIC):
        raise ValueError(f"{path.name} holds no table of this version")
    limit, table = packed[len(MAGIC) :].split(b"\n", 1)
    return SuffixFilter(zlib.decompress(table), float(limit))
