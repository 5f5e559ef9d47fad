"""Linear models over character and word n-grams, read from a file and computed without any library.

A model is a vocabulary in blocks; each block turns a text into features, weighs them by how rare they are (tf-idf with
a logarithm, length one) and multiplies by one column of weights a label. What trains them (`moderation.training`) uses
the same functions to get the features, so both see the same.
"""

import json
import math
import struct
import zlib
from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import itemgetter, mul
from pathlib import Path

MAGIC = b"dramatis-linear-1\n"
WINDOW = 1_200  # signs looked at in one go
STEP = 1_000
WORDS_KEPT = 20_000


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


def characters(low: int, high: int) -> Callable[[str], list[str]]:
    def pieces(text: str) -> list[str]:
        plain = " ".join(text.split())
        return [plain[at : at + size] for size in range(low, high + 1) for at in range(len(plain) - size + 1)]

    return pieces


def words(low: int, high: int) -> Callable[[str], list[str]]:
    """Runs of words; each other letter that is no Latin one is a word of its own."""

    def pieces(text: str) -> list[str]:
        said = split_words(text)
        return [" ".join(said[at : at + size]) for size in range(low, high + 1) for at in range(len(said) - size + 1)]

    return pieces


def split_words(text: str) -> list[str]:
    spaced = "".join(
        sign if (sign.isascii() and sign.isalnum()) or sign == "'" else f" {sign} " if sign.isalnum() else " "
        for sign in text
    )
    return spaced.split()


KINDS: dict[str, Callable[[int, int], Callable[[str], list[str]]]] = {
    "pieces": word_pieces,
    "characters": characters,
    "words": words,
}


class Block:
    """Features of one kind: `idf` says how rare each is, `columns` what it weighs for each label."""

    def __init__(
        self, kind: str, low: int, high: int, vocabulary: list[str], idf: "array[float]", columns: "list[array[float]]"
    ) -> None:
        self.kind, self.low, self.high = kind, low, high
        self.vocabulary, self.idf, self.columns = vocabulary, idf, columns
        self.features = KINDS[kind](low, high)
        self._rows = {feature: row for row, feature in enumerate(vocabulary)}
        self._rows_of_word = lru_cache(maxsize=WORDS_KEPT)(self._rows_in)

    def scores(self, text: str) -> list[float]:
        counts = Counter(self._rows_of(text))
        if len(counts) < 2:  # `itemgetter` gives no tuple for one
            return [self._single(counts, column) for column in self.columns]
        pick = itemgetter(*counts)
        idf = pick(self.idf)
        values = [(1.0 + math.log(count)) * rare for count, rare in zip(counts.values(), idf, strict=True)]
        length = math.sqrt(sum(map(mul, values, values)))
        return [sum(map(mul, values, pick(column))) / length for column in self.columns]

    def _rows_of(self, text: str) -> list[int]:
        if self.kind != "pieces":
            return self._rows_in(text)
        found: list[int] = []
        for word in text.split():  # the same few words make most of what people say
            found += self._rows_of_word(word)
        return found

    def _rows_in(self, text: str) -> list[int]:
        rows = self._rows
        return [row for feature in self.features(text) if (row := rows.get(feature)) is not None]

    @staticmethod
    def _single(counts: Counter[int], column: "array[float]") -> float:
        return sum(column[row] for row in counts)


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
        return sigmoid(self.logits(text)[label] - self.points[label])

    def probabilities(self, text: str) -> dict[str, float]:
        """The highest of each label over the windows of a text."""
        highest = dict.fromkeys(self.labels, -math.inf)
        for window in windows(text):
            for label, logit in self.logits(window).items():
                highest[label] = max(highest[label], logit)
        return {label: sigmoid(logit - self.points[label]) for label, logit in highest.items()}


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


def load(path: Path) -> Linear:
    """Raises ValueError for a file of another format."""
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
