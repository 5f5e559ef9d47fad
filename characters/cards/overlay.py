"""A stored card with what was changed since: only that is written over, all else stays where and as it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from characters.cards.books import book_columns, book_with, entries_of, entry_with
from characters.cards.columns import OUR_FIELDS, OURS, TEXTS
from characters.cards.jsontext import copied
from characters.cards.repair import mapping
from characters.cards.spec import OOBA_FIELDS, V1_FIELDS, V2_FIELDS, Document, Spec, sheet


@dataclass(frozen=True, slots=True)
class Entry:
    """One of our lore entries: its columns, and the entry it came from (None when it was written here)."""

    source: Document | None
    columns: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Book:
    source: Document
    columns: Mapping[str, Any]
    entries: tuple[Entry, ...]


NO_BOOK = Book({}, {}, ())
"""The card had one, and it is gone."""


def with_changes(
    document: Document,
    spec: Spec,
    changes: Mapping[str, Any],
    *,
    tags: list[str] | None = None,
    book: Book | None = None,
) -> Document:
    """A new document. `changes` holds only fields of a version that differ; `tags` and `book` None: as they were."""
    if not changes and tags is None and book is None:
        return document
    changed = copied(document)
    spec = _grown(changed, spec) if _needs_more(changes, tags, book) else spec
    fields = sheet(changed, spec)
    for ours, value in changes.items():
        if ours in TEXTS:
            _put(changed, fields, spec, TEXTS[ours], value)
        elif ours == "greetings":
            _put(changed, fields, spec, "first_mes", value[0] if value else "")
            if len(value) > 1 or "alternate_greetings" in fields or spec in ("v2", "v3"):
                fields["alternate_greetings"] = list(value[1:])
        elif ours == "depth_prompt":
            _put_depth_prompt(_extensions(fields), value)
        elif ours in OUR_FIELDS:
            _extensions(fields).setdefault(OURS, {})[ours] = value
    if tags is not None:
        _put(changed, fields, spec, "tags", tags)
    if book is NO_BOOK:
        fields.pop("character_book", None)
    elif book is not None:
        fields["character_book"] = card_book(book)
    return changed


def card_book(book: Book) -> Document:
    """A book with its entries, each as it came plus its changes; the ids of new ones are free numbers."""
    made = book_with(book.source, book.columns)
    entries = [entry_with(each.source, each.columns) for each in book.entries]
    taken = {str(each.get("id")) for each in entries}
    numbers = (number for number in range(1, len(entries) * 2 + 2) if str(number) not in taken)
    for place, (row, entry) in enumerate(zip(book.entries, entries, strict=True)):
        if row.source is None:
            entries[place] = entry | {"id": next(numbers)}
    made.setdefault("extensions", {})
    made["entries"] = entries
    return made


def book_is_as_it_came(book: Book, source: Document | None) -> bool:
    """The entries of the card, in its order, without a change."""
    if source is None:
        return False
    return (
        [each.source for each in book.entries] == entries_of(source)
        and all(entry_with(each.source, each.columns) is each.source for each in book.entries)
        and all(book.columns[column] == value for column, value in book_columns(source).items())
    )


def _needs_more(changes: Mapping[str, Any], tags: list[str] | None, book: Book | None) -> bool:
    """Whether V1 has no place for it."""
    fields = {TEXTS.get(each, each) for each in changes}
    several = len(changes.get("greetings", ())) > 1
    return bool(fields - {*V1_FIELDS, "greetings"}) or several or tags is not None or book is not None


def _grown(document: Document, spec: Spec) -> Spec:
    """A flat card becomes a V2 card around itself: what stood at the root stays there."""
    if spec not in ("v1", "ooba"):
        return spec
    data = blank()
    for field in V2_FIELDS:
        old = OOBA_FIELDS.get(field, field) if spec == "ooba" else field
        if old in document and field not in ("extensions", "character_book"):
            data[field] = copied(document[old])
    if not data["creator_notes"] and isinstance(document.get("creatorcomment"), str):
        data["creator_notes"] = document["creatorcomment"]
    document |= {"spec": "chara_card_v2", "spec_version": "2.0", "data": data}
    return "v2"


def blank() -> Document:
    """The fields of an empty V2 card."""
    lists = ("alternate_greetings", "tags")
    data: Document = {field: [] if field in lists else "" for field in V2_FIELDS if field != "character_book"}
    return data | {"extensions": {}}


def _put(document: Document, fields: Document, spec: Spec, field: str, value: Any) -> None:
    """Into the sheet, and over the copy for older readers at the root, if there is one."""
    if spec == "ooba":
        document[OOBA_FIELDS[field]] = value
        return
    if value != "" or field in fields or field in V2_FIELDS:
        fields[field] = value
    if fields is not document:
        if field in document:
            document[field] = value
        if field == "creator_notes" and "creatorcomment" in document:
            document["creatorcomment"] = value
        old = OOBA_FIELDS.get(field)
        if old in document:
            document[old] = value


def _extensions(fields: Document) -> Document:
    if not isinstance(fields.get("extensions"), dict):
        fields["extensions"] = {}
    extensions: Document = fields["extensions"]
    return extensions


def _put_depth_prompt(extensions: Document, value: Mapping[str, Any]) -> None:
    before = mapping(extensions.get("depth_prompt"))
    if value:
        extensions["depth_prompt"] = before | {"prompt": value["text"], "depth": value["depth"], "role": value["role"]}
    elif before:
        extensions["depth_prompt"] = before | {"prompt": ""}
