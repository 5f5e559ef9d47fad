"""Linear models over character and word n-grams, read from a file and computed without any library.

A model is a vocabulary in blocks; each block turns a text into features, weighs them by how rare they are (tf-idf with
a logarithm, length one) and multiplies by one column of weights a label. What trains them (`moderation.training`) uses
the same functions to get the features, so both see the same.
"""

import json
import math
import re
import struct
import zlib
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache, lru_cache
from itertools import chain
from operator import itemgetter, mul
from pathlib import Path
from typing import NamedTuple

from moderation.filters.normalise import Letters

MAGIC = b"dramatis-linear-1\n"
WINDOW = 1_200  # signs looked at in one go
STEP = 1_000
WORDS_KEPT = 10_000
# Numbers of orders, times and tables, with a letter or two beside them. None is like another, so each would be weighed
# anew, and no label follows from them.
DIGITS = re.compile(r"\d{5}")
NUMBER = re.compile(r"(?<!\S)[^\W\d]{0,2}\d{5,}[^\W\d]{0,2}(?!\S)")


@cache
def word_pieces(low: int, high: int) -> Callable[[str], list[str]]:
    """N-grams inside words, a space at either edge."""

    def pieces(text: str) -> list[str]:
        found = []
        for word in text.split():
            padded = f" {word} "
            for size in range(low, min(high, len(padded)) + 1):
                found += [padded[at : at + size] for at in range(len(padded) - size + 1)]
        return found

    return pieces


@cache
def characters(low: int, high: int) -> Callable[[str], list[str]]:
    def pieces(text: str) -> list[str]:
        plain = " ".join(text.split())
        return [plain[at : at + size] for size in range(low, high + 1) for at in range(len(plain) - size + 1)]

    return pieces


@cache
def words(low: int, high: int) -> Callable[[str], list[str]]:
    """Runs of words; each other letter that is no Latin one is a word of its own."""

    def pieces(text: str) -> list[str]:
        said = split_words(text)
        return [" ".join(said[at : at + size]) for size in range(low, high + 1) for at in range(len(said) - size + 1)]

    return pieces


def _word_letter(sign: str) -> str:
    if (sign.isascii() and sign.isalnum()) or sign == "'":
        return sign
    return f" {sign} " if sign.isalnum() else " "


_WORD_LETTERS = Letters(_word_letter)


def split_words(text: str) -> list[str]:
    return text.translate(_WORD_LETTERS).split()


KINDS: dict[str, Callable[[int, int], Callable[[str], list[str]]]] = {
    "pieces": word_pieces,
    "characters": characters,
    "words": words,
}


class _Word(NamedTuple):
    """The features of a word, and sums over them: of squares, then of what they weigh for each label."""

    rows: Sequence[int]
    sums: Sequence[float]


class Block:
    """Features of one kind: `idf` says how rare each is, `columns` what it weighs for each label.

    A feature that is there n times counts 1 + log n times. Sums come first, as they are quickly made; then of the few
    that are there more than once, what is missing or too much.
    """

    def __init__(
        self, kind: str, low: int, high: int, vocabulary: list[str], idf: "array[float]", columns: "list[array[float]]"
    ) -> None:
        self.kind, self.low, self.high = kind, low, high
        self.idf, self.columns = idf, columns
        self.features = KINDS[kind](low, high)
        self._rows = dict(zip(vocabulary, _numbers(len(vocabulary)), strict=True))
        self._lanes = [array("f", map(mul, idf, factors)) for factors in (idf, *columns)]
        self._word = lru_cache(maxsize=WORDS_KEPT)(self._of_word)

    @property
    def vocabulary(self) -> list[str]:
        """By row."""
        return list(self._rows)

    def scores(self, text: str) -> list[float]:
        counts, sums, had = self._by_word(text) if self.kind == "pieces" else self._at_once(text)
        if often := {row: count for row, count in counts.items() if count > 1}:
            once = [1.0 + math.log(count) for count in often.values()]
            before = often.values() if had is None else [had] * len(often)
            more = [counted - there for counted, there in zip(once, before, strict=True)]
            squares = [counted * counted - there for counted, there in zip(once, before, strict=True)]
            for lane, factors in enumerate([squares] + [more] * len(self.columns)):
                sums[lane] += sum(map(mul, self._pick(often, lane), factors))
        length = math.sqrt(sums[0])
        return [total / length for total in sums[1:]] if length else [0.0] * len(self.columns)

    def _by_word(self, text: str) -> tuple[Counter[int], list[float], int | None]:
        """The same few words make most of what people say. Sums count each feature as often as it is there."""
        words = [self._word(word) for word in text.split()]
        sums = [float(sum(lane)) for lane in zip(*(word.sums for word in words), strict=True)]
        counts = Counter(chain.from_iterable(word.rows for word in words))
        return counts, sums or [0.0] * len(self._lanes), None

    def _at_once(self, text: str) -> tuple[dict[int, int], list[float], int | None]:
        """Sums count each feature once."""
        counted = _counted(self.features, text)
        rows = zip(map(self._rows.get, counted), counted.values(), strict=True)
        counts = {row: count for row, count in rows if row is not None}
        return counts, [sum(self._pick(counts, lane)) for lane in range(len(self._lanes))], 1

    def _of_word(self, word: str) -> _Word:
        rows = tuple(row for row in map(self._rows.get, self.features(word)) if row is not None)
        return _Word(rows, [sum(self._pick(rows, lane)) for lane in range(len(self._lanes))])

    def _pick(self, rows: Collection[int], lane: int) -> Collection[float]:
        numbers = self._lanes[lane]
        if len(rows) < 2:  # `itemgetter` gives no tuple for one
            return [numbers[row] for row in rows]
        picked: tuple[float, ...] = itemgetter(*rows)(numbers)
        return picked


