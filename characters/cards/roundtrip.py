"""Does a card survive us? Read, taken into columns, written in every way, read again, compared value by value."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Any

from characters.cards import png
from characters.cards.books import book_columns, entries_of, entry_columns
from characters.cards.columns import book_of, version_columns
from characters.cards.errors import CardError
from characters.cards.jsontext import write_json as json_text
from characters.cards.overlay import Book, Entry, book_is_as_it_came, with_changes
from characters.cards.reading import Card, read_card
from characters.cards.versions import PRIVATE_EXTENSIONS, PRIVATE_ROOT
from characters.cards.writing import write_charx, write_json, write_png

# One dark pixel, for cards that came without a picture.
PIXEL = png.SIGNATURE + b"".join(
    (
        png.make_chunk(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0"),
        png.make_chunk(b"IDAT", b"\x78\x9c\x63\x60\x00\x00\x00\x02\x00\x01"),
        png.make_chunk(b"IEND", b""),
    )
)


@dataclass(slots=True)
class Checked:
    """One file. `ok`: read, and nothing would be lost.

    `lost` names, by target, what an export that writes the card anew would not bring back.
    """

    file: str
    read: bool = False
    ok: bool = False
    container: str = ""
    spec: str = ""
    reason: str = ""
    message: str = ""
    field: str = ""
    limit: int | None = None
    fields: int = 0
    fields_kept: int = 0
    bytes_equal: bool = False
    order_kept: bool = False
    untouched: bool = False
    lost: dict[str, list[str]] = made_by(default_factory=dict)
    seconds: float = 0.0


def check_card(data: bytes, filename: str) -> Checked:
    """Never raises for what a file may hold: a refusal is a result."""
    started, result = time.perf_counter(), Checked(file=filename)
    try:
        card = read_card(data, filename)
        result.read, result.container, result.spec = True, card.container, card.spec
        _check(card, result, data)
    except CardError as error:
        result.read = False
        result.reason, result.message = error.reason, str(error.message)
        result.field, result.limit = error.field, error.limit
    result.seconds = round(time.perf_counter() - started, 3)
    return result


def _check(card: Card, result: Checked, data: bytes) -> None:
    again = json_text(card.document)
    standing = _untouched(card)
    result.untouched = standing is card.document
    # The very file goes out as long as nothing differs from it; else the card is written anew.
    result.bytes_equal = (card.data if result.untouched else write_json(standing)) == data
    # Written without a blank and with no escape, the text must be the same from the first key to the last digit.
    result.order_kept = again == json_text(read_card(again.encode()).document)
    before = dict(_paths(card.document))
    result.fields = len(before)
    for target, data in _exports(card):
        try:
            after = dict(_paths(read_card(data).document))
        except CardError as error:
            # What was written is more than we take: a large picture in the text, say.
            result.lost[target] = [f"({error.reason})"]
            continue
        lost = [path for path, value in before.items() if after.get(path) != value and not _may_go(path, value)]
        result.lost[target] = lost[:50]
        result.fields_kept = min(result.fields_kept or result.fields, len(before) - len(lost))
    result.ok = result.bytes_equal and result.order_kept and result.untouched and not any(result.lost.values())


def _untouched(card: Card) -> dict[str, Any]:
    """What an export starts from when nobody changed anything: the columns must not differ from themselves."""
    version_columns(card.document, card.spec)
    source = book_of(card.document, card.spec)
    if source is None:
        return with_changes(card.document, card.spec, {})
    entries = tuple(Entry(each, entry_columns(each)) for each in entries_of(source))
    book = Book(source, book_columns(source), entries)
    return with_changes(card.document, card.spec, {}, book=None if book_is_as_it_came(book, source) else book)


def _exports(card: Card) -> Iterator[tuple[str, bytes]]:
    picture = card.picture if card.picture and card.picture.startswith(png.SIGNATURE) else PIXEL
    yield "json", write_json(card.document)
    yield "png", write_png(card.document, picture)
    yield "charx", write_charx(card.document, None, archive=card.archive, attachments=card.attachments)


def _paths(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every leaf with where it lies; empty objects and lists are leaves."""
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from _paths(each, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value:
        for place, each in enumerate(value):
            yield from _paths(each, f"{path}[{place}]")
    else:
        yield path, json_text(value)


def _may_go(path: str, value: str) -> bool:
    """Labels of the version, private traces, nulls that stand for "none", addresses of what moved into the archive."""
    return (
        path in ("spec", "spec_version", *PRIVATE_ROOT)
        or path in {f"{head}extensions.{key}" for head in ("", "data.") for key in PRIVATE_EXTENSIONS}
        or (path.endswith("character_book") and value == "null")
        or value.startswith('"__asset:')
    )
