from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.provenance import BY_HAND, Commit, ReleaseError, check_release, make_release
from operations.supply import ROOT


class Command(BaseCommand):
    help = (
        "Write what goes beside a release, out of one commit: source, locks, bills of materials, licences, checksums, "
        "and a statement of where they came from (in-toto, SLSA provenance). With --check, compare such a folder with "
        "what it says of itself."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--revision", default="HEAD", help="The commit; HEAD unless said otherwise.")
        parser.add_argument("--image", default="", help="The image that was built from it, as name@sha256:….")
        parser.add_argument("--builder", default=BY_HAND, help="A URI of who builds: a workflow, a machine.")
        parser.add_argument("--key", type=Path, help="An Ed25519 private key (PEM): the statement is signed as well.")
        parser.add_argument("--check", action="store_true", help="Is everything in the folder as it was made?")
        parser.add_argument("--public-key", type=Path, help="With --check: the statement must be signed under it.")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            if options["check"]:
                wrong = check_release(folder, public=_read(options["public_key"]))
                for line in wrong:
                    self.stderr.write(line)
                if wrong:
                    raise CommandError("This is not what was released.")
                self.stdout.write(f"{folder}: all as it was made")
                return
            key = _read(options["key"])
            commit = Commit.of(ROOT, options["revision"])
            told = make_release(commit, folder, image=options["image"], builder=options["builder"], key=key)
        except ReleaseError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{folder}: {len(told['subject'])} things made from {commit.revision}")


def _read(key: Path | None) -> bytes | None:
    try:
        return None if key is None else key.read_bytes()
    except OSError as error:
        raise CommandError(f"{key} cannot be read: {error.strerror}") from None
