from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.backups.errors import BackupError
from operations.backups.taking import prune, take


class Command(BaseCommand):
    help = "Take a sealed backup of the database into BACKUP_DIR, and delete old ones. The site may run meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--keep-all", action="store_true", help="Delete none.")

    def handle(self, *args: Any, keep_all: bool, **options: Any) -> None:
        try:
            folder = take()
            self.stdout.write(str(folder))
            for name in [] if keep_all else prune():
                self.stdout.write(f"deleted: {name}")
        except BackupError as error:
            raise CommandError(str(error)) from None
