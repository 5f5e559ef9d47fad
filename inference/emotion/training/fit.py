"""The bag is fitted: one matrix of features, a small net, a few rounds. Needs requirements-train.txt."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from inference.emotion.bag import HIDDEN, Numbers
from inference.emotion.datasets import Example
from inference.emotion.english import features_at, words_of
from inference.emotion.labels import LABELS
from inference.emotion.scores import wanted

Said = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    features: int = 20_000  # the most frequent
    at_least: int = 3  # times that a feature is there
    rounds: int = 3
    batch: int = 256
    rate: float = 0.002
    wide_rate: float = 0.3  # of it, for the way past the layer
    gain: float = 3.0
    drop: float = 0.4  # of the features of an example
    drop_hidden: float = 0.4
    rare: float = 0.35  # power by which a label counts more where it is rare
    seed: int = 1


def counted(text: str) -> Counter[str]:
    words = words_of(text)
    return Counter(feature for at in range(len(words)) for feature in features_at(words, at))


class Features:
    """What is looked at, and how rare it is: learned from the examples to learn from, and from nothing else."""

    def __init__(self, texts: Sequence[Counter[str]], plan: Plan) -> None:
        seen = Counter(feature for text in texts for feature in text)
        # By frequency, then by name: the same examples give the same features.
        ranked = sorted(
            (each for each in seen.items() if each[1] >= plan.at_least), key=lambda each: (-each[1], each[0])
        )
        kept = ranked[: plan.features]
        self.rows = {feature: row for row, (feature, _) in enumerate(kept)}
        self.idf = np.log(len(texts) / np.array([many for _, many in kept])).astype(np.float32)

    def matrix(self, texts: Sequence[Counter[str]]) -> sparse.csr_matrix:
        """One row a text, of length one."""
        at, columns, values = [0], [], []
        for text in texts:
            for feature, many in text.items():
                if (row := self.rows.get(feature)) is not None:
                    columns.append(row)
                    values.append(many)
            at.append(len(columns))
        places = np.array(columns, dtype=np.int32)
        times = np.array(values, dtype=np.float32)
        found = sparse.csr_matrix((self.idf[places] * times, places, at), shape=(len(texts), len(self.rows)))
        lengths = sparse.csr_matrix((self.idf[places] ** 2 * times, places, at), shape=found.shape).sum(axis=1)
        return sparse.diags(1 / np.sqrt(np.maximum(np.asarray(lengths).ravel(), 1e-6))).dot(found).astype(np.float32)


class Net:
    def __init__(self, features: int, right: Numbers, plan: Plan) -> None:
        self.plan, self.dice = plan, np.random.default_rng(plan.seed)
        share = right.mean(axis=0)
        self.weights = ((1 - share) / share) ** plan.rare
        normal = self.dice.normal
        self.parts: list[Any] = [
            normal(0, 0.05, (features, HIDDEN)).astype(np.float32),
            np.zeros((features, len(LABELS)), np.float32),
            np.zeros(HIDDEN, np.float32),
            normal(0, 0.1, (HIDDEN, len(LABELS))).astype(np.float32),
            np.log(share / (1 - share)).astype(np.float32),
        ]
        self.first = [np.zeros_like(part) for part in self.parts]
        self.second = [np.zeros_like(part) for part in self.parts]

    def hidden(self, x: sparse.csr_matrix) -> Numbers:
        embed, _, shift, _, _ = self.parts
        found: Numbers = np.tanh(self.plan.gain * (x @ embed) + shift)
        return found

    def logits(self, x: sparse.csr_matrix) -> Numbers:
        _, wide, _, out, bias = self.parts
        found: Numbers = self.hidden(x) @ out + self.plan.gain * (x @ wide) + bias
        return found

    def learn(self, x: sparse.csr_matrix, right: Numbers, say: Said) -> None:
        plan, many = self.plan, x.shape[0]
        steps = plan.rounds * -(-many // plan.batch)
        step = 0
        for round_ in range(plan.rounds):
            order, loss = self.dice.permutation(many), 0.0
            for begin in range(0, many, plan.batch):
                at = order[begin : begin + plan.batch]
                step += 1
                loss += self._step(x[at], right[at], plan.rate * (1 - step / (steps + 1)))
            say(f"  round {round_ + 1}: loss {loss * plan.batch / many:.4f}")

    def _step(self, x: sparse.csr_matrix, right: Numbers, rate: float) -> float:
        plan, gain = self.plan, self.plan.gain
        embed, wide, shift, out, bias = self.parts
        x = x.copy()
        x.data *= (self.dice.random(len(x.data)) >= plan.drop) / np.float32(1 - plan.drop)
        hidden = np.tanh(gain * (x @ embed) + shift)
        mask = ((self.dice.random(hidden.shape) >= plan.drop_hidden) / (1 - plan.drop_hidden)).astype(np.float32)
        kept = hidden * mask
        said = 1 / (1 + np.exp(-(kept @ out + gain * (x @ wide) + bias)))
        weights = np.where(right > 0, self.weights, 1)
        slope = ((said - right) * weights / len(right)).astype(np.float32)
        inner = (slope @ out.T) * mask * (1 - hidden * hidden)
        rows = np.unique(x.indices)
        turned = x.T.tocsr()[rows]
        everything = slice(None)
        slopes = (
            (rows, gain * (turned @ inner), 1.0),
            (rows, gain * (turned @ slope), plan.wide_rate),
            (everything, inner.sum(axis=0), 1.0),
            (everything, kept.T @ slope, 1.0),
            (everything, slope.sum(axis=0), 1.0),
        )
        for part, first, second, (at, by, factor) in zip(self.parts, self.first, self.second, slopes, strict=True):
            first[at] = 0.9 * first[at] + 0.1 * by
            second[at] = 0.99 * second[at] + 0.01 * by * by
            part[at] -= rate * factor * first[at] / (np.sqrt(second[at]) + 1e-8)
        sure = np.clip(said, 1e-7, 1 - 1e-7)
        return float(-(weights * (right * np.log(sure) + (1 - right) * np.log(1 - sure))).sum() / len(right))


@dataclass(frozen=True, slots=True)
class Fitted:
    features: Features
    net: Net


def fit(examples: Sequence[Example], texts: Sequence[Counter[str]], plan: Plan, say: Said) -> Fitted:
    features = Features(texts, plan)
    right = wanted(examples)
    net = Net(len(features.rows), right, plan)
    net.learn(features.matrix(texts), right, say)
    return Fitted(features, net)
