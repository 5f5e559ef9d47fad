"""The model: a bag of features with a layer in between, and a straight way past it.

A feature counts by how rare it is. With `x` the features of a window, of length one:

    hidden = tanh(gain · x E + d)          128 numbers
    logits = hidden W + gain · x L + c     28 numbers

`E` and `L`, side by side, are kept as whole numbers of one byte with a scale for each column. A text is walked once:
what each eight words weigh is added up for every window that holds them.
"""

import json
import struct
import zlib
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
STEPS_AT_ONCE = 32  # of eight words each
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
    layers: Small
    scale: Numbers
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
        sums, squares = self._steps(rows, ends)
        many = max(1, len(sums) - WINDOW // STRIDE + 1)
        sums, squares = _windowed(sums, many), _windowed(squares, many)
        length = np.sqrt(np.maximum(squares, 1e-6))[:, None]
        heard = self.gain * sums * self.scale / length
        hidden = np.tanh(heard[:, :HIDDEN] + self.shift)
        logits = hidden @ self.out + heard[:, HIDDEN:] + self.bias
        return hidden, logits, squares

    def _steps(self, rows: NDArray[np.int32], ends: list[int]) -> tuple[Numbers, Numbers]:
        """For each step, the weighted sum of its rows and the sum of the weights' squares. One product for several
        steps: of long texts a few at once, as what lies beside the blocks of each step is zero."""
        weights = self.idf[rows]
        sums, squares = [], []
        for first in range(0, max(1, len(ends) - 1), STEPS_AT_ONCE):
            bounds = ends[first : first + STEPS_AT_ONCE + 1]
            begin, end = bounds[0], bounds[-1]
            share = np.zeros((max(1, len(bounds) - 1), end - begin), dtype=np.float32)
            for step, (start, stop) in enumerate(pairwise(bounds)):
                share[step, start - begin : stop - begin] = weights[start:stop]
            sums.append(share @ self.layers[rows[begin:end]].astype(np.float32))
            squares.append(np.einsum("ij,ij->i", share, share))
        return np.concatenate(sums), np.concatenate(squares)


def _windowed(steps: Numbers, many: int) -> Numbers:
    """Of each window of `WINDOW` words what its steps add up to."""
    return np.sum([steps[at : at + many] for at in range(min(WINDOW // STRIDE, len(steps)))], axis=0)


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


def _parts_of(bag: Bag) -> dict[str, Numbers | Small]:
    joint = {"embed": bag.layers, "embed_scale": bag.scale}
    deep = {name: each[..., :HIDDEN] for name, each in joint.items()}
    wide = {name.replace("embed", "wide"): each[..., HIDDEN:] for name, each in joint.items()}
    return deep | wide | {part: getattr(bag, part) for part in _PARTS if part not in deep | wide}


def dump(bag: Bag) -> bytes:
    vocabulary = json.dumps(sorted(bag.rows, key=bag.rows.__getitem__), ensure_ascii=False, separators=(",", ":"))
    parts = _parts_of(bag)
    header = {"labels": LABELS, "gain": bag.gain, "shapes": {part: parts[part].shape for part in _PARTS}}
    pieces = [json.dumps(header).encode(), vocabulary.encode()]
    pieces += [parts[part].astype(_TYPES.get(part, "<f4")).tobytes() for part in _PARTS]
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
    layers, scale = (
        np.concatenate([parts.pop(f"embed{each}"), parts.pop(f"wide{each}")], axis=-1) for each in ("", "_scale")
    )
    return Bag(rows=rows, gain=header["gain"], layers=layers, scale=scale, **parts)
