"""When somebody speaks: each 20 ms are speech or not, and what is spoken is cut into phrases."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import webrtcvad

from voice.hearing.caps import PHRASE_SECONDS, RATE

FRAME = RATE // 50  # 20 ms
STRICTNESS = 2  # of 0 to 3
ABOVE_NOISE = 6.0  # dB
SILENCE = -90.0  # dB: below that there is nothing
BEGIN_WITHIN, BEGIN_VOICED = 10, 5  # frames: half of 200 ms are speech
END_AFTER = 35  # frames without speech: 700 ms
LEAD = 10  # frames that are kept before a phrase and after it: soft sounds begin and end it
NOISE_KEPT = 50  # frames, a second
LEVELS_KEPT = 150  # frames, three seconds
QUIETEST = 0.15  # of them
LOUDEST_NOISE = -35.0  # dB: who begins to speak at once is no noise
MOST_FRAMES = int(PHRASE_SECONDS * 50)
Array = np.ndarray[Any, Any]


@dataclass
class Spoken:
    """A phrase, as it was heard. `voiced` counts frames."""

    number: int
    frames: list[Array] = field(default_factory=list)
    voiced: int = 0
    silent: int = 0  # frames since the last speech

    @property
    def seconds(self) -> float:
        return len(self.frames) / 50

    @property
    def sound(self) -> Array:
        """Without the silence behind it."""
        until = len(self.frames) - max(0, self.silent - LEAD)
        return np.concatenate(self.frames[:until])


class Phrases:
    def __init__(self) -> None:
        self._vad = webrtcvad.Vad(STRICTNESS)
        self._rest = np.zeros(0, np.float32)
        self._before: deque[Array] = deque(maxlen=BEGIN_WITHIN + LEAD)
        self._voiced: deque[bool] = deque(maxlen=BEGIN_WITHIN)
        self._noise: deque[Array] = deque(maxlen=NOISE_KEPT)
        self._levels: deque[float] = deque(maxlen=LEVELS_KEPT)
        self._count = 0
        self.floor: float | None = None
        self.current: Spoken | None = None

    @property
    def noise_level(self) -> float:
        return SILENCE if self.floor is None else round(self.floor, 1)

    @property
    def noise(self) -> Array:
        return np.concatenate(self._noise) if self._noise else np.zeros(0, np.float32)

    def hear(self, samples: Array) -> Iterator[tuple[bool, Spoken | None]]:
        """Frame by frame: whether it is speech, and the phrase that it ended."""
        sound = np.concatenate((self._rest, samples))
        whole = len(sound) // FRAME
        self._rest = sound[whole * FRAME :]
        for frame in sound[: whole * FRAME].reshape(-1, FRAME):
            yield self._frame(frame)

    def end(self) -> Spoken | None:
        """The recording is over, and with it a phrase under way."""
        ended, self.current = self.current, None
        return ended

    def _frame(self, frame: Array) -> tuple[bool, Spoken | None]:
        voiced = self._is_speech(frame)
        self._voiced.append(voiced)
        if self.current is None:
            self._before.append(frame)
            if not voiced:
                self._noise.append(frame)
            if sum(self._voiced) >= BEGIN_VOICED:
                self._count += 1
                self.current = Spoken(self._count, list(self._before), sum(self._voiced))
                self._before.clear()
            return voiced, None
        spoken = self.current
        spoken.frames.append(frame)
        spoken.voiced += voiced
        spoken.silent = 0 if voiced else spoken.silent + 1
        if spoken.silent < END_AFTER and len(spoken.frames) < MOST_FRAMES:
            return voiced, None
        self._voiced.clear()
        return voiced, self.end()

    def _is_speech(self, frame: Array) -> bool:
        level = max(SILENCE, 10 * float(np.log10(np.mean(np.square(frame)) + 1e-12)))
        if level > SILENCE or not self._levels:
            self._levels.append(level)
        # Noise stays as loud as it is, speech has pauses: what is quietest was noise.
        self.floor = min(LOUDEST_NOISE, sorted(self._levels)[int(len(self._levels) * QUIETEST)])
        if level <= self.floor + ABOVE_NOISE:
            return False
        return bool(self._vad.is_speech((frame * 32_767).astype("<i2").tobytes(), RATE))
