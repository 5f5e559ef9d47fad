"""What the suffix filter knows: how many bits each third sign is worth, and how to judge a stretch that surprises."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from moderation.filters.suffix import SIZE, Judge, pairs_of, shape_of, signs, worst_stretch
from moderation.training.noise import LANGUAGES, honest, pieces_of_code, searched

EVEN = 0.3  # added to each count
LEAST = 3.6  # bits a sign: nobody talks like that
STRENGTH = 0.1  # the inverse of regularisation
FLAGGED = {"messy": 0.008, "prompts": 0.002, "talk": 0.0005}  # of what is honest, at most


def table_of(texts: Iterable[str]) -> bytes:
    threes: Counter[tuple[int, int, int]] = Counter()
    for text in texts:
        places, _ = signs(text)
        threes.update(three for three in zip(places, places[1:], places[2:], strict=False) if min(three) >= 0)
    twos: Counter[tuple[int, int]] = Counter()
    ones: Counter[int] = Counter()
    for (a, b, c), count in threes.items():
        twos[a, b] += count
        ones[c] += count
    total = sum(ones.values())
    table = bytearray()
    for a in range(SIZE):
        for b in range(SIZE):
            below = twos[a, b] + EVEN * SIZE
            for c in range(SIZE):
                chance = (threes[a, b, c] + EVEN * SIZE * (ones[c] + 1) / (total + SIZE)) / below
                table.append(min(255, round(-8 * math.log2(chance))))
    return bytes(table)


def judge_of(talk: Sequence[str], prompts: Sequence[str], code: Sequence[str], table: bytes) -> Judge:
    """Learned from generated noise of both kinds; the point is set by cross-validation on what is honest."""
    words = re.findall(r"[A-Za-z]{3,12}", " ".join(prompts)[:400_000])
    names = re.findall(r"[A-Za-z]{3,14}", " ".join(code)[:400_000])
    languages = LANGUAGES[::2]
    texts = {
        "searched": searched(1, 1_500, languages, words, names),
        "messy": [*honest(1, languages), *pieces_of_code(list(code), 1, 300)],
        "prompts": prompts,
        "talk": talk,
    }
    shapes = {kind: _shapes(of_kind, table) for kind, of_kind in texts.items()}
    kinds = np.array([kind for kind, found in shapes.items() for _ in found])
    rows = np.array([shape for found in shapes.values() for shape in found])
    scale = rows.std(axis=0) + 1e-9
    features = np.array([pairs_of(list(row)) for row in rows / scale])
    wanted, weights = kinds == "searched", np.where(kinds == "messy", 2.0, 1.0)
    model = LogisticRegression(C=STRENGTH, max_iter=5_000)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    unseen = cross_val_predict(
        model, features, wanted, cv=folds, method="decision_function", params={"sample_weight": weights}
    )
    point = max(_exceeded_by(unseen[kinds == kind], share * len(texts[kind])) for kind, share in FLAGGED.items())
    model.fit(features, wanted, sample_weight=weights)
    return Judge(
        LEAST,
        [round(float(one), 6) for one in scale],
        [round(float(one), 5) for one in model.coef_[0]],
        round(float(model.intercept_[0]), 5),
        round(point, 4),
    )


def _shapes(texts: Iterable[str], table: bytes) -> list[list[float]]:
    """Of those alone that surprise enough to be judged."""
    found = []
    for text in texts:
        bits, start, end = worst_stretch(text, table)
        if bits >= LEAST:
            found.append(shape_of(text[start:end], bits))
    return found


def _exceeded_by(logits: "np.ndarray[tuple[int], np.dtype[np.float64]]", many: float) -> float:
    ordered = sorted(map(float, logits), reverse=True)
    return ordered[min(int(many), len(ordered) - 1)] + 1e-3 if ordered else -math.inf
