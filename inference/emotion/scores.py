"""How good a model is: F1 by label, and the points that make it best."""

from collections.abc import Sequence

import numpy as np

from inference.emotion.bag import Numbers
from inference.emotion.datasets import Example
from inference.emotion.labels import EKMAN, LABELS, PLACE

_GROUPS = [[PLACE[label] for label in labels] for labels in EKMAN.values()]


def wanted(examples: Sequence[Example]) -> Numbers:
    """One row an example, one column a label; 1 where it holds."""
    found = np.zeros((len(examples), len(LABELS)), dtype=np.float32)
    for row, example in enumerate(examples):
        found[row, list(example.labels)] = 1
    return found


def grouped(scores: Numbers) -> Numbers:
    """The highest of each of Ekman's groups."""
    return np.stack([scores[:, group].max(axis=1) for group in _GROUPS], axis=1)


def f1(right: Numbers, said: Numbers) -> Numbers:
    """By column; 0 where nothing was right."""
    both = (right * said).sum(axis=0)
    found: Numbers = 2 * both / np.maximum(1, right.sum(axis=0) + said.sum(axis=0))
    return found


def best_points(right: Numbers, scores: Numbers) -> Numbers:
    """For each column the point with the highest F1: halfway between two scores, so that neither decides."""
    points = np.zeros(scores.shape[1], dtype=np.float32)
    for column in range(scores.shape[1]):
        order = np.argsort(-scores[:, column])
        both = np.cumsum(right[order, column])
        said = np.arange(1, len(order) + 1)
        at = int(np.argmax(2 * both / (said + right[:, column].sum())))
        after = min(at + 1, len(order) - 1)
        points[column] = (scores[order[at], column] + scores[order[after], column]) / 2
    return points
