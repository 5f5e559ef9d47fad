"""How somebody has felt lately: their lines, each of which counts half as much as one that came HALF_LIFE later.

    state = sum(2 ** (-age / HALF_LIFE) * feeling) / sum(2 ** (-age / HALF_LIFE))

`age` counts the lines of the same speaker that came after, from 0. Lines of which nothing is known are left out.
"""

from collections.abc import Sequence

import numpy as np

from inference.emotion.bag import HIDDEN
from inference.emotion.feeling import Feeling
from inference.emotion.labels import LABELS, NEUTRAL

HALF_LIFE = 3.0  # lines of the same speaker
LOOKED_BACK = 12  # lines; one before them weighs a sixteenth
COUNTS_FROM = 0.25  # of a label, smoothed


def smoothed(oldest_first: Sequence[Feeling]) -> Feeling | None:
    """None where nothing is known."""
    scores, hidden, total = np.zeros(len(LABELS), np.float32), np.zeros(HIDDEN, np.float32), 0.0
    for age, feeling in enumerate(reversed(oldest_first[-LOOKED_BACK:])):
        if feeling.known:
            weight = 2 ** (-age / HALF_LIFE)
            scores, hidden, total = scores + weight * feeling.scores, hidden + weight * feeling.hidden, total + weight
    if not total:
        return None
    scores, hidden = scores / total, hidden / total
    places = [place for place in np.argsort(-scores).tolist() if scores[place] >= COUNTS_FROM and place != NEUTRAL]
    return Feeling(scores, tuple(places), hidden)
