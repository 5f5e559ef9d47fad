"""The door: a text in, what it feels like out. About 0.3 milliseconds for a line, no network, no database."""

from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np

from inference.emotion import bag, chinese
from inference.emotion.bag import Bag, Numbers
from inference.emotion.english import words_of
from inference.emotion.feeling import Feeling, strongest_first, unknown
from inference.emotion.labels import NEUTRAL

WEIGHTS = Path(__file__).parent / "weights" / "english.bin"
# What the best known window of a text has to hold, in squares of how rare its features are: below, it is no English.
LEAST_KNOWN = 1.0
OF_STRONGEST = 0.8

_reading = Lock()


def read_feeling(text: str) -> Feeling:
    if chinese.is_chinese(text):
        return _of_chinese(text)
    return _of_english(words_of(text))


def warm() -> None:
    """Reads the weights, which takes a fifth of a second, once a process."""
    with _reading:
        weights()
        chinese.scores_of("好")


@lru_cache(maxsize=1)
def weights() -> Bag:
    return bag.load(WEIGHTS)


def is_warm() -> bool:
    return weights.cache_info().currsize > 0


def _of_english(words: list[str]) -> Feeling:
    """Of a long text mostly what the strongest of its windows says: one outcry in a long letter is an outcry. It is as
    neutral as all of it."""
    model = weights()
    hidden, logits, known = model.windows(words)
    if known.max() < LEAST_KNOWN or not any(map(str.isalpha, words)):
        return unknown()
    scores = 1 / (1 + np.exp(-logits))
    if len(scores) == 1:
        return Feeling(scores[0], counted(scores[0], model.points), hidden[0])
    mean = scores.mean(axis=0)
    joined = OF_STRONGEST * scores.max(axis=0) + (1 - OF_STRONGEST) * mean
    joined[NEUTRAL] = mean[NEUTRAL]
    return Feeling(joined, counted(joined, model.points), hidden.mean(axis=0))


def counted(scores: Numbers, points: "Numbers | float") -> tuple[int, ...]:
    return strongest_first(scores, np.flatnonzero(scores > points).tolist())


def _of_chinese(text: str) -> Feeling:
    """What English examples of the same labels look like inside stands for what Chinese ones would."""
    found = chinese.scores_of(text)
    if found is None:
        return unknown()
    scores = np.array(found, dtype=np.float32)
    places = counted(scores, chinese.POINT) or (NEUTRAL,)
    at = list(places)
    share = scores[at] / max(1e-6, float(scores[at].sum()))
    return Feeling(scores, places, share @ weights().centres[at])
