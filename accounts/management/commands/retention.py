from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.retention import all_rules, latest, run


class Command(BaseCommand):
    help = "What goes by itself: what is due now (--dry-run), or let it go (--apply), as the nightly tasks do."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", help="Rules to look at; all of them where none is named.")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--dry-run", action="store_true", help="Only say what is due.")
        what.add_argument("--apply", action="store_true", help="Let it go. May be killed and repeated.")

    def handle(self, *args: Any, names: list[str], apply: bool, **options: Any) -> None:
        rules = {rule.name: rule for rule in all_rules()}
        if unknown := set(names) - set(rules):
            raise CommandError(f"no such rule: {', '.join(sorted(unknown))}; there are {', '.join(rules)}")
        before = latest()
        for name in names or rules:
            counts = run(name).gone if apply else rules[name].due(timezone.now())
            told = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()) if count) or "nothing"
            last = before[name].started_at.isoformat(timespec="minutes") if name in before else "never"
            self.stdout.write(f"{name} ({rules[name].kept}): {told} {'gone' if apply else 'due'}; last run {last}")
