"""The model: a bag of features with a layer in between, and a straight way past it.

A feature counts by how rare it is. With `x` the features of a window, of length one:

    hidden = tanh(gain · x E + d)          128 numbers
    logits = hidden W + gain · x L + c     28 numbers

`E` and `L` are kept as whole numbers of one byte with a scale for each column. A text is walked once: what each
eight words weigh is added up for every window that holds them.
"""

import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.emotion.english import pieces_of, runs_at
from inference.emotion.labels import LABELS

MAGIC = b"dramatis-emotion-1\n"
WINDOW, STRIDE = 32, 8  # words
HIDDEN = 128
MOST_WORDS_KEPT = 20_000

Numbers = NDArray[np.floating[Any]]
Small = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Bag:
    """`points`: from which probability on a label counts; `ekman_points` the same of the seven groups. `centres`:
    the hidden vector in the middle of each label's examples."""

    rows: dict[str, int]
    idf: Numbers
    embed: Small
    embed_scale: Numbers
    wide: Small
    wide_scale: Numbers
    shift: Numbers
    out: Numbers
    bias: Numbers
    gain: float
    points: Numbers
    ekman_points: Numbers
    centres: Numbers
    _of_words: dict[str, list[int]] = field(default_factory=dict, repr=False, compare=False)

    def windows(self, words: list[str]) -> tuple[Numbers, Numbers, Numbers]:
        """For each window: its hidden vector, its logits, and how much of it is known (0 where nothing is)."""
        rows: list[int] = []
        ends = [0]
        for at, word in enumerate(words):
            rows += self._rows_of(word)
            rows += [row for each in runs_at(words, at) if (row := self.rows.get(each)) is not None]
            if (at + 1) % STRIDE == 0 or at + 1 == len(words):
                ends.append(len(rows))
        return self._of(np.array(rows, dtype=np.int32), ends)

    def _rows_of(self, word: str) -> list[int]:
        """Most of what people say is made of the same few words."""
        if (found := self._of_words.get(word)) is None:
            if len(self._of_words) >= MOST_WORDS_KEPT:
                self._of_words.clear()
            found = [row for each in pieces_of(word) if (row := self.rows.get(each)) is not None]
            self._of_words[word] = found
        return found

    def _of(self, rows: NDArray[np.int32], ends: list[int]) -> tuple[Numbers, Numbers, Numbers]:
        """`ends`: how many rows there are up to the end of each step of eight words."""
        steps = [self._sums(rows[begin:end]) for begin, end in pairwise(ends)] or [self._sums(rows)]
        many = max(1, len(steps) - WINDOW // STRIDE + 1)
        windows = [_added(steps[at : at + WINDOW // STRIDE]) for at in range(many)]
        deep_sums, wide_sums, squares = (np.stack(each) for each in zip(*windows, strict=True))
        length = np.sqrt(np.maximum(squares, 1e-6))[:, None]
        hidden = np.tanh(self.gain * deep_sums * self.embed_scale / length + self.shift)
        logits = hidden @ self.out + self.gain * wide_sums * self.wide_scale / length + self.bias
        return hidden, logits, squares

    def _sums(self, rows: NDArray[np.int32]) -> tuple[Numbers, Numbers, Numbers]:
        weights = self.idf[rows]
        return weights @ self.embed[rows], weights @ self.wide[rows], weights @ weights


def _added(steps: Sequence[tuple[Numbers, Numbers, Numbers]]) -> tuple[Numbers, ...]:
    return tuple(sum(each[1:], start=each[0]) for each in zip(*steps, strict=True))


def squeezed(matrix: Numbers) -> tuple[Small, Numbers]:
    """As it is kept: whole numbers from -127 to 127, and what one of them is worth, column by column."""
    scale = (np.abs(matrix).max(axis=0) / 127).astype(np.float32)
    scale[scale == 0] = 1
    return np.rint(matrix / scale).astype(np.int8), scale


_PARTS = (
    "idf",
    "embed",
    "embed_scale",
    "wide",
    "wide_scale",
    "shift",
    "out",
    "bias",
    "points",
    "ekman_points",
    "centres",
)
_TYPES = {"embed": "<i1", "wide": "<i1"}


def dump(bag: Bag) -> bytes:
    vocabulary = json.dumps(sorted(bag.rows, key=bag.rows.__getitem__), ensure_ascii=False, separators=(",", ":"))
    header = {"labels": LABELS, "gain": bag.gain, "shapes": {part: getattr(bag, part).shape for part in _PARTS}}
    pieces = [json.dumps(header).encode(), vocabulary.encode()]
    pieces += [getattr(bag, part).astype(_TYPES.get(part, "<f4")).tobytes() for part in _PARTS]
    packed = b"".join(struct.pack("<I", len(piece)) + piece for piece in pieces)
    return MAGIC + zlib.compress(packed, 9)


def load(path: Path) -> Bag:
    """Raises ValueError for a file of another format."""
    raw = path.read_bytes()
    if not raw.startswith(MAGIC):
        raise ValueError(f"{path.name} holds no emotion model of this version")
    data, at, pieces = zlib.decompress(raw[len(MAGIC) :]), 0, []
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at)
        pieces.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    header: dict[str, Any] = json.loads(pieces[0])
    parts: dict[str, Any] = {
        part: np.frombuffer(piece, dtype=_TYPES.get(part, "<f4")).reshape(header["shapes"][part])
        for part, piece in zip(_PARTS, pieces[2:], strict=True)
    }
    rows = {feature: row for row, feature in enumerate(json.loads(pieces[1]))}
    return Bag(rows=rows, gain=header["gain"], **parts)
