from typing import Any

from django.core.management.base import BaseCommand, CommandError

from characters.preset_loading import PresetError, load_presets


class Command(BaseCommand):
    help = "Load the characters of the house. Safe to repeat; a changed preset becomes a new version."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_presets()
        except PresetError as error:
            raise CommandError(str(error)) from error
        for label, slugs in (("new", loaded.created), ("changed", loaded.changed)):
            for slug in slugs:
                self.stdout.write(f"{label}: {slug}")
        if options["verbosity"] > 1 or not (loaded.created or loaded.changed):
            self.stdout.write(f"unchanged: {len(loaded.unchanged)}")
