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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.emotion.english import pieces_of
from inference.emotion.labels import LABELS

MAGIC = b"dramatis-emotion-1\n"
WINDOW, STRIDE = 32, 8  # words
HIDDEN = 128
MOST_KEPT = 12_000  # words and runs, of 628 bytes each
NOTHING = 0  # the place of what weighs nothing

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
    _known: "Known" = field(default_factory=lambda: Known(), repr=False, compare=False)

    def windows(self, words: list[str]) -> tuple[Numbers, Numbers, Numbers]:
        """For each window: its hidden vector, its logits, and how much of it is known (0 where nothing is)."""
        rows, known = self.rows, self._known.places
        places: list[int] = []
        begins, rare = [0], dict[int, Numbers]()

        def weigh(words: str, features: tuple[str, ...] = ()) -> None:
            place = known.get(words, NOTHING)
            if place == NOTHING:
                sums = self._sums_of(features or pieces_of(words))
                place = self._known.keep(words, sums)
                if place == NOTHING:
                    rare[len(places)] = sums
            places.append(place)

        for at, word in enumerate(words):
            if at and at % STRIDE == 0:
                begins.append(len(places))
            weigh(word)
            # A run has a row only where what it ends with has one.
            if at and word in rows and (run := f"{words[at - 1]} {word}") in rows:
                weigh(run, (run,))
                if at > 1 and (run := f"{words[at - 2]} {run}") in rows:
                    weigh(run, (run,))
        steps = self._known.steps(places or [NOTHING], begins, rare)
        return self._of(_windowed(steps, max(1, len(steps) - WINDOW // STRIDE + 1)))

    def _sums_of(self, features: Iterable[str]) -> Numbers:
        rows = [row for each in features if (row := self.rows.get(each)) is not None]
        weights = self.idf[rows]
        return np.append(weights @ self.layers[rows].astype(np.float32), weights @ weights).astype(np.float32)

    def _of(self, windows: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        squares = windows[:, -1]
        length = np.sqrt(np.maximum(squares, 1e-6))[:, None]
        heard = windows[:, :-1] * (self.gain * self.scale / length)
        hidden = np.tanh(heard[:, :HIDDEN] + self.shift)
        logits = hidden @ self.out + heard[:, HIDDEN:] + self.bias
        return hidden, logits, squares


class Known:
    """What words and runs of words weigh, added up once: most of what people say is made of the same few, and those
    come first. What comes when there is no more room is added up each time.

    A row of it: the weighted sum of what a word is made of, and last the sum of the weights' squares. Read in several
    threads at once: a place keeps what it was given.
    """

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self._sums = np.zeros((MOST_KEPT + 1, HIDDEN + len(LABELS) + 1), dtype=np.float32)
        self._one = Lock()

    def keep(self, words: str, sums: Numbers) -> int:
        """Its place; NOTHING where there is none left."""
        with self._one:
            if len(self.places) >= MOST_KEPT:
                return NOTHING
            place = len(self.places) + 1
            self._sums[place] = sums
            return self.places.setdefault(words, place)

    def steps(self, places: list[int], begins: list[int], rare: Mapping[int, Numbers]) -> Numbers:
        """What lies at these places, added up from each beginning to the next. `rare`: what stands in for some."""
        found: Numbers = self._sums[places]
        for at, sums in rare.items():
            found[at] = sums
        return np.add.reduceat(found, begins)


def _windowed(steps: Numbers, many: int) -> Numbers:
    """Of each window of `WINDOW` words what its steps add up to."""
    return reduce(np.add, [steps[at : at + many] for at in range(min(WINDOW // STRIDE, len(steps)))])


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
