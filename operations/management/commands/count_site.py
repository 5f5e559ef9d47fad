from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from operations.analytics.counting import count_between, count_on


class Command(BaseCommand):
    help = "Count the operators' figures up to now; with --since those of the past once more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=date.fromisoformat, help="The first day, like 2026-01-31.")
        parser.add_argument("--until", type=date.fromisoformat, help="The last day; without it, today.")

    def handle(self, *args: Any, since: date | None, until: date | None, **options: Any) -> None:
        today = timezone.now().date()
        if until and not since:
            raise CommandError("--until needs --since.")
        if since and (since > (until or today) or (until or today) > today):
            raise CommandError("The days must lie one after the other, and none of them ahead.")
        counted = count_between(since, until or today) if since else count_on()
        self.stdout.write(f"{counted} days counted")
