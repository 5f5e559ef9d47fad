"""One recording, from bytes to phrases: decoded, watched for speech, cleaned."""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np

from voice.hearing.decoding import Source, samples_of
from voice.hearing.encoding import as_integers, opus
from voice.hearing.gate import cleaned
from voice.hearing.phrases import Phrases, Spoken
from voice.hearing.words import Phrase, Report

QUIET = -62.0  # dB: with less noise than that there is nothing to clean
DRAFT_SECONDS = 0.8  # of new speech, before the phrase under way is looked at again
DRAFT_SHARE = 0.25  # and as much of the phrase: a long one is not recognised anew for every word


class Pipeline:
    """`run` is stopped in the reads of its source, at which `report` tells what was heard until then."""

    def __init__(self, *, keep: bool = False) -> None:
        self.keep = keep
        self._phrases = Phrases()
        self._seconds = 0.0
        self._frames: list[bool] = []
        self._ended: list[Phrase] = []
        self._drafted = 0.0
        self._clip: list[np.ndarray[Any, Any]] = []

    def run(self, source: Source, wrapping: str) -> None:
        """To the end of the source. Raises Refused."""
        for samples in samples_of(source, wrapping):
            self._hear(samples)
        if last := self._phrases.end():
            self._end(last)

    def report(self, *, done: bool = False) -> Report:
        """Since the last one."""
        frames, ended = self._frames, self._ended
        self._frames, self._ended = [], []
        return Report(
            seconds=round(self._seconds, 3),
            speech_probability=round(sum(frames) / len(frames), 3) if frames else 0.0,
            noise_level=self._phrases.noise_level,
            speaking=self._phrases.current is not None,
            draft=next(self._draft(), None),
            phrases=ended,
            done=done,
            clip=opus(np.concatenate(self._clip)) if done and self._clip else b"",
        )

    def _hear(self, samples: np.ndarray[Any, Any]) -> None:
        self._seconds += len(samples) / 16_000
        for voiced, ended in self._phrases.hear(samples):
            self._frames.append(voiced)
            if ended is not None:
                self._end(ended)

    def _end(self, spoken: Spoken) -> None:
        sound = self._cleaned(spoken)
        self._ended.append(_phrase(spoken, sound))
        self._drafted = 0.0
        if self.keep:
            self._clip.append(sound)

    def _draft(self) -> Iterator[Phrase]:
        spoken = self._phrases.current
        if spoken is None:
            return
        more = spoken.seconds - self._drafted
        if spoken.silent < 10 and more >= max(DRAFT_SECONDS, DRAFT_SHARE * spoken.seconds):
            self._drafted = spoken.seconds
            yield _phrase(spoken, self._cleaned(spoken))

    def _cleaned(self, spoken: Spoken) -> np.ndarray[Any, Any]:
        sound = spoken.sound
        return sound if self._phrases.noise_level < QUIET else cleaned(sound, self._phrases.noise)


def rehearse() -> None:
    """All that is loaded when it is first used: a child can open no file any more."""
    noise = np.random.default_rng(0).standard_normal(8_000).astype(np.float32)
    Pipeline(keep=True).run(io.BytesIO(opus(cleaned(noise, noise))), "ogg")


def _phrase(spoken: Spoken, sound: np.ndarray[Any, Any]) -> Phrase:
    return Phrase(spoken.number, round(len(sound) / 16_000, 2), as_integers(sound).tobytes())
