from typing import Any

from django.core.management.base import BaseCommand, CommandError

from characters.preset_loading import PresetError, load_house


class Command(BaseCommand):
    help = "Load the characters and stories of the house. Safe to repeat; a changed one becomes a new version."

    def handle(self, *args: Any, **options: Any) -> None:
        unchanged, told = 0, False
        try:
            for loaded in load_house():
                for label, slugs in (("new", loaded.created), ("changed", loaded.changed)):
                    for slug in slugs:
                        self.stdout.write(f"{label}: {slug}")
                        told = True
                unchanged += len(loaded.unchanged)
        except PresetError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"] > 1 or not told:
            self.stdout.write(f"unchanged: {unchanged}")
