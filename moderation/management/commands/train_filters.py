from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from moderation.datasets import read_directory

OURS = Path(__file__).resolve().parents[2]


class Command(BaseCommand):
    help = "Learns the weights of the linear filters anew from licensed sets (needs requirements-train.txt)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--data", type=Path, required=True, help="a directory of sets, as docs/safety.md describes it"
        )
        parser.add_argument("--into", type=Path, default=OURS / "weights", help="where the weights go")
        parser.add_argument("--folds", type=int, default=5, help="of the cross-validation; 0 leaves it out")
        parser.add_argument("--only", nargs="*", default=[], help="names of models")

    def handle(self, *args: Any, data: Path, into: Path, folds: int, only: list[str], **options: Any) -> None:
        try:
            from moderation.training.make import make
        except ImportError as error:
            raise CommandError(f"{error.name} is missing: pip install -r requirements-train.txt") from error
        if not data.is_dir():
            raise CommandError(f"--data: {data} is no directory")
        into.mkdir(parents=True, exist_ok=True)
        sets = [*read_directory(data), *read_directory(OURS / "data")]
        make(sets, into, folds=folds, only=only, say=self.stdout.write)
