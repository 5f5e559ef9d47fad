from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from characters.models import Character
from characters.services.search import index_characters


class Command(BaseCommand):
    help = "Write the words that characters are found by, where there are none yet. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="write them anew for every character")

    def handle(self, *args: Any, **options: Any) -> None:
        characters = Character.objects.filter(published__isnull=False)
        todo = characters if options["all"] else characters.filter(search=None)
        self.stdout.write(f"indexed: {index_characters(todo)}")
