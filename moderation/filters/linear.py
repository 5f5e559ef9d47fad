"""Linear models over character and word n-grams, read from a file.

A model is a vocabulary in blocks; each block turns a text into features, weighs them by how rare they are (tf-idf with
a logarithm, length one) and multiplies by one column of weights a label. What trains them (`moderation.training`) uses
the same functions to get the features, so both see the same.
"""

import json
import math
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.filters.normalise import Letters
from moderation.filters.vocabulary import Hashes, Rows, Vocabulary, hashes_of

Numbers = NDArray[np.floating[Any]]

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


class Block:
    """Features of one kind: `idf` says how rare each is, a column of `weights` what each weighs for a label.

    A feature that is there n times counts 1 + log n times. Numbers may be of two bytes, as in the file: those that a
    text needs are widened before anything is computed.
    """

    def __init__(
        self, kind: str, low: int, high: int, vocabulary: Sequence[str], idf: Numbers, weights: Numbers
    ) -> None:
        self.kind, self.low, self.high = kind, low, high
        self.idf, self.weights = idf, weights
        self.features = KINDS[kind](low, high)
        self._vocabulary = Vocabulary(vocabulary)
        self._word = lru_cache(maxsize=WORDS_KEPT)(self._of_word)

    def scores(self, text: str) -> "list[float]":
        """One for each label; 0 where nothing of the text is known."""
        if not text or text.isspace():
            return [0.0] * self.weights.shape[1]
        rows, counts = self._by_word(text) if self.kind == "pieces" else self._at_once(text)
        weighed = (1.0 + np.log(counts)) * self.idf[rows].astype(np.float32)
        length = math.sqrt(weighed @ weighed) or 1.0
        found: list[float] = (weighed @ self.weights[rows].astype(np.float32) / length).tolist()
        return found

    def _by_word(self, text: str) -> tuple[Rows, Rows]:
        """The same few words make most of what people say."""
        words = [self._word(word) for word in text.split()]
        return np.unique(np.concatenate([_NOTHING, *words]), return_counts=True)

    def _at_once(self, text: str) -> tuple[Rows, Rows]:
        hashes, counts = _counted(self.features, text)
        rows, there = self._vocabulary.known(hashes)
        return rows, counts[there]

    def _of_word(self, word: str) -> Rows:
        return self._vocabulary.known(hashes_of(self.features(word)))[0]


_NOTHING: Rows = np.empty(0, np.int32)


@lru_cache(maxsize=1)
def _counted(features: Callable[[str], list[str]], text: str) -> tuple[Hashes, Rows]:
    """Two models with the same features are asked of a text one after the other."""
    return np.unique(hashes_of(features(text)), return_counts=True)


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


def dump(model: Linear, vocabularies: Sequence[Sequence[str]]) -> bytes:
    """With the features of each block, by row. Numbers of two bytes: what is measured is measured after rounding."""
    header = {
        "labels": model.labels,
        "biases": model.biases,
        "mixed": model.mixed,
        "points": model.points,
        "blocks": [[block.kind, block.low, block.high, len(block.idf)] for block in model.blocks],
    }
    parts = [json.dumps(header, ensure_ascii=False).encode() + b"\n"]
    for block, vocabulary in zip(model.blocks, vocabularies, strict=True):
        words_of = json.dumps(vocabulary, ensure_ascii=False, separators=(",", ":")).encode()
        parts += [struct.pack("<I", len(words_of)), words_of]
        parts += [column.astype("<f2").tobytes() for column in (block.idf, *block.weights.T)]
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
        if len(vocabulary) != count:
            raise ValueError(f"{path.name} has {len(vocabulary)} features where it says {count}")
        at += 4 + length
        columns = np.frombuffer(data, "<f2", many * count, at).reshape(many, count)
        at += 2 * many * count
        blocks.append(Block(kind, low, high, vocabulary, columns[0].copy(), columns[1:].T.copy()))
    model = Linear(header["labels"], blocks, header["biases"], mixed=header["mixed"])
    model.points = header["points"]
    return model
