from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.backups.errors import BackupError
from operations.backups.places import folder_at
from operations.backups.restoring import check
from operations.soundness import problems


class Command(BaseCommand):
    help = "Look whether the database agrees with itself, or, with a folder, whether that backup can be opened."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", nargs="?", help="A backup, a path or s3://bucket/prefix/name, to be opened to its end."
        )

    def handle(self, *args: Any, folder: str | None, **options: Any) -> None:
        if folder is not None:
            self._look_at(folder)
            return
        found = problems()
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError("The database does not agree with itself.")
        self.stdout.write("The database agrees with itself.")

    def _look_at(self, folder: str) -> None:
        try:
            told = check(folder_at(folder))
        except BackupError as error:
            raise CommandError(str(error)) from None
        rows = sum(told.counts.values())
        self.stdout.write(f"{folder}: whole, of {told.made_at}, {rows:,} rows in {len(told.counts)} tables")
