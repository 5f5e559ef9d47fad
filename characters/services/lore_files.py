"""Lorebooks in and out as files: lorebook_v3 and books of cards, SillyTavern's world info, Agnai's memory books."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import Invalid
from accounts.models import User
from characters.cards.books import (
    BOOK_COLUMNS,
    LOGIC,
    PLACES,
    ROLES,
    book_columns,
    book_with,
    entries_of,
    entry_columns,
    entry_with,
)
from characters.cards.jsontext import parse, read_json, write_json
from characters.lore_fields import MAX_KEY, MAX_KEYS, MAX_TEXT
from characters.models import Lorebook, LoreEntry
from characters.services.judging import judged_lore
from characters.services.lore import AT_ONCE, MAX_ENTRIES, create_book, make_room_in, read_by_meaning
from characters.services.sealing import sealer, write

Document = dict[str, Any]
FORMATS = ("lorebook_v3", "world_info")
MAX_FILE = 8 * 1024 * 1024


def read_book(data: bytes) -> Document:
    """The book of a file, as a card has it. Raises Invalid, in words."""
    if len(data) > MAX_FILE:
        raise Invalid(_("The file is larger than 8 MB."), field="file", limit=MAX_FILE)
    _text, document = read_json(data)
    book = _book_in(document)
    if book is None:
        raise Invalid(
            _(
                "This is JSON, but not a lorebook. We read lorebook_v3, lorebooks of character cards, SillyTavern world"
                " info and Agnai memory books: each has a list called “entries”."
            ),
            field="file",
        )
    entries = entries_of(book)
    if len(entries) > MAX_ENTRIES:
        raise Invalid(
            _("The file has %(count)s entries; a lorebook has at most %(limit)s.")
            % {"count": len(entries), "limit": MAX_ENTRIES},
            field="entries",
            limit=MAX_ENTRIES,
        )
    return book


def _book_in(document: Any) -> Document | None:
    if not isinstance(document, dict):
        return None
    data = document.get("data")
    if isinstance(data, dict):
        inner = data if document.get("spec") == "lorebook_v3" else data.get("character_book")
        return _book_in(inner)
    if isinstance(document.get("character_book"), dict):
        return _book_in(document["character_book"])
    entries = document.get("entries")
    if isinstance(entries, dict):
        return {**document, "entries": [_from_world_info(each) for each in entries.values() if isinstance(each, dict)]}
    if not isinstance(entries, list):
        return None
    listed = [each for each in entries if isinstance(each, dict)]
    if any("key" in each and "keys" not in each for each in listed):
        return {**document, "entries": [_from_world_info(each) for each in listed]}
    if document.get("kind") == "memory" or any("keywords" in each and "keys" not in each for each in listed):
        return {**document, "entries": [_from_agnai(each) for each in listed]}
    return {**document, "entries": listed}


# World info's name -> the entry's; all else goes to the extensions under the name that SillyTavern gives it in cards.
_WORLD = {
    "key": "keys",
    "keysecondary": "secondary_keys",
    "comment": "comment",
    "content": "content",
    "constant": "constant",
    "selective": "selective",
    "order": "insertion_order",
    "uid": "id",
}
_WORLD_MORE = {
    "excludeRecursion": "exclude_recursion",
    "preventRecursion": "prevent_recursion",
    "delayUntilRecursion": "delay_until_recursion",
    "displayIndex": "display_index",
    "groupOverride": "group_override",
    "groupWeight": "group_weight",
    "scanDepth": "scan_depth",
    "caseSensitive": "case_sensitive",
    "matchWholeWords": "match_whole_words",
    "useGroupScoring": "use_group_scoring",
    "automationId": "automation_id",
}


def _from_world_info(told: Document) -> Document:
    entry: Document = {
        "keys": [], "content": "", "extensions": {}, "enabled": not told.get("disable"), "insertion_order": 100,
    }  # fmt: skip
    more: Document = {"display_index": 0}
    for name, value in told.items():
        if name in _WORLD:
            entry[_WORLD[name]] = value
        elif name != "disable":
            more[_WORLD_MORE.get(name, name)] = value
    entry["name"] = told.get("comment") or ""
    entry["extensions"] = more
    entry["position"] = "before_char" if told.get("position") == 0 else "after_char"
    entry["use_regex"] = True
    return entry


def _from_agnai(told: Document) -> Document:
    mapped = {
        "name": "name",
        "entry": "content",
        "keywords": "keys",
        "priority": "priority",
        "weight": "insertion_order",
    }
    entry: Document = {"keys": [], "content": "", "extensions": {}, "enabled": told.get("enabled", True) is not False}
    rest = {name: value for name, value in told.items() if name not in mapped and name != "enabled"}
    entry |= {ours: told[name] for name, ours in mapped.items() if name in told}
    if rest:
        entry["extensions"] = {"agnai": rest}
    return entry


@transaction.atomic
def import_book(*, owner: User, data: bytes, filename: str = "", **scope: Any) -> tuple[Lorebook, list[str]]:
    """A new book from a file, and what was not taken as it stood, in words. Raises Invalid, and as `create_book`."""
    document = read_book(data)
    columns = book_columns(document)
    name = columns.pop("name") or filename.rpartition("/")[2].rpartition(".")[0][:100]
    book = create_book(owner=owner, name=name, **scope)
    notes: list[str] = []
    rows = [_row(book, place, entry, notes) for place, entry in enumerate(entries_of(document))]
    for column, value in columns.items():
        setattr(book, column, value)
    make_room_in(book, entries=len(rows), letters=sum(len(row.content) for row in rows))
    book.source = write_json({key: [] if key == "entries" else value for key, value in document.items()})
    write(book, book, fields=[*columns, "source"])
    LoreEntry.objects.bulk_create(map(sealer(book), rows), batch_size=AT_ONCE)
    read_by_meaning(book, rows)
    return book, notes


def _row(book: Lorebook, place: int, entry: Document, notes: list[str]) -> LoreEntry:
    columns = entry_columns(entry)
    called = columns["name"] or _("entry %(number)s") % {"number": place + 1}
    if len(columns["content"]) > MAX_TEXT:
        raise Invalid(
            _("“%(name)s” is longer than %(limit)s characters.") % {"name": called, "limit": MAX_TEXT},
            field="content",
            limit=MAX_TEXT,
        )
    for field in ("keys", "secondary_keys"):
        fits = [key for key in columns[field] if len(key) <= MAX_KEY][:MAX_KEYS]
        if fits != columns[field]:
            notes.append(_("“%(name)s” has more or longer keys than we keep: some were left out.") % {"name": called})
            columns[field] = fits
    return LoreEntry(book=book, position=place, source=write_json(entry), **judged_lore(columns, book=book))


def export_book(*, book: Lorebook, entries: Sequence[LoreEntry], format: str) -> tuple[str, str]:
    """The file's text and its name. Nothing that came with the book is lost in lorebook_v3."""
    if format not in FORMATS:
        raise Invalid(_("That is none of the choices."), field="format")
    documents = [_document(entry) for entry in entries]
    name = "".join(letter if letter.isalnum() else "-" for letter in book.name).strip("-")[:60] or "lorebook"
    if format == "world_info":
        told: Document = {"entries": {str(uid): _to_world_info(uid, each) for uid, each in enumerate(documents)}}
        return write_json(told | {"name": book.name}, indent="  "), f"{name}.json"
    source = parse(book.source) if book.source else {"extensions": {}, "entries": []}
    data = book_with(source, {column: getattr(book, column) for column in BOOK_COLUMNS})
    data["entries"] = documents
    data.setdefault("extensions", {})
    return write_json({"spec": "lorebook_v3", "data": data}, indent="  "), f"{name}.json"


