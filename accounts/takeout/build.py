"""One archive, from the first row to the table of contents."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.privacy.holdings import Holding, all_holdings, taken
from accounts.takeout.archive import Archive, Pieces
from accounts.takeout.pages import Book, write_pages
from accounts.takeout.rows import Row, as_json, file_name, file_of, rows_of

FORMAT = "dramatis.takeout"
VERSION = 1

Extra = Callable[[User], Iterator[Row]]
_extras: dict[str, tuple[Extra, Mapping[str, str]]] = {}


def also_takes(section: str, rows: Extra, told: Mapping[str, str]) -> None:
    """For apps, in their `apps.py`: what others must know to read the sections, and is in no table of the person's.
    `told` says what stands in the rows, in the words of `schema.WORDS`."""
    _extras[section] = rows, told


def extras() -> Mapping[str, tuple[Extra, Mapping[str, str]]]:
    return _extras


@dataclass(slots=True)
class Build:
    """`tick(n)` hears of every `n` rows; it raises when nobody wants the archive any more."""

    user: User
    tick: Callable[[int], None]
    sections: dict[str, Any] = field(default_factory=dict)

    def write(self, pieces: Pieces) -> None:
        archive = Archive(pieces)
        for holding in taken():
            self._section(archive, holding.taken, rows_of(self.user, holding), holding)
            for column in holding.files:
                self._files(archive, holding, column)
        for name, (rows, _told) in _extras.items():
            self._section(archive, name, rows(self.user))
        write_pages(self.user, Book(archive, self.user, lambda: self.tick(0)))
        archive.add("README.txt", [_about()])
        archive.add("manifest.json", [as_json(self._manifest())])
        archive.close()
        pieces.finish()

    def _section(self, archive: Archive, name: str, rows: Iterator[Row], holding: Holding | None = None) -> None:
        """A row a line; a section without any is an empty file."""
        count = 0

        def lines() -> Iterator[str]:
            nonlocal count
            for row in rows:
                count += 1
                self.tick(1)
                yield as_json(row) + "\n"

        archive.add(f"data/{name}.jsonl", lines())
        self.sections[name] = {
            "file": f"data/{name}.jsonl",
            "rows": count,
            "model": holding.model if holding else None,
            "restored": bool(holding is None or holding.restored),
        }

    def _files(self, archive: Archive, holding: Holding, column: str) -> None:
        """One at a time: each may have some megabytes."""
        for pk in list(holding.of(self.user).order_by("pk").values_list("pk", flat=True)):
            row = holding.rows._base_manager.filter(pk=pk).first()
            if row is not None:
                self.tick(0)
                if (data := file_of(holding, column, row)) is not None:
                    archive.put(file_name(holding, column, row), [data], packed=True)

    def _manifest(self) -> Row:
        return {
            "format": FORMAT,
            "version": VERSION,
            "made_at": timezone.now(),
            "language": translation.get_language(),
            "account": self.user.pk,
            "sections": self.sections,
            "left_out": {each.rows._meta.db_table: each.left for each in all_holdings() if each.left and each.whose},
        }


def rows_to_take(user: User) -> int:
    """About as many as there will be: what progress is measured by."""
    return sum(holding.of(user).count() for holding in taken())


def _about() -> str:
    return _(
        "Everything that this site holds of you.\n\n"
        "To read it, open index.html in a browser; no network is needed.\n"
        "For programs, the same lies in data/ as JSON lines, described by manifest.json. Pictures and cards are in "
        "files/.\nTo move to another Dramatis, sign in there, open Settings, “Take your data with you”, and bring this "
        "file as it is.\n"
    )
