"""All measures of the chain over a directory of sets, beside the goals that the project has set itself.

Rows that a model has learned from say nothing about it: they are left out, and where too few are left, the figures are
those that training found by cross-validation, with models that had not seen the row. The key `from` says which.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from moderation.chain import Chain
from moderation.contradictions import contradicted
from moderation.datasets import Dataset, Kind, Sample
from moderation.evaluation.measures import FLAGGED, binary, quantile, recall_at, share
from moderation.evaluation.scoring import ALIASES, STRUCTURED, Scorer
from moderation.filters.base import Context, Stage
from moderation.fingerprint import fingerprint

ENOUGH = 0.2  # of a set must be unseen to speak for it
BY_THE_FILTERS_HAND = {"own/replies/en-first", "own/replies/zh-first"}

# measure, goal, stretch; `<` where less is better
GOALS: tuple[tuple[str, str, float, float | None], ...] = (
    ("english_any_auprc", ">", 0.75, 0.80),
    ("harmless_english_flagged", "<", 0.005, 0.002),
    ("harmless_chinese_flagged", "<", 0.005, 0.002),
    ("cold_accuracy", ">", 0.80, 0.81),
    ("cold_macro_f1", ">", 0.80, 0.805),
    ("jailbreak_auprc", ">", 0.985, 0.99),
    ("jailbreak_recall", ">", 0.90, 0.93),
    ("jailbreak_false_alarms", "<", 0.005, 0.003),
    ("notinject_passed", ">", 0.98, 0.995),
    ("personas_flagged", "<", 0.02, 0.01),
    ("own_prose_flagged", "<", 0.02, 0.01),
    ("pii_recall", ">", 0.97, 0.99),
    ("pii_precision", ">", 0.99, 0.995),
    ("role_accuracy", ">", 0.947, None),
    ("coherence_accuracy", ">", 0.891, None),
    ("role_by_another_hand", ">", 0.947, None),
    ("coherence_by_another_hand", ">", 0.891, None),
    ("input_p95_ms", "<", 5.0, 3.0),
    ("role_p95_ms", "<", 38.0, None),
    ("coherence_p95_ms", "<", 65.0, None),
)


@dataclass
class Evaluation:
    scorer: Scorer
    learned: dict[str, frozenset[str]]  # model -> fingerprints
    trained: dict[str, Any]  # what training found
    runs: Path | None = None
    measures: dict[str, float] = field(default_factory=dict)
    sets: list[dict[str, Any]] = field(default_factory=list)
    origin: dict[str, str] = field(default_factory=dict)
    judged: dict[str, dict[str, list[bool]]] = field(default_factory=dict)  # measure -> language -> right or not
    prose: list[set[str]] = field(default_factory=list)  # what each text of the house's own was flagged for

    def take(self, dataset: Dataset) -> None:
        look: Callable[[Dataset], dict[str, Any]] = {
            Kind.CONTENT: self._content,
            Kind.HATE: self._hate,
            Kind.ATTACK: self._attack,
            Kind.PII: self._pii,
            Kind.EXAGGERATED: self._exaggerated,
            Kind.TALK_EN: self._talk,
            Kind.TALK_ZH: self._talk,
            Kind.COMMENTS: self._comments,
            Kind.TWEETS: self._tweets,
            Kind.OWN: self._own,
            Kind.REPLIES: self._replies,
            Kind.PROSE: self._prose,
        }[dataset.kind]
        self.sets.append({"set": dataset.name, "kind": str(dataset.kind), "rows": len(dataset.samples)} | look(dataset))

    def _scored(self, dataset: Dataset, model: str) -> tuple[list[tuple[Sample, dict[str, float]]], int]:
        """Rows that the model has not seen, with their scores; and how many it has seen."""
        learned = self.learned.get(model, frozenset())
        seen = {at for at, sample in enumerate(dataset.samples) if learned and fingerprint(sample.text) in learned}
        wanted = [at for at in range(len(dataset.samples)) if self.runs or at not in seen]
        rows = {at: (dataset.samples[at], self.scorer.scores(dataset.samples[at].text)) for at in wanted}
        self._write(dataset, ({"id": sample.id, "scores": _round(scores)} for sample, scores in rows.values()))
        return [row for at, row in rows.items() if at not in seen], len(seen)

    def _content(self, dataset: Dataset) -> dict[str, Any]:
        rows, seen = self._scored(dataset, "content-en")
        labels = {}
        for label in ("any", *ALIASES):
            known = [
                (sample.labels[label], scores.get(label, 0.0)) for sample, scores in rows if label in sample.labels
            ]
            if known and any(wanted for wanted, _ in known):
                labels[label] = _binary(known)
        if not self._speaks_for(dataset, rows):
            labels = {**labels, **self._from_training("content-en")}
        self._note("english_any_auprc", labels.get("any", {}).get("auprc"), rows, dataset)
        return {"seen": seen, "labels": labels}

    def _hate(self, dataset: Dataset) -> dict[str, Any]:
        rows, seen = self._scored(dataset, "hate-zh")
        known = [(sample.labels["offensive"], scores["offensive"]) for sample, scores in rows]
        found = _binary(known) if known else {}
        if any(sample.group for sample in dataset.samples):  # the graded test part, which others report on too
            if not self._speaks_for(dataset, rows):
                found = self._from_training("hate-zh").get("hate", found)
            self._note("cold_accuracy", found.get("accuracy"), rows, dataset)
            self._note("cold_macro_f1", found.get("macro_f1"), rows, dataset)
        return {"seen": seen, "offensive": found, "flagged_by_group": _by_group(rows, "offensive")}

    def _attack(self, dataset: Dataset) -> dict[str, Any]:
        rows, seen = self._scored(dataset, "jailbreak")
        left_out = _contradicted(dataset)
        rows = [row for row in rows if not any(row[0] is sample for sample in left_out)]
        known = [(sample.labels["attack"], scores["attack"]) for sample, scores in rows]
        found = _binary(known) if known else {}
        groups = _by_group(rows, "attack")
        if not self._speaks_for(dataset, rows):
            trained = self._from_training("jailbreak")
            found, groups = trained.get("attack", found), trained.get("groups", groups)
        elif known:
            wanted, scores_of = zip(*known, strict=True)
            found["recall_at_1_percent"] = recall_at(wanted, scores_of, false_alarms=0.01)
        both = {sample.labels["attack"] for sample in dataset.samples} == {0, 1}
        for measure in ("auprc", "recall", "false_alarms") if both else ():
            self._note(f"jailbreak_{measure}", found.get(measure), rows, dataset)
        if "notinject" in groups:
            self._note("notinject_passed", 1 - groups["notinject"], rows, dataset)
        if personas := [groups[name] for name in groups if name.startswith("persona")]:
            self._note("personas_flagged", max(personas), rows, dataset)
        return {"seen": seen, "contradicted": len(left_out), "attack": found, "flagged_by_group": groups}

    def _pii(self, dataset: Dataset) -> dict[str, Any]:
        found = self._spans(dataset, dataset.samples)
        self._note("pii_recall", found["recall"], [], dataset)
        self._note("pii_precision", found["precision"], [], dataset)
        return found

    def _spans(self, dataset: Dataset, samples: Iterable[Sample]) -> dict[str, Any]:
        hits = wanted = said = leaked = size = 0
        missed: dict[str, int] = {}
        out = []
        for sample in samples:
            got, gold = self.scorer.spans(sample.text), set(sample.spans)
            structured = {span for span in gold if span[0] in STRUCTURED}
            hits += len(got & structured)
            wanted += len(structured)
            # A number that is marked as something else is no false alarm of a structured kind.
            said += len(got & structured) + sum(1 for span in got - gold if not _inside(span, gold, sample.text))
            covered = {place for _, start, end in got for place in range(start, end)}
            leaked += sum(place not in covered for _, start, end in structured for place in range(start, end))
            size += sum(end - start for _, start, end in structured)
            for kind, *_ in structured - got:
                missed[kind] = missed.get(kind, 0) + 1
            spans = [
                {"type": kind, "start": start, "end": end} for kind, start, end in sorted(got, key=lambda one: one[1])
            ]
            out.append({"id": sample.id, "spans": spans})
        self._write(dataset, out)
        return {
            "recall": share(hits, wanted),
            "precision": share(hits, said),
            "leaked": share(leaked, size),
            "spans": wanted,
            "missed": missed,
        }

    def _exaggerated(self, dataset: Dataset) -> dict[str, Any]:
        rows, seen = self._scored(dataset, "")
        safe = [scores for sample, scores in rows if not sample.labels["unsafe"]]
        unsafe = [scores for sample, scores in rows if sample.labels["unsafe"]]
        return {
            "seen": seen,
            "safe_flagged": share(sum(_flagged(scores) for scores in safe), len(safe)),
            "safe_taken_for_attacks": share(sum(scores["attack"] >= FLAGGED for scores in safe), len(safe)),
            "unsafe_flagged": share(sum(_flagged(scores) for scores in unsafe), len(unsafe)),
        }

    def _talk(self, dataset: Dataset) -> dict[str, Any]:
        model = "content-en" if dataset.kind == Kind.TALK_EN else "content-zh"
        rows, seen = self._scored(dataset, model)
        flagged = share(sum(_flagged(scores) for _, scores in rows), len(rows))
        if not self._speaks_for(dataset, rows):
            flagged = self._talk_from_training()
        attacks = share(sum(scores["attack"] >= FLAGGED for _, scores in rows), len(rows))
        name = "harmless_english_flagged" if dataset.kind == Kind.TALK_EN else "harmless_chinese_flagged"
        # Lines of an emotion set are single and rough; talk is what the goal speaks of.
        if not all(sample.group == "neutral" for sample in dataset.samples):
            self._note(name, flagged, rows, dataset)
        by_label = {
            label: share(sum(scores[label] >= FLAGGED for _, scores in rows), len(rows))
            for label in ("any", "sexual", "hate", "harassment", "violence", "self-harm", "sexual/minors")
            if rows and label in rows[0][1]
        }
        return {"seen": seen, "flagged": flagged, "taken_for_attacks": attacks, "flagged_by_label": by_label}

    def _comments(self, dataset: Dataset) -> dict[str, Any]:
        rows, seen = self._scored(dataset, "content-en")
        known = [(sample.labels["harassment"], scores.get("harassment", 0.0)) for sample, scores in rows]
        return {"seen": seen, "harassment": _binary(known)}

    def _tweets(self, dataset: Dataset) -> dict[str, Any]:
        rows, seen = self._scored(dataset, "content-en")
        return {
            "seen": seen,
            "hate": _binary([(sample.labels["hate"], scores.get("hate", 0.0)) for sample, scores in rows]),
        }

    def _own(self, dataset: Dataset) -> dict[str, Any]:
        """The held half alone, whatever else was learned from."""
        held = [sample for sample in dataset.samples if sample.half == "held"]
        if not held:
            return {"held": 0}
        label = next(iter(held[0].labels))
        if label == "identifier":
            found = self._spans(Dataset(dataset.name, dataset.kind, held), held)
        else:
            rows = [(sample, self.scorer.scores(sample.text)) for sample in held]
            self._write(dataset, ({"id": sample.id, "scores": _round(scores)} for sample, scores in rows))
            found = _binary([(sample.labels[label], scores.get(label, 0.0)) for sample, scores in rows])
        return {"held": len(held), label: found}

    def _replies(self, dataset: Dataset) -> dict[str, Any]:
        rows, spent = [], []
        searched = any(sample.half for sample in dataset.samples)  # written to find gaps: what taught says nothing
        for sample in dataset.samples:
            if sample.half == "train":
                continue
            context = reply_context(sample)
            begun = time.thread_time()
            scores = self.scorer.reply(sample.text, context)
            spent.append((time.thread_time() - begun) * 1000)
            rows.append((sample, scores))
        self._write(dataset, ({"id": sample.id, "scores": _round(scores)} for sample, scores in rows))
        found: dict[str, Any] = {"p95_ms": quantile(spent, 0.95)}
        for label in ("role", "coherence"):
            found[label] = _binary([(sample.labels.get(label, 0), scores[label]) for sample, scores in rows])
            if searched:
                continue
            self._judged(label, dataset, rows)
            self.measures[f"{label}_p95_ms"] = max(self.measures.get(f"{label}_p95_ms", 0.0), found["p95_ms"])
        return found

    def _judged(self, label: str, dataset: Dataset, rows: list[tuple[Sample, dict[str, float]]]) -> None:
        """Accuracy over all labelled replies, and over those by another hand. The weaker language counts."""
        measures = [f"{label}_accuracy"] + [f"{label}_by_another_hand"] * (dataset.name not in BY_THE_FILTERS_HAND)
        for measure, (sample, scores) in product(measures, rows):
            right = (scores[label] >= FLAGGED) == bool(sample.labels.get(label, 0))
            self.judged.setdefault(measure, {}).setdefault(reply_context(sample).language, []).append(right)
        for measure in measures:
            self.measures[measure] = min(share(sum(right), len(right)) for right in self.judged[measure].values())

    def _prose(self, dataset: Dataset) -> dict[str, Any]:
        """Of the house's own stories and characters those alone that nothing was learned from, taken together."""
        flags = [self.scorer.flags(sample.text) for sample in dataset.samples if sample.half == "held"]
        self.prose += flags
        if self.prose:
            self.measures["own_prose_flagged"] = share(sum(map(bool, self.prose)), len(self.prose))
        return {"held": len(flags), "flagged": dict(Counter(rule for one in flags for rule in sorted(one)))}

    def _speaks_for(self, dataset: Dataset, rows: list[Any]) -> bool:
        return len(rows) >= ENOUGH * len(dataset.samples)

    def _from_training(self, model: str) -> dict[str, Any]:
        found: dict[str, Any] = self.trained.get("models", {}).get(model, {})
        figures = {label: dict(figures) for label, figures in found.items() if isinstance(figures, dict)}
        return {label: of | {"from": "cross-validation"} if "auprc" in of else of for label, of in figures.items()}

    def _talk_from_training(self) -> float:
        """At most the sum over the Chinese models of what each flagged in its cross-validation."""
        models = self.trained.get("models", {})
        labels = [figures for name in ("hate-zh", "content-zh") for figures in models.get(name, {}).values()]
        return sum(figures.get("talk_flagged", 0.0) for figures in labels if isinstance(figures, dict))

    def _note(self, measure: str, value: float | None, rows: list[Any], dataset: Dataset) -> None:
        """Several sets of one kind: the one with more unseen rows speaks."""
        if value is None:
            return
        weight = len(rows)
        if measure not in self.measures or weight >= int(self.origin.get(f"{measure}#", "0")):
            self.measures[measure] = float(value)
            self.origin[measure] = dataset.name
            self.origin[f"{measure}#"] = str(weight)

    def _write(self, dataset: Dataset, lines: Iterable[dict[str, Any]]) -> None:
        if self.runs is None:
            return
        self.runs.mkdir(parents=True, exist_ok=True)
        path = self.runs / f"{dataset.name.replace('/', '-')}.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for line in lines:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def goals(self) -> list[dict[str, Any]]:
        found = []
        for measure, sense, goal, stretch in GOALS:
            value = self.measures.get(measure)
            met = None if value is None else _meets(value, goal, sense)
            found.append({"measure": measure, "value": value, "goal": goal, "stretch": stretch, "met": met})
        return found


