"""`manage.py memory reembed`: vectors of all memories and lines by the model that the settings name."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inference.base import ModelError
from memory.models import Recipe
from memory.recall.recipe import chosen
from memory.services.embedding import reembed, waiting

EVERY_SECONDS = 2.0


class Command(BaseCommand):
    help = (
        "reembed: give every memory and line a vector of MEMORY_EMBEDDING_MODEL. Cut short, it goes on where it was."
        " status: say which model is in force, and how many wait."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["reembed", "status"])

    def handle(self, *args: Any, **options: Any) -> None:
        recipe = chosen()
        if recipe is None:
            self.stdout.write("No model embeds memories: they are found by words alone.")
            return
        if options["what"] == "status":
            row = Recipe.objects.first()
            self.stdout.write(f"{row or 'nothing'} in force, {recipe.model} in the settings, {waiting()} rows wait.")
            return
        self._reembed()

    def _reembed(self) -> None:
        total, done, told_at = waiting(), 0, time.monotonic()

        def told(count: int) -> None:
            nonlocal done, told_at
            done += count
            if time.monotonic() - told_at >= EVERY_SECONDS:
                told_at = time.monotonic()
                self.stdout.write(f"{done} of {max(total, done)}")

        try:
            made = reembed(told)
        except ModelError as error:
            raise CommandError(f"{error} ({error.code}); {done} of {total} are done, ask again to go on.") from error
        self.stdout.write(f"{made} vectors made, {waiting()} rows wait.")
