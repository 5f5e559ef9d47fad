from typing import Any

from django.core.management.base import BaseCommand

from inference.plugins import all_plugins


class Command(BaseCommand):
    help = "What other packages add to this installation, and why what is left out cannot be used."
    requires_system_checks: list[str] = []  # they tell the same

    def handle(self, *args: Any, **options: Any) -> None:
        found = all_plugins()
        for each in found:
            self.stdout.write(f"{each}: {'left out: ' + each.problem if each.problem else 'in use'}")
        if not found:
            self.stdout.write("No package adds anything.")