def time_chain(chain: Chain, texts: list[str], *, size: int = 200) -> dict[str, float]:
    """Milliseconds of the whole input chain for texts of 200 signs: by the clock, and on the processor alone."""
    cut = [text[:size] for text in texts if len(text) >= size // 2] or texts
    for text in cut[:20]:
        chain.run(text, Stage.INPUT, Context())
    spent, worked = [], []
    for text in cut[:400]:
        begun, busy = time.perf_counter(), time.thread_time()
        chain.run(text, Stage.INPUT, Context())
        spent.append((time.perf_counter() - begun) * 1000)
        worked.append((time.thread_time() - busy) * 1000)
    return {
        "texts": len(spent),
        "p50_ms": quantile(spent, 0.5),
        "p95_ms": quantile(spent, 0.95),
        "p50_cpu_ms": quantile(worked, 0.5),
        "p95_cpu_ms": quantile(worked, 0.95),
    }


def reply_context(sample: Sample) -> Context:
    given = sample.more.get("context", {})
    return Context(
        stage=Stage.OUTPUT,
        language=given.get("language", ""),
        speaker=given.get("speaker", ""),
        player=given.get("player", ""),
        cast=tuple(given.get("cast", ())),
        traits=tuple(given.get("traits", ())),
        artificial=bool(given.get("artificial")),
        facts=tuple(given.get("facts", ())),
        earlier=tuple(given.get("earlier", ())),
        heard=given.get("heard", ""),
    )


def _contradicted(dataset: Dataset) -> list[Sample]:
    """What contradicts the set's own attacks, seen by the model or not."""
    samples = dataset.samples
    found = contradicted([sample.text for sample in samples], [bool(sample.labels["attack"]) for sample in samples])
    return [samples[at] for at in sorted(found)]


def _binary(known: list[tuple[int, float]]) -> dict[str, float]:
    wanted, scores = [label for label, _ in known], [score for _, score in known]
    return binary(wanted, scores)


def _by_group(rows: list[tuple[Sample, dict[str, float]]], label: str) -> dict[str, float]:
    groups: dict[str, list[bool]] = {}
    for sample, scores in rows:
        if sample.group:
            groups.setdefault(sample.group, []).append(scores[label] >= FLAGGED)
    return {group: share(sum(said), len(said)) for group, said in sorted(groups.items())}


def _flagged(scores: dict[str, float]) -> bool:
    return max(scores.get("any", 0.0), scores.get("sexual/minors", 0.0)) >= FLAGGED


def _inside(span: tuple[str, int, int], gold: set[tuple[str, int, int]], text: str) -> bool:
    """A finding that lies within something marked as personal in another way."""
    return any(kind not in STRUCTURED and start <= span[1] and span[2] <= end for kind, start, end in gold)


def _meets(value: float, goal: float, sense: str) -> bool:
    return value >= goal if sense == ">" else value <= goal


def _round(scores: dict[str, float]) -> dict[str, float]:
    return {name: round(score, 6) for name, score in scores.items()}
