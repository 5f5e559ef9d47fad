"""Strings found by a search instead of written by a person, as they are put behind a request to break a model's rules.

Two looks. How surprising a letter is after two others is read from a table learned from harmless text, and the worst
stretch of fifty signs is sought; talk ends there. Code, logs, keys and other languages surprise as much: what tells
them apart is how a stretch is built (`shape`), which a small quadratic model weighs. Addresses are left out, and
Chinese, whose letters the table does not know.
"""

import json
import math
import re
import zlib
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from moderation.filters.base import Context, Cost, Finding, Stage, Text
from moderation.filters.linear import sigmoid

ALPHABET = " abcdefghijklmnopqrstuvwxyz0.,!?'\"-:;()[]{}<>/\\*#_=+&%$@`~|^\n"
SIZE = len(ALPHABET)
STRETCH = 50
MAGIC = b"dramatis-surprise-2\n"
STRANGE = -1  # stands for letters the table does not know; they surprise nobody
# What holds an "@" is looked at from its beginning alone: from each letter of it, a text without spaces as Chinese is
# would take time by the square of its length, and the interpreter goes to no other thread meanwhile.
_ADDRESS = r"(?<!\S)\S+@\S+"
_SKIPPED = re.compile(rf"https?://\S+|www\.\S+|{_ADDRESS}|</?[A-Za-z][^<>\n]{{0,60}}>")
_BEHIND_A_TAG = re.compile(_ADDRESS)
_PLACE = {sign: at for at, sign in enumerate(ALPHABET)}
_SWITCH = _PLACE["^"]
_SIGNS = re.compile(r"[^\w\s]|_")
_WORDS = re.compile(r"[^\W\d_]+")
_CLOSED_BY = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Judge:
    """What is made of a stretch: below `least` bits a sign nothing; else a weight for each shape and pair of shapes."""

    least: float
    scale: list[float]
    weights: list[float]
    bias: float
    point: float = 0.0  # the logit that counts as one half

    def logit(self, shape: list[float]) -> float:
        if shape[0] < self.least:
            return -math.inf
        values = [value / scale for value, scale in zip(shape, self.scale, strict=True)]
        return self.bias + sum(value * weight for value, weight in zip(pairs_of(values), self.weights, strict=True))


class SuffixFilter:
    """`table` holds eighths of bits for each three signs."""

    name = "suffix"
    cost = Cost.SMALL
    stages = frozenset({Stage.INPUT, Stage.CARD, Stage.MEMORY})

    def __init__(self, table: bytes, judge: Judge) -> None:
        self.table, self.judge = table, judge

    def look(self, text: Text, context: Context) -> list[Finding]:
        score = self.score(text.raw)
        return [Finding(self.name, "suffix", score)] if score >= 0.5 else []

    def score(self, raw: str) -> float:
        bits, start, end = worst_stretch(raw, self.table)
        if bits < self.judge.least:
            return 0.0
        return sigmoid(self.judge.logit(shape_of(raw[start:end], bits)) - self.judge.point)


def signs(raw: str) -> tuple[list[int], list[int]]:
    """A text as places in the alphabet, and where each stands: digits are alike, runs of a sign are one; a capital
    inside a word is a sign."""
    places: list[int] = []
    stand: list[int] = []
    before = ""
    for where, sign in enumerate(_BEHIND_A_TAG.sub(_blank, _SKIPPED.sub(_blank, raw))):
        if sign.isupper() and before.islower():
            places.append(_SWITCH)
            stand.append(where)
        at = STRANGE if sign > "\x7f" else _PLACE.get("0" if sign.isdigit() else sign.lower(), 0)
        if not places or at != places[-1] or sign.isalpha():
            places.append(at)
            stand.append(where)
        before = sign
    return places, stand


def worst_stretch(raw: str, table: bytes) -> tuple[float, int, int]:
    """Bits a sign in the stretch that surprises most, and its place; nothing for what is shorter than half of one."""
    places, stand = signs(raw)
    if len(places) < STRETCH // 2:
        return 0.0, 0, 0
    bits = [
        table[(a * SIZE + b) * SIZE + c] if min(a, b, c) >= 0 else 0
        for a, b, c in zip(places, places[1:], places[2:], strict=False)
    ]
    width = min(STRETCH, len(bits))
    current = worst = sum(bits[:width])
    start = 0
    for at in range(width, len(bits)):
        current += bits[at] - bits[at - width]
        if current > worst:
            worst, start = current, at - width + 1
    last = min(len(stand) - 1, start + width + 1)
    return worst / 8 / STRETCH, stand[start], stand[last] + 1


def shape_of(stretch: str, bits: float) -> list[float]:
    """How a stretch is built. Order and meaning are what the weights were learned for."""
    length = max(1, len(stretch))
    marks, words = _SIGNS.findall(stretch), _WORDS.findall(stretch)
    pairs = list(pairwise(stretch))
    return [
        bits,
        len(marks) / length,
        len(set(marks)) / 10,
        sum(a.islower() and b.isupper() for a, b in pairs) / 10,
        sum(a.isalpha() != b.isalpha() and not a.isspace() and not b.isspace() for a, b in pairs) / 10,
        sum(sign.isdigit() for sign in stretch) / length,
        stretch.count("\n") / 5,
        _unmatched(stretch) / 4,
        max(map(len, stretch.split()), default=0) / 50,
        sum(len(word) >= 4 for word in words) / 8,
        sum(sign > "\x7f" for sign in stretch) / length,
        len({_script(sign) for word in words for sign in word}) - 1,
        sum(a == b and not a.isalnum() and not a.isspace() for a, b in pairs) / 10,
        len(re.findall(r"  |\n", stretch)) / 5,
        sum(sign.isupper() for sign in stretch) / length,
    ]


def pairs_of(values: list[float]) -> list[float]:
    """The values, and the product of each with itself and those after it."""
    products = [value * other for at, value in enumerate(values) for other in values[at:]]
    return [*values, *products]


def _unmatched(stretch: str) -> int:
    """Brackets and quotes without a partner: people and programs close what they open."""
    awaited: list[str] = []
    odd = stretch.count('"') % 2
    for sign in stretch:
        if sign in _CLOSED_BY:
            awaited.append(_CLOSED_BY[sign])
        elif sign in ")]}":
            if awaited and awaited[-1] == sign:
                awaited.pop()
            else:
                odd += 1
    return odd + len(awaited)


def _script(sign: str) -> str:
    if "\u4e00" <= sign <= "\u9fff":
        return "han"
    return "latin" if sign < "\u0250" else "greek or cyrillic" if sign < "\u0530" else "other"


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def dump(table: bytes, judge: Judge) -> bytes:
    return MAGIC + json.dumps(asdict(judge)).encode() + b"\n" + zlib.compress(table, 9)


def load(path: Path) -> SuffixFilter:
    packed = path.read_bytes()
    if not packed.startswith(MAGIC):
        raise ValueError(f"{path.name} holds no table of this version")
    judge, table = packed[len(MAGIC) :].split(b"\n", 1)
    return SuffixFilter(zlib.decompress(table), Judge(**json.loads(judge)))
