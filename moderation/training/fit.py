"""One logistic regression a label over shared features, from the functions that the filters use themselves.

Every label has rows of its own (unknown labels are left out); each row has a weight. Features are counted once; how
rare they are, and the weights, are learned anew for each part of a cross-validation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from moderation.filters.linear import KINDS, Block, Linear

EVERYDAY = "everyday"  # the group of what people say to characters every day


@dataclass(frozen=True)
class Row:
    text: str  # folded, and cut as the filter cuts it
    labels: dict[str, int]
    weight: float = 1.0
    counted: bool = True  # its score is wanted from models that have not seen it
    group: str = ""
    talk: bool = False  # harmless talk: what it is flagged as sets the point, and is no part of the label's measures


@dataclass(frozen=True)
class BlockPlan:
    kind: str
    low: int
    high: int
    at_least: int = 2  # texts that hold a feature
    keep: int = 40_000  # the most frequent ones


@dataclass(frozen=True)
class Plan:
    labels: list[str]
    blocks: list[BlockPlan]
    cost: float = 10.0  # the inverse of regularisation
    mixed: str = ""  # a label that is averaged with the highest other


class Fitting:
    """Counts of all rows, block by block."""

    def __init__(self, plan: Plan, rows: Sequence[Row]) -> None:
        self.plan, self.rows = plan, rows
        texts = [row.text for row in rows]
        self.vocabularies: list[list[str]] = []
        self.counts: list[sparse.csr_matrix] = []
        for block in plan.blocks:
            features = KINDS[block.kind](block.low, block.high)
            counter = CountVectorizer(analyzer=features, min_df=block.at_least, max_features=block.keep)
            self.counts.append(counter.fit_transform(texts))
            self.vocabularies.append(list(counter.get_feature_names_out()))

    def train(self) -> Linear:
        everything = np.arange(len(self.rows))
        weighers, models = self._fit(everything)
        biases = [float(models[label].intercept_[0]) for label in self.plan.labels]
        edges = np.cumsum([len(vocabulary) for vocabulary in self.vocabularies])[:-1]
        pieces = [np.split(models[label].coef_[0], edges) for label in self.plan.labels]
        blocks = [
            Block(
                block.kind,
                block.low,
                block.high,
                self.vocabularies[at],
                _halves(weighers[at].idf_),
                np.stack([_halves(of_label[at]) for of_label in pieces], axis=1),
            )
            for at, block in enumerate(self.plan.blocks)
        ]
        return Linear(list(self.plan.labels), blocks, biases, mixed=self.plan.mixed)

    def out_of_fold(self, folds: int = 5, seed: int = 0) -> "dict[str, np.ndarray[Any, Any]]":
        """Logits of each counted row from models that have not seen it; NaN for the others."""
        counted = np.array([at for at, row in enumerate(self.rows) if row.counted])
        scores = {label: np.full(len(self.rows), np.nan) for label in self.plan.labels}
        for unseen in self._parts(counted, folds, seed):
            weighers, models = self._fit(np.setdiff1d(np.arange(len(self.rows)), unseen))
            features = self._features(weighers, unseen)
            for label, model in models.items():
                scores[label][unseen] = model.decision_function(features)
        if self.plan.mixed:
            others = np.max([scores[label] for label in scores if label != self.plan.mixed], axis=0)
            scores[self.plan.mixed] = (scores[self.plan.mixed] + others) / 2
        return scores

    def _parts(self, counted: "np.ndarray[Any, Any]", folds: int, seed: int) -> "list[np.ndarray[Any, Any]]":
        """Everyday lines are dealt by themselves: more of them must not deal the rest anew, and move other points."""
        everyday = np.array([self.rows[at].group == EVERYDAY for at in counted])
        parts = [self._dealt(some, folds, seed) for some in (counted[~everyday], counted[everyday]) if len(some)]
        return [np.concatenate(together) for together in zip(*parts, strict=True)]

    def _dealt(self, some: "np.ndarray[Any, Any]", folds: int, seed: int) -> "list[np.ndarray[Any, Any]]":
        first = self.plan.labels[0]
        strata = [f"{self.rows[at].group} {self.rows[at].labels.get(first)}" for at in some]
        splits = StratifiedKFold(folds, shuffle=True, random_state=seed).split(some, strata)
        return [some[left_out] for _, left_out in splits]

    def _fit(self, at: "np.ndarray[Any, Any]") -> "tuple[list[TfidfTransformer], dict[str, LogisticRegression]]":
        weighers = [TfidfTransformer(sublinear_tf=True).fit(counts[at]) for counts in self.counts]
        models = {}
        for label in self.plan.labels:
            known = np.array([row for row in at if label in self.rows[row].labels])
            wanted = np.array([self.rows[row].labels[label] for row in known])
            weights = np.array([self.rows[row].weight for row in known])
            model = LogisticRegression(C=self.plan.cost, solver="liblinear", max_iter=1000)
            models[label] = model.fit(self._features(weighers, known), wanted, sample_weight=weights)
        return weighers, models

    def _features(self, weighers: "list[TfidfTransformer]", at: "np.ndarray[Any, Any]") -> sparse.csr_matrix:
        parts = [weigher.transform(counts[at]) for weigher, counts in zip(weighers, self.counts, strict=True)]
        return sparse.hstack(parts).tocsr()


def _halves(numbers: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """As the file will hold them."""
    return np.asarray(numbers, np.float16).astype(np.float32)
