"""manage.py train_emotion --data DIR [--into DIR]"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inference.emotion.datasets import read_part
from inference.emotion.reading import WEIGHTS


class Command(BaseCommand):
    help = "Learns the weights of the emotion model anew from GoEmotions (needs requirements-train.txt)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, required=True, help="a directory that holds goemotions/")
        parser.add_argument("--into", type=Path, default=WEIGHTS.parent, help="where the weights go")

    def handle(self, *args: Any, data: Path, into: Path, **options: Any) -> None:
        if not read_part(data, "train"):
            raise CommandError(f"--data: {data} holds no goemotions/train.tsv.gz")
        try:
            from inference.emotion.training.make import make
        except ImportError as error:
            raise CommandError(f"{error.name} is missing: pip install -r requirements-train.txt") from error
        make(data, into, say=self.stdout.write)
