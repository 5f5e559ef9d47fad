import json
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from moderation import weights
from moderation.datasets import Kind, read_directory
from moderation.evaluation.report import Evaluation, time_chain
from moderation.evaluation.scoring import Scorer
from moderation.prose import own_prose

OURS = Path(__file__).resolve().parents[2] / "data"
MODELS = ("content-en", "hate-zh", "content-zh", "jailbreak")


class Command(BaseCommand):
    help = "Measures the filter chain on a directory of labelled texts and compares it with the goals."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--data", type=Path, required=True, help="a directory of sets, as docs/safety.md describes it"
        )
        parser.add_argument("--json", action="store_true", help="the whole report as JSON")
        parser.add_argument("--runs", type=Path, help="write each text's scores there, one file a set")

    def handle(self, *args: Any, data: Path, json: bool, runs: Path | None, **options: Any) -> None:
        if not data.is_dir():
            raise CommandError(f"--data: {data} is no directory")
        report = evaluate(data, runs)
        self.stdout.write(_as_json(report) if json else _as_table(report))


def evaluate(data: Path, runs: Path | None = None) -> dict[str, Any]:
    chain = weights.default_chain()
    evaluation = Evaluation(
        scorer=Scorer(list(chain.filters)),
        learned={name: weights.learned_from(name) for name in MODELS},
        trained=weights.manifest(),
        runs=runs,
    )
    ours = [replace(one, name=f"own/{one.name}") for one in (*read_directory(OURS), *own_prose())]
    sets = [*read_directory(data), *ours]
    for dataset in sets:
        evaluation.take(dataset)
    spoken = {Kind.CONTENT, Kind.ATTACK, Kind.TALK_EN}
    texts = [sample.text for one in sets if one.kind in spoken for sample in one.samples]
    texts = texts or [sample.text for one in sets for sample in one.samples]
    speed = time_chain(chain, texts[:: max(1, len(texts) // 400)])
    evaluation.measures["input_p95_ms"] = speed["p95_cpu_ms"]  # a busy machine says nothing about the chain
    return {
        "weights": weights.manifest().get("version"),
        "policy": chain.policy.version,
        "goals": evaluation.goals(),
        "measures": evaluation.measures,
        "spoken_for_by": {name: of for name, of in evaluation.origin.items() if not name.endswith("#")},
        "speed": speed,
        "sets": evaluation.sets,
    }


def _as_json(report: dict[str, Any]) -> str:
    return json.dumps(report, ensure_ascii=False, indent=1)


def _as_table(report: dict[str, Any]) -> str:
    lines = [f"{'measure':28}{'value':>9}{'goal':>9}{'stretch':>9}"]
    for row in report["goals"]:
        value = "-" if row["value"] is None else f"{row['value']:.4f}"
        mark = {True: "met", False: "NOT MET", None: ""}[row["met"]]
        lines.append(f"{row['measure']:28}{value:>9}{row['goal']:>9}{row['stretch'] or '':>9}  {mark}")
    return "\n".join(lines)
