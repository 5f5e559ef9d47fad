"""The weights of the release: points are set on a slice of the training part, then all of it is learned from."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from inference.emotion.bag import Bag, Numbers, dump, squeezed
from inference.emotion.datasets import read_part
from inference.emotion.scores import best_points, f1, grouped, wanted
from inference.emotion.training.fit import Fitted, Plan, Said, counted, fit

PLAN = Plan()
SLICE = 0.15  # of the training part, to set points on


def make(data: Path, target: Path, *, plan: Plan = PLAN, say: Said = print) -> dict[str, Any]:
    """Writes `english.bin` and `manifest.json`."""
    examples = read_part(data, "train")
    texts = [counted(example.text) for example in examples]
    order = np.random.default_rng(0).permutation(len(examples))
    cut = int(len(examples) * SLICE)
    aside, kept = order[:cut], order[cut:]
    say(f"learning from {len(kept)}, setting points on {len(aside)}")
    trial = fit([examples[at] for at in kept], [texts[at] for at in kept], plan, say)
    scores = probabilities(trial.net.logits(trial.features.matrix([texts[at] for at in aside])))
    right = wanted([examples[at] for at in aside])
    points, ekman_points = best_points(right, scores), best_points(grouped(right), grouped(scores))
    say(f"on the slice: {f1(right, (scores > points).astype(np.float32)).mean():.4f}")
    say(f"learning from all {len(examples)}")
    whole = fit(examples, texts, plan, say)
    hidden = whole.net.hidden(whole.features.matrix(texts))
    bag = bag_of(whole, points, ekman_points, centres_of(hidden, wanted(examples)))
    target.mkdir(parents=True, exist_ok=True)
    (target / "english.bin").write_bytes(dump(bag))
    made = {
        "version": 1,
        "examples": len(examples),
        "slice": len(aside),
        "plan": _told(plan),
        "features": len(bag.rows),
    }
    (target / "manifest.json").write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return made


def bag_of(fitted: Fitted, points: Numbers, ekman_points: Numbers, centres: Numbers) -> Bag:
    embed, wide, shift, out, bias = fitted.net.parts
    layers, scale = squeezed(np.concatenate([embed, wide], axis=1))
    return Bag(
        rows=fitted.features.rows, idf=fitted.features.idf, layers=layers, scale=scale, shift=shift, out=out, bias=bias,
        gain=fitted.net.plan.gain, points=points, ekman_points=ekman_points, centres=centres,
    )  # fmt: skip


def centres_of(hidden: Numbers, right: Numbers) -> Numbers:
    """Where the examples of each label lie, in the middle."""
    found: Numbers = (right.T @ hidden / right.sum(axis=0)[:, None]).astype(np.float32)
    return found


def probabilities(logits: Numbers) -> Numbers:
    found: Numbers = 1 / (1 + np.exp(-logits))
    return found


def _told(plan: Plan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in plan.__slots__}
