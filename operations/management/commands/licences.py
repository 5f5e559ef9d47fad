from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.licences import FILE, UNKNOWN, read_licences, written_licences
from operations.supply import ROOT, SHIPPED, licence_lines, packages_of


class Command(BaseCommand):
    help = "Print the licence of each package that a lock brings along, as they say it themselves."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lock", default="run", help="run (the default), tracing, voice, embeddings, …")
        parser.add_argument("--write", action="store_true", help=f"Write {FILE} anew, after a change of the locks.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write"]:
            self._write()
            return
        for line in licence_lines(packages_of(options["lock"])):
            self.stdout.write(line)

    def _write(self) -> None:
        pins = {(each.name, each.version): lock for lock in SHIPPED for each in packages_of(lock)}
        text = written_licences(pins, read_licences((ROOT / FILE).read_text()))
        (ROOT / FILE).write_text(text)
        if missing := [pin for pin, licence in read_licences(text).items() if licence == UNKNOWN]:
            lines = (f"{name} {version}: install locks/{pins[name, version]}.lock" for name, version in missing)
            raise CommandError("Not known, for they are not installed here:\n" + "\n".join(lines))
