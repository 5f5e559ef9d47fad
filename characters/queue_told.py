"""Lore and knowledge as a moderator reads them: what others do not have yet beside what they have, then all of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.admin.utils import display_for_field, label_for_field
from django.db.models import Model
from django.utils.translation import gettext as _

from characters.models import Lorebook, LoreEntry
from characters.selectors.stage import Told, ToldBook, Unshown, differences, name_of
from characters.services.history import Piece, pieces

# What is compared word by word; all else of an entry is a setting.
TEXTS = ("name", "keys", "secondary_keys", "content", "title", "text")


@dataclass(frozen=True, slots=True)
class Change:
    """`texts` are (what it is called, what changed in it), `settings` (what it is called, before, after)."""

    name: str
    book: str
    new: bool
    texts: list[tuple[str, list[Piece]]] = field(default_factory=list)
    settings: list[tuple[str, Any, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Text:
    """Something that the model would be told. `keys` call it."""

    name: str
    keys: str
    text: str


def changes_in(was: Told, now: Told) -> list[Change]:
    """What would be told that is not told now; nothing where nothing is told yet: then all of it is new."""
    if was == Told():
        return []
    books = {book.id: book for book in now.books}
    return [_change(each, books) for each in differences(was, now)]


def texts_in(told: Told) -> Iterator[Text]:
    for book in told.books:
        for entry in book.entries:
            yield Text(name_of(entry), _listed(entry["keys"]), entry["content"])
    for text in told.texts:
        yield Text(text.title, "", text.text)


def _change(each: Unshown, books: dict[UUID, ToldBook]) -> Change:
    book = str(books[each.book].settings["name"] or _("Lorebook")) if each.book else ""
    model: type[Model] = Lorebook if each.kind == "book" else LoreEntry
    change = Change(each.name or book, book if each.kind == "lore" else "", new=not each.was)
    for name, value in each.now.items():
        before = each.was.get(name)
        if name == "id" or (before == value if each.was else not value or name in ("name", "title")):
            continue
        if name == "entries":
            change.settings.append((_("Order of the entries"), "", _("another one")))
        elif name in TEXTS:
            change.texts.append((_label(name, model), pieces(_listed(before or ""), _listed(value))))
        elif each.was:
            column: Any = model._meta.get_field(name)
            said = [display_for_field(told, column, "–") for told in (before, value)]
            change.settings.append((_label(name, model), said[0], said[1]))
    return change


def _label(name: str, model: type[Model]) -> str:
    if name in ("title", "text"):
        return _("title") if name == "title" else _("text")
    return str(label_for_field(name, model))


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