def _document(entry: LoreEntry) -> Document:
    source = parse(entry.source) if entry.source else None
    columns = {name: getattr(entry, name) for name in entry_columns(source or {"keys": []})}
    return dict(entry_with(source, columns))


def _to_world_info(uid: int, entry: Document) -> Document:
    columns = entry_columns(entry)
    more: Mapping[str, Any] = entry.get("extensions") or {}
    back = {ours: theirs for theirs, ours in _WORLD_MORE.items()}
    told = {
        "uid": uid,
        "key": columns["keys"],
        "keysecondary": columns["secondary_keys"],
        "comment": columns["name"],
        "content": columns["content"],
        "constant": columns["constant"],
        "vectorized": columns["by_meaning"],
        "selective": columns["selective"],
        "selectiveLogic": LOGIC.index(columns["logic"]),
        "addMemo": bool(columns["name"]),
        "order": columns["order"],
        "position": PLACES.index(columns["place"]),
        "disable": not columns["enabled"],
        "excludeRecursion": columns["exclude_recursion"],
        "preventRecursion": columns["prevent_recursion"],
        "delayUntilRecursion": columns["delay_until_recursion"],
        "probability": columns["probability"],
        "useProbability": columns["probability"] != 100,
        "depth": columns["depth"],
        "role": ROLES.index(columns["role"]),
        "group": columns["group"],
        "groupOverride": columns["group_override"],
        "groupWeight": columns["group_weight"],
        "scanDepth": columns["scan_depth"],
        "caseSensitive": columns["case_sensitive"],
        "matchWholeWords": columns["whole_words"],
        "sticky": columns["sticky"] or None,
        "cooldown": columns["cooldown"] or None,
        "delay": columns["delay"] or None,
        "displayIndex": uid,
    }
    # What SillyTavern keeps and we do not model.
    return {back.get(name, name): value for name, value in more.items() if isinstance(name, str)} | told
