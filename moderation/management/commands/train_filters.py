from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from moderation.datasets import read_directory
from moderation.prose import own_prose

OURS = Path(__file__).resolve().parents[2]


class Command(BaseCommand):
    help = "Learns the weights of the linear filters anew from licensed sets (needs requirements-train.txt)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--data", type=Path, required=True, nargs="+", help="directories of sets, as docs/safety.md describes them"
        )
        parser.add_argument("--into", type=Path, default=OURS / "weights", help="where the weights go")
        parser.add_argument("--folds", type=int, default=5, help="of the cross-validation; 0 leaves it out")
        parser.add_argument("--only", nargs="*", default=[], help="names of models")

    def handle(self, *args: Any, data: list[Path], into: Path, folds: int, only: list[str], **options: Any) -> None:
        for directory in data:
            if not directory.is_dir():
                raise CommandError(f"--data: {directory} is no directory")
        try:
            from moderation.training.make import make
        except ImportError as error:
            raise CommandError(f"{error.name} is missing: pip install -r requirements-train.txt") from error
        into.mkdir(parents=True, exist_ok=True)
        sets = [dataset for directory in (*data, OURS / "data") for dataset in read_directory(directory)]
        sets += own_prose()
        make(sets, into, folds=folds, only=only, say=self.stdout.write)
