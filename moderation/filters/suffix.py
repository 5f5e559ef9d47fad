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
STRANGE = -1  # stands for letters the table does not know; they surprise nobody
_SKIPPED = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|</?[A-Za-z][^<>\n]{0,60}>")
_PLACE = {sign: at for at, sign in enumerate(ALPHABET)}
_SWITCH = _PLACE["^"]


class SuffixFilter:
    """`table` holds eighths of bits for each three signs; `limit` is what half of a finding's score stands for."""

    name = "suffix"
    cost = Cost.SMALL
    stages = frozenset({Stage.INPUT, Stage.CARD, Stage.MEMORY})

    def __init__(self, table: bytes, limit: float) -> None:
        self.table, self.limit = table, limit

    def look(self, text: Text, context: Context) -> list[Finding]:
        worst = surprise(text.raw, self.table)
        if worst < self.limit:
            return []
        return [Finding(self.name, "suffix", min(1.0, 0.5 + (worst - self.limit)))]


def signs(raw: str) -> list[int]:
    """A text as places in the alphabet: digits are alike, runs of a sign are one; a capital inside a word is a sign."""
    places: list[int] = []
    before = ""
    for sign in _SKIPPED.sub(" ", raw):
        if sign.isupper() and before.islower():
            places.append(_SWITCH)
        at = STRANGE if sign > "\x7f" else _PLACE.get("0" if sign.isdigit() else sign.lower(), 0)
        if not places or at != places[-1] or sign.isalpha():
            places.append(at)
        before = sign
    return places


def surprise(raw: str, table: bytes) -> float:
    """Bits a sign in the worst stretch; 0 for what is shorter than half of one."""
    places = signs(raw)
    if len(places) < STRETCH // 2:
        return 0.0
    bits = [
        table[(a * SIZE + b) * SIZE + c] if min(a, b, c) >= 0 else 0
        for a, b, c in zip(places, places[1:], places[2:], strict=False)
    ]
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
