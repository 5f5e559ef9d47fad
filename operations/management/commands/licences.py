from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from operations.supply import licence_lines, packages_of


class Command(BaseCommand):
    help = "Print the licence of each package that a lock brings along, as they say it themselves."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lock", default="run", help="run (the default), tracing, voice, embeddings, …")

    def handle(self, *args: Any, **options: Any) -> None:
        for line in licence_lines(packages_of(options["lock"])):
            self.stdout.write(line)
