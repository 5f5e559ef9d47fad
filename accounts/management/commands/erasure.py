from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.privacy.ledger import apply_ledger, note_erasures


class Command(BaseCommand):
    help = "The ledger of erasures. After a restore of the database: `erasure apply-ledger`, before anybody comes in."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        apply = actions.add_parser("apply-ledger", help="Erase again whoever came back with a restore.")
        apply.add_argument("--dry-run", action="store_true", help="Only say how many.")
        actions.add_parser("note", help="Add to the file what it lacks.")

    def handle(self, *args: Any, action: str, dry_run: bool = False, **options: Any) -> None:
        if action == "note":
            self.stdout.write(f"{note_erasures()} erasures added to the ledger")
            return
        found = apply_ledger(dry=dry_run)
        self.stdout.write(f"{len(found)} accounts " + ("would be erased again" if dry_run else "erased again"))
