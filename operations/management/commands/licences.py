from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from operations.supply import packages_of


class Command(BaseCommand):
    help = "Print the licence of each package that a lock brings along, as they say it themselves."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lock", default="run", help="run (the default), tracing, voice, embeddings, …")

    def handle(self, *args: Any, **options: Any) -> None:
        found = packages_of(options["lock"])
        width = max(len(f"{each.name} {each.version}") for each in found)
        for each in sorted(found, key=lambda each: (each.licence, each.name)):
            where = f"  ({each.marker})" if each.marker else ""
            self.stdout.write(f"{f'{each.name} {each.version}':{width}}  {each.licence}{where}")
