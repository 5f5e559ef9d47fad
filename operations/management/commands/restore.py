from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.backups.errors import BackupError
from operations.backups.places import Folder, folder_at
from operations.backups.restoring import restore
from operations.backups.taking import all_backups


class Command(BaseCommand):
    help = "Bring a backup back into the empty database of DATABASE_URL, and erase again who was erased since."
    # The tables are not there yet.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder",
            nargs="?",
            help="The backup, a path or s3://bucket/prefix/name; without it, the newest in BACKUP_DIR.",
        )

    def handle(self, *args: Any, folder: str | None, **options: Any) -> None:
        try:
            chosen = folder_at(folder) if folder else _newest()
            wrong = restore(chosen, lambda step: self.stdout.write(f"{step} …"))
        except BackupError as error:
            raise CommandError(str(error)) from None
        for line in wrong:
            self.stderr.write(line)
        if wrong:
            raise CommandError("Everything is back, but not as it was: see above.")
        self.stdout.write(f"{chosen} is back, whole and sound. Empty Redis, then start the site.")


def _newest() -> Folder:
    found = all_backups()
    if not found:
        raise BackupError("BACKUP_DIR has no finished backup")
    return found[-1]
