"""The readable side of a take-out: pages without a script, which work where no network is.

An app that has more to show than rows writes the pages of its sections itself (`chapter`); of all others there is one
article a row.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.privacy.holdings import Holding, taken
from accounts.takeout.archive import Archive
from accounts.takeout.rows import Row, batches, columns_of, rows_of
from accounts.takeout.words import Group, label_of, title_of

ON_A_PAGE = 200
IMAGES = (".webp", ".png", ".apng", ".jpeg")
_NOTHING: tuple[Any, ...] = (None, "", [], {})
TITLES = ("name", "title", "label")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents."""

    title: str
    path: str
    note: str = ""


@dataclass(slots=True)
class Book:
    """What is written so far. `tick` is told of every page: the work may have been called off."""

    archive: Archive
    user: User
    tick: Callable[[], None]
    contents: dict[Group, list[Entry]] = field(default_factory=dict)

    def page(self, path: str, template: str, **context: Any) -> None:
        self.tick()
        about = {"root": "../" * path.count("/"), "language": get_language(), **context}
        self.archive.add(path, [render_to_string(f"takeout/{template}.html", about)])

    def lists(self, group: Group, title: str, path: str, note: str = "") -> None:
        self.contents.setdefault(group, []).append(Entry(title, path, note))


Chapter = Callable[[User, Book], None]
_chapters: dict[Chapter, tuple[str, ...]] = {}


def chapter(models: Iterable[str], write: Chapter) -> None:
    """For apps, in their `apps.py`: `write(user, book)` shows the sections of these models. Repeatable."""
    _chapters[write] = tuple(models)


def write_pages(user: User, book: Book) -> None:
    for write in _chapters:
        write(user, book)
    shown = {model for models in _chapters.values() for model in models}
    for holding in taken():
        if holding.model not in shown:
            _section(user, holding, book)
    groups = [(group.label, book.contents[group]) for group in Group if group in book.contents]
    book.page("index.html", "index", groups=groups, made_at=told(timezone.now()))
    style = settings.BASE_DIR / "accounts" / "takeout" / "style.css"
    book.archive.add("style.css", [style.read_text(encoding="utf-8")])


def _section(user: User, holding: Holding, book: Book) -> None:
    """All rows, two hundred to a page."""
    title, count, number = title_of(holding), 0, 0
    for number, rows in enumerate(batches(rows_of(user, holding), ON_A_PAGE), start=1):
        count += len(rows)
        pages = numbered(f"pages/{holding.taken}", number, more=len(rows) == ON_A_PAGE)
        book.page(pages.here, "section", title=title, pages=pages, articles=[article(row, holding) for row in rows])
    if number:
        book.lists(Group.of(holding), title, f"pages/{holding.taken}.html", _count(count))


@dataclass(frozen=True, slots=True)
class Pages:
    """One of several, and its neighbours as links from it."""

    here: str
    number: int
    before: str
    after: str


def numbered(stem: str, number: int, *, more: bool) -> Pages:
    def name(of: int) -> str:
        return f"{stem}.html" if of == 1 else f"{stem}-{of}.html"

    def link(of: int) -> str:
        return name(of).rpartition("/")[2]

    return Pages(name(number), number, link(number - 1) if number > 1 else "", link(number + 1) if more else "")


@dataclass(frozen=True, slots=True)
class Pair:
    label: str
    value: str
    image: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    title: str
    pairs: list[Pair]


def article(row: Row, holding: Holding, *, root: str = "../") -> Article:
    """What people read of a row: nothing without a value, no ids."""
    named = next((str(row[name]) for name in TITLES if row.get(name)), "")
    return Article(named, list(_pairs(row, holding, root)))


def _pairs(row: Row, holding: Holding, root: str) -> Iterator[Pair]:
    columns = {column.name: column for column in columns_of(holding)}
    for name, value in row.items():
        column = columns.get(name)
        if name in holding.files:
            yield _file(label_of(name, column), f"{root}{value}")
        elif not _is_reference(column, value) and value not in _NOTHING:
            yield Pair(label_of(name, column), told(_choice(column, value)))


def _file(label: str, path: str) -> Pair:
    return Pair(label, "", image=path) if path.endswith(IMAGES) else Pair(label, "", link=path)


def _is_reference(column: Any, value: Any) -> bool:
    if isinstance(value, list):
        return any(isinstance(each, UUID) for each in value)
    return column is not None and (column.primary_key or column.is_relation or isinstance(column, models.UUIDField))


def _choice(column: Any, value: Any) -> Any:
    if column is None or not column.choices:
        return value
    return dict(column.flatchoices).get(value, value)


def told(value: Any) -> str:
    """In words, as somebody reads it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, dict):
        return "\n".join(f"{name}: {_inline(each)}" for name, each in value.items() if each not in _NOTHING)
    if isinstance(value, (list, tuple)):
        return "\n".join(_inline(each) if isinstance(each, (dict, list)) else told(each) for each in value)
    return str(value)


def _inline(value: Any) -> str:
    """What stands in something else, in one line."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_inline(each)}" for name, each in value.items() if each not in _NOTHING)
    if isinstance(value, list):
        return ", ".join(_inline(each) for each in value)
    return told(value)


def _count(number: int) -> str:
    return f"{number:,}"
