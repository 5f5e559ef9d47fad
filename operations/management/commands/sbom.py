import json
import tomllib
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from operations.supply import ROOT, bill_of, packages_of


class Command(BaseCommand):
    help = "Print what a lock brings along, as a software bill of materials (CycloneDX 1.6, JSON)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lock", default="run", help="run (the default), tracing, voice, embeddings, …")

    def handle(self, *args: Any, **options: Any) -> None:
        version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
        self.stdout.write(json.dumps(bill_of(packages_of(options["lock"]), version=version), indent=2))
