from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.acts import record
from accounts.holds import KIND
from accounts.models import User
from accounts.privacy.going import Held, go
from accounts.privacy.ledger import apply_ledger, note_erasures


class Command(BaseCommand):
    help = "The ledger of erasures. After a restore of the database: `erasure apply-ledger`, before anybody comes in."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        apply = actions.add_parser("apply-ledger", help="Erase again whoever came back with a restore.")
        apply.add_argument("--dry-run", action="store_true", help="Only say how many.")
        actions.add_parser("note", help="Add to the file what it lacks.")
        account = actions.add_parser("account", help="Erase one account, with a receipt and a line of the ledger.")
        account.add_argument("id", type=UUID, help="Of the account, as the admin shows it.")

    def handle(self, *args: Any, action: str, dry_run: bool = False, **options: Any) -> None:
        if action == "account":
            self._account(options["id"])
            return
        if action == "note":
            self.stdout.write(f"{note_erasures()} erasures added to the ledger")
            return
        found = apply_ledger(dry=dry_run)
        self.stdout.write(f"{len(found)} accounts " + ("would be erased again" if dry_run else "erased again"))

    @transaction.atomic
    def _account(self, user_id: UUID) -> None:
        user = User.objects.filter(pk=user_id).first()
        if user is None:
            raise CommandError("there is no such account")
        try:
            receipt = go(user)
        except Held as held:
            raise CommandError(f"a legal hold keeps it until {held.extra['until']}") from None
        record("account.erased", by=None, kind=KIND, subject=user_id, receipt=str(receipt.pk))
        self.stdout.write(f"erased: {sum(receipt.counts.values())} rows, receipt {receipt.pk}")
