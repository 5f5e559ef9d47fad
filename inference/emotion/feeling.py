"""What a text feels like, as everybody is handed it."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from inference.emotion.bag import HIDDEN, Numbers
from inference.emotion.labels import EKMAN, LABELS, NEUTRAL, PLACE, VAD

FORMAT = 1
_HEAD = struct.Struct("<BBI")  # format, whether anything is known, which labels count
_SIZE = _HEAD.size + len(LABELS) + HIDDEN
_LEVELS = np.repeat(np.array([255, 127], np.float32), [len(LABELS), HIDDEN])
_VAD = np.array([VAD[label] for label in LABELS], dtype=np.float32)
NOTHING_HIDDEN = np.zeros(HIDDEN, dtype=np.float32)
_GROUPS = {name: [PLACE[label] for label in labels] for name, labels in EKMAN.items()}


@dataclass(frozen=True, eq=False)
class Feeling:
    """`scores` and `hidden` are of 28 and 128 numbers; `counts` the places of the labels that hold, as
    `strongest_first` orders them. Not `known`: nothing in the text says what it feels like; nothing may be made of it.
    """

    scores: Numbers
    counts: tuple[int, ...]
    hidden: Numbers
    known: bool = True

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(LABELS[place] for place in self.counts)

    @cached_property
    def ekman(self) -> dict[str, float]:
        """The highest of each of the six, and of neutral."""
        return {name: float(self.scores[places].max()) for name, places in _GROUPS.items()}

    @cached_property
    def vad(self) -> tuple[float, float, float]:
        """Valence, arousal and dominance, from -1 to 1: of all labels, as much as each is there."""
        if not self.known:
            return 0.0, 0.0, 0.0
        valence, arousal, dominance = (self.scores @ _VAD / max(1.0, float(self.scores.sum()))).tolist()
        return valence, arousal, dominance

    @property
    def valence(self) -> float:
        return self.vad[0]

    def of(self, labels: Sequence[str]) -> float:
        """How sure it is that at least one of these holds."""
        return float(1 - np.prod(1 - self.scores[[PLACE[label] for label in labels]]))

    def packed(self) -> bytes:
        """162 bytes: a byte a number. Scores are from 0 to 1 and hidden numbers from -1 to 1, as they come."""
        mask = sum(1 << place for place in self.counts)
        numbers = np.rint(np.concatenate((self.scores, self.hidden)) * _LEVELS).astype(np.int16).astype(np.uint8)
        return _HEAD.pack(FORMAT, self.known, mask) + numbers.tobytes()


def unpacked(packed: bytes) -> Feeling | None:
    """None for what an older or newer release has packed: read the text anew."""
    if len(packed) != _SIZE or packed[0] != FORMAT:
        return None
    _, known, mask = _HEAD.unpack_from(packed)
    scores = np.frombuffer(packed, np.uint8, len(LABELS), _HEAD.size).astype(np.float32) / 255
    hidden = np.frombuffer(packed, np.int8, HIDDEN, _HEAD.size + len(LABELS)).astype(np.float32) / 127
    counts = strongest_first(scores, [place for place in range(len(LABELS)) if mask >> place & 1])
    return Feeling(scores, counts, hidden, bool(known))


def strongest_first(scores: Numbers, places: Sequence[int]) -> tuple[int, ...]:
    """Neutral last, where there is anything beside it."""
    return tuple(sorted(places, key=lambda place: (place == NEUTRAL, -scores[place])))


def unknown() -> Feeling:
    scores = np.zeros(len(LABELS), dtype=np.float32)
    scores[NEUTRAL] = 1
    return Feeling(scores, (), NOTHING_HIDDEN, known=False)
