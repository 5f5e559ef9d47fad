"""All weights, one after the other: cross-validated, learned from everything, set to their point of flagging."""

import json
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score

from moderation.datasets import Dataset
from moderation.filters import linear, suffix
from moderation.fingerprint import fingerprint
from moderation.training.fit import EVERYDAY, Fitting, Row
from moderation.training.recipes import RECIPES, Recipe, harmless_texts, own_code
from moderation.training.surprise import judge_of, table_of

VERSION = 1
# At most, of the house's own prose, and of what people say to characters every day.
MOST_FLAGGED = {"prose": 0.005, EVERYDAY: 0.025}


def make(
    sets: list[Dataset], target: Path, *, folds: int, only: Iterable[str] = (), say: Callable[[str], None] = print
) -> None:
    """Writes a file a model and `manifest.json`, which says how each did on rows it had not seen, and what was there to
    learn from: with `only` beside what the others were made of.
    """
    made: dict[str, Any] = {}
    for recipe_of in RECIPES:
        recipe = recipe_of(sets)
        if not recipe.rows or (only and recipe.file not in only):
            continue
        made[recipe.file] = _make_one(recipe, target, folds=folds, say=say)
    if not only or "suffix" in only:
        made["suffix"] = _make_suffix(sets, target)
        say("suffix")
    manifest = _read_manifest(target)
    manifest["models"] |= made
    before = manifest.get("sets", {}) if only else {}
    manifest |= {"version": VERSION, "sets": before | {dataset.name: len(dataset.samples) for dataset in sets}}
    (target / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _make_one(recipe: Recipe, target: Path, *, folds: int, say: Callable[[str], None]) -> dict[str, Any]:
    found: dict[str, Any] = {"rows": len(recipe.rows)}
    fitting = Fitting(recipe.plan, recipe.rows)
    unseen = fitting.out_of_fold(folds) if folds else {}
    model = fitting.train()
    points = {label: _point(model, label, recipe, unseen.get(label)) for label in model.labels}
    model.points = points
    for label, logits in unseen.items():
        found[label] = _measure(recipe, label, logits, points[label])
        if groups := _flagged_groups(recipe, logits, points[label]):
            found["groups"] = groups
    (target / f"{recipe.file}.bin").write_bytes(linear.dump(model, fitting.vocabularies))
    (target / f"{recipe.file}.seen").write_bytes(_seen(recipe))
    say(f"{recipe.file}: {json.dumps(found)}")
    return found


def _point(model: linear.Linear, label: str, recipe: Recipe, unseen: "np.ndarray[Any, Any] | None") -> float:
    """The logit from which on a text is flagged: best for the labels, unless too much harmless talk would be."""
    talk = [model.logits(text)[label] for text in recipe.talk]
    harmless: dict[str, list[float]] = {group: [] for group in MOST_FLAGGED}
    if unseen is not None:
        for row, logit in zip(recipe.rows, unseen, strict=True):
            if row.talk and label in row.labels:
                harmless.get(row.group, talk).append(logit)
    share = recipe.shares.get(label, recipe.share)
    floor = max(
        _exceeded_by(talk, share), *(_exceeded_by(harmless[group], most) for group, most in MOST_FLAGGED.items())
    )
    if unseen is None:
        return max(floor, 0.0)
    measured = [n for n, row in enumerate(recipe.rows) if _measured(row, label, unseen[n])]
    known = [(recipe.rows[n].labels[label], unseen[n]) for n in measured]
    if recipe.false_alarms is not None:
        return max(floor, _exceeded_by([logit for wanted, logit in known if not wanted], recipe.false_alarms))
    return max(floor, _best_point(known))


def _exceeded_by(logits: list[float], share: float) -> float:
    """What at most this share of them goes beyond."""
    ordered = sorted(logits, reverse=True)
    return ordered[int(len(ordered) * share)] + 1e-3 if ordered else -math.inf


def _measured(row: Row, label: str, logit: float) -> bool:
    return label in row.labels and not row.talk and not math.isnan(logit)


def _best_point(known: list[tuple[int, float]]) -> float:
    """Highest macro F1."""
    wanted = np.array([label for label, _ in known])
    logits = np.array([logit for _, logit in known])
    tried = np.quantile(logits, np.linspace(0.05, 0.98, 187))
    return float(max(tried, key=lambda point: macro_f1(wanted, logits > point)))


def macro_f1(wanted: "np.ndarray[Any, Any]", said: "np.ndarray[Any, Any]") -> float:
    total = 0.0
    for value in (0, 1):
        both = ((wanted == value) & (said == value)).sum()
        either = (wanted == value).sum() + (said == value).sum()
        total += 2 * both / max(1, either)
    return float(total / 2)


def _measure(recipe: Recipe, label: str, logits: "np.ndarray[Any, Any]", point: float) -> dict[str, float]:
    at = [n for n, row in enumerate(recipe.rows) if _measured(row, label, logits[n])]
    wanted = np.array([recipe.rows[n].labels[label] for n in at])
    said = logits[at] > point
    hits = int((said & (wanted == 1)).sum())
    figures = {
        "rows": len(at),
        "positive": int(wanted.sum()),
        "auprc": average_precision_score(wanted, logits[at]),
        "precision": hits / max(1, int(said.sum())),
        "recall": hits / max(1, int(wanted.sum())),
        "false_alarms": float(said[wanted == 0].mean()),
        "accuracy": float((said == wanted).mean()),
        "macro_f1": macro_f1(wanted, said),
    }
    talk = [logits[n] > point for n, row in enumerate(recipe.rows) if row.talk and row.group not in MOST_FLAGGED]
    if talk:
        figures["talk_flagged"] = sum(talk) / len(talk)
    return {name: round(float(value), 4) for name, value in figures.items()}


def _flagged_groups(recipe: Recipe, logits: "np.ndarray[Any, Any]", point: float) -> dict[str, float]:
    groups: dict[str, list[bool]] = {}
    for row, logit in zip(recipe.rows, logits, strict=True):
        if row.group and not np.isnan(logit):
            groups.setdefault(row.group, []).append(bool(logit > point))
    return {group: round(sum(said) / len(said), 4) for group, said in sorted(groups.items())}


def _seen(recipe: Recipe) -> bytes:
    """Fingerprints of what was learned from, six bytes each, in order."""
    return b"".join(sorted(bytes.fromhex(fingerprint(row.text)) for row in recipe.rows))


def _make_suffix(sets: list[Dataset], target: Path) -> dict[str, Any]:
    talk, prompts = harmless_texts(sets)
    code = own_code()
    table = table_of([*talk, *prompts, *code])
    judge = judge_of(talk, prompts, code, table)
    (target / "suffix.bin").write_bytes(suffix.dump(table, judge))
    return {"texts": len(talk) + len(prompts) + len(code), "point": judge.point}


def _read_manifest(target: Path) -> dict[str, Any]:
    path = target / "manifest.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    found.setdefault("models", {})
    return found
