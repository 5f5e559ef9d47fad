"""manage.py evaluate_emotion --data DIR [--json]"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inference.emotion.evaluation import evaluate


class Command(BaseCommand):
    help = "Measures the emotion model on GoEmotions and on our Chinese messages, and compares it with the goals."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, required=True, help="a directory that holds goemotions/")
        parser.add_argument("--part", default="dev", choices=("dev", "test"), help="of GoEmotions")
        parser.add_argument("--json", action="store_true", help="the whole report as JSON")

    def handle(self, *args: Any, data: Path, part: str, json: bool, **options: Any) -> None:
        if not data.is_dir():
            raise CommandError(f"--data: {data} is no directory")
        report = evaluate(data, part)
        self.stdout.write(_as_json(report) if json else _as_table(report))


def _as_json(report: dict[str, Any]) -> str:
    return json.dumps(report, ensure_ascii=False, indent=1)


def _as_table(report: dict[str, Any]) -> str:
    lines = [f"{'measure':24}{'value':>9}{'goal':>9}"]
    for row in report["goals"]:
        value = "-" if row["value"] is None else f"{row['value']:.4f}"
        mark = {True: "met", False: "NOT MET", None: ""}[row["met"]]
        lines.append(f"{row['measure']:24}{value:>9}{row['goal'] or '':>9}  {mark}")
    return "\n".join(lines)
