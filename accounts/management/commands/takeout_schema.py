"""`manage.py takeout_schema`: what programs find in a take-out."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from accounts.takeout.schema import written


class Command(BaseCommand):
    help = "Prints the JSON Schema of a take-out; --write puts it where the documentation is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true")

    def handle(self, *_args: Any, write: bool, **_options: Any) -> None:
        if write:
            Path(settings.BASE_DIR, "docs", "takeout.schema.json").write_text(written(), encoding="utf-8")
        else:
            self.stdout.write(written(), ending="")