_ROWS: list[int] = []


def _numbers(many: int) -> list[int]:
    """From 0 on, the same objects for every vocabulary: one of its own would weigh as much as its shorter words."""
    _ROWS.extend(range(len(_ROWS), many))
    return _ROWS[:many]


@lru_cache(maxsize=1)
def _counted(features: Callable[[str], list[str]], text: str) -> Counter[str]:
    """Two models with the same features are asked of a text one after the other."""
    return Counter(features(text))


class Linear:
    """`points` are the logits from which on a label counts; `mixed` is a label averaged with the highest other."""

    def __init__(self, labels: list[str], blocks: list[Block], biases: list[float], *, mixed: str = "") -> None:
        self.labels, self.blocks, self.biases, self.mixed = labels, blocks, biases, mixed
        self.points = dict.fromkeys(labels, 0.0)

    def logits(self, text: str) -> dict[str, float]:
        """Of one window. The text is folded already."""
        total = list(self.biases)
        for block in self.blocks:
            for at, score in enumerate(block.scores(text)):
                total[at] += score
        found = dict(zip(self.labels, total, strict=True))
        if self.mixed:
            highest = max(logit for label, logit in found.items() if label != self.mixed)
            found[self.mixed] = (found[self.mixed] + highest) / 2
        return found

    def probability(self, text: str, label: str) -> float:
        """Of one window; one half is the point of flagging."""
        return sigmoid(self.logits(without_numbers(text))[label] - self.points[label])

    def probabilities(self, text: str) -> dict[str, float]:
        """The highest of each label over the windows of a text."""
        highest = dict.fromkeys(self.labels, -math.inf)
        for window in windows(without_numbers(text)):
            for label, logit in self.logits(window).items():
                highest[label] = max(highest[label], logit)
        return {label: sigmoid(logit - self.points[label]) for label, logit in highest.items()}


def without_numbers(text: str) -> str:
    return NUMBER.sub("", text) if DIGITS.search(text) else text


def windows(text: str) -> Iterable[str]:
    for at in range(0, max(1, len(text) - WINDOW + STEP), STEP):
        yield text[at : at + WINDOW]


def sigmoid(logit: float) -> float:
    if logit >= 0:
        return 1.0 / (1.0 + math.exp(-logit))
    return math.exp(logit) / (1.0 + math.exp(logit))


def dump(model: Linear) -> bytes:
    """Numbers of two bytes: what is measured is measured after rounding to them."""
    header = {
        "labels": model.labels,
        "biases": model.biases,
        "mixed": model.mixed,
        "points": model.points,
        "blocks": [[block.kind, block.low, block.high, len(block.vocabulary)] for block in model.blocks],
    }
    parts = [json.dumps(header, ensure_ascii=False).encode() + b"\n"]
    for block in model.blocks:
        words_of = json.dumps(block.vocabulary, ensure_ascii=False, separators=(",", ":")).encode()
        parts += [struct.pack("<I", len(words_of)), words_of]
        parts += [_halves(numbers) for numbers in (block.idf, *block.columns)]
    return MAGIC + zlib.compress(b"".join(parts), 9)


def load(path: Path, *, shared: dict[str, str] | None = None) -> Linear:
    """Raises ValueError for a file of another format. `shared`: features that models read before have as well."""
    packed = path.read_bytes()
    if not packed.startswith(MAGIC):
        raise ValueError(f"{path.name} holds no linear model of this version")
    data = zlib.decompress(packed[len(MAGIC) :])
    line = data.index(b"\n")
    header = json.loads(data[:line])
    at, blocks, many = line + 1, [], 1 + len(header["labels"])
    for kind, low, high, count in header["blocks"]:
        (length,) = struct.unpack_from("<I", data, at)
        vocabulary = json.loads(data[at + 4 : at + 4 + length])
        if shared is not None:
            vocabulary = [shared.setdefault(feature, feature) for feature in vocabulary]
        at += 4 + length
        columns = []
        for _ in range(many):
            columns.append(array("f", struct.unpack_from(f"<{count}e", data, at)))
            at += 2 * count
        blocks.append(Block(kind, low, high, vocabulary, columns[0], columns[1:]))
    model = Linear(header["labels"], blocks, header["biases"], mixed=header["mixed"])
    model.points = header["points"]
    return model


def _halves(numbers: Iterable[float]) -> bytes:
    values = list(numbers)
    return struct.pack(f"<{len(values)}e", *values)
