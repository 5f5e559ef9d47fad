from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from accounts.privacy.map import written


class Command(BaseCommand):
    help = "What is held of people: table, purpose, sealed or not, how long, in the take-out or not, how it is erased."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="Into docs/data-map.md.")

    def handle(self, *args: Any, write: bool, **options: Any) -> None:
        if write:
            (settings.BASE_DIR / "docs" / "data-map.md").write_text(written(), encoding="utf-8")
        else:
            self.stdout.write(written())
