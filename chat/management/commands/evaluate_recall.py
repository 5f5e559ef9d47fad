"""Measures recall on public talks: `manage.py evaluate_recall --data DIR [--json] [--runs DIR]`."""

import asyncio
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chat.services.yardstick import ask_all, stored
from chat.yardsticks.measures import Scored, table
from chat.yardsticks.sets import Yardstick, yardsticks_in
from memory.recall.recipe import chosen

HEAD = (
    "category",
    "questions",
    "recall@5",
    "recall@10",
    "recall@25",
    "ndcg@10",
    "turns@10",
    "ms_p50",
    "ms_p95",
    "cpu_ms_p95",
)


class Command(BaseCommand):
    help = (
        "Stores the talks of public sets as any others, asks their questions as a turn does, and says how much of the"
        " evidence came up, and how fast. Everything that was stored for it is erased again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, required=True, help="a set, or a folder of sets")
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument("--runs", type=Path, help="folder for what was ranked: one file of JSON lines a set")
        parser.add_argument("--deep", type=int, default=100, help="rows that are ranked for each question")

    def handle(self, *args: Any, data: Path, runs: Path | None, deep: int, as_json: bool, **options: Any) -> None:
        if settings.MEMORY != "automatic":
            raise CommandError("MEMORY has to be automatic: nothing is kept otherwise.")
        found = yardsticks_in(data) if data.is_dir() else []
        if not found:
            raise CommandError(f"No talks with questions in {data}.")
        if runs is not None:
            runs.mkdir(parents=True, exist_ok=True)
        told: dict[str, Any] = {"recipe": recipe.model if (recipe := chosen()) else "words"}
        for yardstick in found:
            scored = self._measured(yardstick, runs, deep)
            told[yardstick.name] = table(scored)
            if not as_json:
                self._tell(yardstick.name, told[yardstick.name])
        if as_json:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))

    def _measured(self, yardstick: Yardstick, runs: Path | None, deep: int) -> list[Scored]:
        scored: list[Scored] = []
        file = (runs / f"{yardstick.name}.jsonl").open("w", encoding="utf-8") if runs is not None else None
        try:
            for talk in yardstick.talks:
                with stored(talk) as of:
                    for asked in asyncio.run(ask_all(of, deep=deep)):
                        scored.append(asked.scored)
                        _write(file, asked.question.qid, asked.scored)
        finally:
            if file is not None:
                file.close()
        return scored

    def _tell(self, name: str, rows: dict[str, dict[str, float]]) -> None:
        self.stdout.write(f"\n{name}")
        self.stdout.write("  ".join(each.rjust(11) for each in HEAD))
        for category, row in rows.items():
            self.stdout.write("  ".join([category.rjust(11), *(f"{row[each]:11.4g}" for each in HEAD[1:])]))


def _write(file: TextIO | None, qid: str, scored: Scored) -> None:
    if file is not None:
        file.write(json.dumps({"qid": qid, "ranked": list(scored.ranked)}, ensure_ascii=False) + "\n")
