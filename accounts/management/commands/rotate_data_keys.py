from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.errors import Conflict
from accounts.models import KeyRotation
from accounts.rotation import begin, go_on, kept_keys, under_way
from accounts.sealed_columns import columns


class Command(BaseCommand):
    help = (
        "Exchange data keys: each gets a successor, old texts are sealed anew behind it (by the worker, or here), and "
        "once no backup needs them (BACKUP_DAYS) the old keys are destroyed. May be killed and repeated."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--begin", action="store_true", help="Exchange the keys that there are now.")
        what.add_argument("--work", type=float, metavar="SECONDS", help="Do some of the work here.")
        what.add_argument("--status", action="store_true", help="Say how far it is.")
        parser.add_argument("--older-than", type=int, default=0, metavar="DAYS", help="With --begin: only those.")

    def handle(self, *args: Any, older_than: int, work: float | None, **options: Any) -> None:
        if options["begin"]:
            try:
                begin(made_before=timezone.now() - timedelta(days=older_than))
            except Conflict:
                raise CommandError("another exchange is under way: see --status") from None
        elif work is not None and go_on(seconds=work) is None:
            self.stdout.write("nothing is under way")
        self._tell(under_way() or KeyRotation.objects.first())

    def _tell(self, rotation: KeyRotation | None) -> None:
        if rotation is None:
            self.stdout.write("keys were never exchanged")
            return
        self.stdout.write(
            f"keys made before {rotation.made_before:%Y-%m-%d %H:%M}: {rotation.retired} exchanged, "
            f"{rotation.resealed} texts sealed anew, {rotation.unreadable} do not open, {rotation.destroyed} keys "
            f"destroyed; column {rotation.columns_done} of {len(columns())}; "
            + (f"ended {rotation.ended_at:%Y-%m-%d %H:%M}{_kept()}" if rotation.ended_at else "under way")
        )


def _kept() -> str:
    kept = kept_keys()
    return f"; {kept} old keys kept for texts that do not open" if kept else ""
