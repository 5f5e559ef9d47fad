"""What `manage.py evaluate_emotion` prints."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from inference.emotion.bag import Numbers
from inference.emotion.chinese import POINT
from inference.emotion.datasets import Example, own_chinese, read_part
from inference.emotion.feeling import Feeling
from inference.emotion.labels import EKMAN, LABELS, NEUTRAL
from inference.emotion.reading import read_feeling, warm, weights
from inference.emotion.scores import f1, grouped, wanted

# The measure, its goal, and whether more is better.
GOALS = (("macro_f1", 0.43, True), ("ekman_f1", 0.55, True), ("p95_ms", 2.0, False))


def evaluate(data: Path, part: str = "dev") -> dict[str, Any]:
    warm()
    measures: dict[str, float] = {}
    sets: dict[str, Any] = {}
    if english := read_part(data, part):
        found, milliseconds = _read(english)
        ekman = (grouped(_scores(found)) > weights().ekman_points).astype(np.float32)
        sets[f"goemotions/{part}"] = told = _measured(english, found, ekman)
        measures |= {name: told[name] for name in ("macro_f1", "ekman_f1")}
        measures["p95_ms"] = float(np.quantile(milliseconds, 0.95))
    for of in ("open", "held"):
        examples = own_chinese(of)
        found, milliseconds = _read(examples)
        ekman = grouped(_said(found))
        sets[f"zh/{of}"] = _measured(examples, found, ekman) | {"p95_ms": float(np.quantile(milliseconds, 0.95))}
    measures |= {f"zh_{name}": sets["zh/held"][name] for name in ("macro_f1", "ekman_f1", "unknown")}
    return {"goals": _goals(measures), "measures": measures, "zh_point": POINT, "sets": sets}


def _read(examples: Sequence[Example]) -> tuple[list[Feeling], list[float]]:
    """And how long each took, of this thread's time: a busy machine says nothing about the model."""
    found, took = [], []
    for example in examples:
        before = time.thread_time()
        found.append(read_feeling(example.text))
        took.append((time.thread_time() - before) * 1_000)
    return found, took


def _measured(examples: Sequence[Example], found: Sequence[Feeling], ekman: Numbers) -> dict[str, Any]:
    right = wanted(examples)
    by_label, by_group = f1(right, _said(found)), f1(grouped(right), ekman)
    first = [bool(example.labels & set(feeling.counts[:1])) for example, feeling in zip(examples, found, strict=True)]
    return {
        "messages": len(examples),
        "macro_f1": float(by_label.mean()),
        "ekman_f1": float(by_group.mean()),
        "first_is_right": sum(first) / len(first),
        "unknown": sum(not feeling.known for feeling in found) / len(found),
        "labels": _named(LABELS, by_label),
        "ekman": _named(list(EKMAN), by_group),
    }


def _said(found: Sequence[Feeling]) -> Numbers:
    """What is unknown is called neutral here: something has to be counted."""
    said = np.zeros((len(found), len(LABELS)), dtype=np.float32)
    for row, feeling in enumerate(found):
        said[row, list(feeling.counts) or [NEUTRAL]] = 1
    return said


def _scores(found: Sequence[Feeling]) -> Numbers:
    return np.stack([feeling.scores for feeling in found])


def _named(names: Sequence[str], numbers: Numbers) -> dict[str, float]:
    return {name: round(float(number), 4) for name, number in zip(names, numbers, strict=True)}


def _goals(measures: dict[str, float]) -> list[dict[str, Any]]:
    better: dict[bool, Callable[[float, float], bool]] = {True: float.__ge__, False: float.__le__}
    rows: list[dict[str, Any]] = []
    for name, goal, more in GOALS:
        value = measures.get(name)
        met = None if value is None else better[more](value, goal)
        rows.append({"measure": name, "value": value, "goal": goal, "met": met})
    rest = [name for name in measures if name not in {row["measure"] for row in rows}]
    return rows + [{"measure": name, "value": measures[name], "goal": None, "met": None} for name in rest]
