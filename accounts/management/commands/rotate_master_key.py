from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.encryption import current_master_key_id, rewrap_stale
from accounts.site_secrets import reseal_site_secrets


class Command(BaseCommand):
    help = (
        "Wrap every data key, and what second factors keep, under the first key of MASTER_KEYS. Text is not "
        "touched, the service goes on. "
        "Afterwards the older master keys may leave the setting. Repeatable, and safe to interrupt."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=500)

    def handle(self, *args: Any, batch: int, **options: Any) -> None:
        done = 0
        while wrapped := rewrap_stale(batch=batch):
            done += wrapped
        secrets = reseal_site_secrets()
        self.stdout.write(f"{done} data keys wrapped, {secrets} secrets sealed under {current_master_key_id()}")
