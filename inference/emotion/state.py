"""How somebody has felt lately: their lines, each of which counts half as much as one that came HALF_LIFE later.

    state = sum(2 ** (-age / HALF_LIFE) * feeling) / sum(2 ** (-age / HALF_LIFE))

`age` counts the lines of the same speaker that came after, from 0. Lines of which nothing is known are left out.
"""

from collections.abc import Sequence

import numpy as np

from inference.emotion.feeling import NOTHING_HIDDEN, Feeling, strongest_first
from inference.emotion.labels import NEUTRAL

HALF_LIFE = 3.0  # lines of the same speaker
LOOKED_BACK = 12  # lines; one before them weighs a sixteenth
COUNTS_FROM = 0.25  # of a label, smoothed
_WEIGHTS = np.array([2 ** (-age / HALF_LIFE) for age in range(LOOKED_BACK)], np.float32)


def smoothed(oldest_first: Sequence[Feeling]) -> Feeling | None:
    """None where nothing is known. Of what is hidden nothing is added up: nobody asks a state for it."""
    newest_first = oldest_first[: -LOOKED_BACK - 1 : -1]
    known = [age for age, feeling in enumerate(newest_first) if feeling.known]
    if not known:
        return None
    weights = _WEIGHTS[known]
    scores = np.concatenate([newest_first[age].scores for age in known]).reshape(len(known), -1)
    state = weights @ scores / weights.sum()
    places = [place for place in np.flatnonzero(state >= COUNTS_FROM).tolist() if place != NEUTRAL]
    return Feeling(state, strongest_first(state, places), NOTHING_HIDDEN)
