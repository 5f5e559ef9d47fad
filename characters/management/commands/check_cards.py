import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from characters.cards.limits import MAX_FILE
from characters.cards.roundtrip import Checked, check_card

UNREADABLE = "unreadable"  # not the card's fault: it was never seen


class Command(BaseCommand):
    help = (
        "Do cards survive us? Reads every card in a folder, writes it in each format, reads that again and compares: "
        "read or refused and why, fields kept, order kept, bytes equal. Nothing is stored. Ends with 1 when a card "
        "that was read would lose something, with 2 when a file could not even be opened."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(_("There is no folder %(name)s.") % {"name": folder})
        checked = [_check(path, folder) for path in _files(folder)]
        if options["json"]:
            self.stdout.write(json.dumps(_report(checked), ensure_ascii=False, indent=2))
        else:
            for each in checked:
                self.stdout.write(_line(each))
            self.stdout.write(_sum(checked))
        if any(_lossy(each) for each in checked):
            raise SystemExit(1)
        if any(each.reason == UNREADABLE for each in checked):
            raise SystemExit(2)


def _files(folder: Path) -> Iterator[Path]:
    """All but hidden ones: a card is told by its bytes."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield path


def _check(path: Path, folder: Path) -> Checked:
    name = path.relative_to(folder).as_posix()
    try:
        # One byte more than is allowed is enough to refuse a file.
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        return Checked(file=name, reason=UNREADABLE, message=error.strerror or str(error), field="file")
    return check_card(data, name)


def _lossy(each: Checked) -> bool:
    return each.read and not each.ok


def _report(checked: list[Checked]) -> dict[str, Any]:
    return {
        "files": len(checked),
        "read": sum(each.read for each in checked),
        "refused": sum(not each.read for each in checked),
        "lossless": sum(each.ok for each in checked),
        "fields": sum(each.fields for each in checked),
        "fields_kept": sum(each.fields_kept for each in checked),
        "bytes_equal": sum(each.bytes_equal for each in checked),
        "cards": [asdict(each) for each in checked],
    }


def _line(each: Checked) -> str:
    if not each.read:
        limit = f" ({each.limit})" if each.limit is not None else ""
        return f"-  {each.file}: {each.reason}, {each.field}{limit}: {each.message}"
    lost = [f"{target}: {path}" for target, paths in each.lost.items() for path in paths]
    return " ".join(
        (
            "ok" if each.ok else "!!",
            f"{each.file}: {each.container} {each.spec},",
            _("%(kept)s of %(all)s fields kept") % {"kept": each.fields_kept, "all": each.fields},
            *lost,
        )
    )


def _sum(checked: list[Checked]) -> str:
    lossless = sum(each.ok for each in checked)
    return ngettext("%(count)s file", "%(count)s files", len(checked)) % {"count": len(checked)} + _(
        ": %(lossless)s without loss, %(refused)s refused"
    ) % {"lossless": lossless, "refused": sum(not each.read for each in checked)}
