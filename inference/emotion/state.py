"""How somebody has felt lately: their lines, each of which counts half as much as one that came HALF_LIFE later.

    state = sum(2 ** (-age / HALF_LIFE) * feeling) / sum(2 ** (-age / HALF_LIFE))

`age` counts the lines of the same speaker that came after, from 0. Lines of which nothing is known are left out.
"""

from collections.abc import Sequence

import numpy as np

from inference.emotion.feeling import Feeling
from inference.emotion.labels import NEUTRAL

HALF_LIFE = 3.0  # lines of the same speaker
LOOKED_BACK = 12  # lines; one before them weighs a sixteenth
COUNTS_FROM = 0.25  # of a label, smoothed
_WEIGHTS = [2 ** (-age / HALF_LIFE) for age in range(LOOKED_BACK)]


def smoothed(oldest_first: Sequence[Feeling]) -> Feeling | None:
    """None where nothing is known."""
    newest_first = oldest_first[: -LOOKED_BACK - 1 : -1]
    known = [(weight, feeling) for weight, feeling in zip(_WEIGHTS, newest_first, strict=False) if feeling.known]
    if not known:
        return None
    weights = np.array([weight for weight, _ in known], np.float32)
    weights /= weights.sum()
    scores = weights @ np.array([feeling.scores for _, feeling in known])
    hidden = weights @ np.array([feeling.hidden for _, feeling in known])
    places = [place for place in np.argsort(-scores).tolist() if scores[place] >= COUNTS_FROM and place != NEUTRAL]
    return Feeling(scores, tuple(places), hidden)
