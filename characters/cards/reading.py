"""Reading a card: told by its bytes, never by its name. Every refusal is a CardError with reason, field and limit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from characters.cards import embedded, jpeg, png
from characters.cards.archive import Archive, read_archive
from characters.cards.base64text import decode_base64
from characters.cards.errors import CardError
from characters.cards.jsontext import read_json
from characters.cards.limits import MAX_FILE, MAX_LORE_ENTRIES
from characters.cards.spec import V1_FIELDS, Document, Spec, detect, field_name, sheet

Container = Literal["json", "png", "apng", "charx", "jpeg"]
CARD_FILE = "card.json"


@dataclass(frozen=True, slots=True)
class Card:
    """`data` is the file, `text` the JSON as it stood in it, `document` what that says.

    `picture` is the portrait that came with it, undecoded; `older` the second, V2 card of a PNG.
    """

    container: Container
    spec: Spec
    data: bytes
    text: str
    document: Document
    filename: str = ""
    picture: bytes | None = None
    older: Document | None = None
    archive: Archive | None = None
    attachments: Mapping[str, memoryview] = field(default_factory=dict)
    trailing: int = 0

    @property
    def sheet(self) -> Document:
        return sheet(self.document, self.spec)


def read_card(data: bytes, filename: str = "") -> Card:
    """The card in these bytes. Raises CardError."""
    if len(data) > MAX_FILE:
        raise CardError("too_large", _("A card file may have 8 MB at most."), field="file", limit=MAX_FILE)
    if not data.strip():
        raise CardError("empty", _("This file is empty."), field="file")
    if data.startswith(png.SIGNATURE):
        return _from_png(data, filename)
    if data.startswith(b"PK"):
        return _from_archive(data, filename, "charx")
    if data.startswith(jpeg.SIGNATURE):
        return _from_archive(data, filename, "jpeg")
    if data.startswith((b"RIFF", b"GIF8", b"%PDF", b"\x1f\x8b", b"7z\xbc\xaf")):
        raise CardError(
            "unknown_file",
            _("Cards come as JSON, PNG or CHARX, or as JPEG with CHARX; this file is none."),
            field="file",
        )
    text, document = read_json(data)
    return _card(data, filename, "json", text, document)


def _card(data: bytes, filename: str, container: Container, text: str, document: Any, **more: Any) -> Card:
    spec = detect(document)
    _check_lore(sheet(document, spec))
    if "picture" not in more:
        more["picture"] = _icon(sheet(document, spec), more.get("archive"), more.get("attachments"))
    return Card(container, spec, data, text, document, filename, **more)


def _check_lore(fields: Document) -> None:
    book = fields.get("character_book")
    entries = book.get("entries") if isinstance(book, dict) else None
    if isinstance(entries, list | dict) and len(entries) > MAX_LORE_ENTRIES:
        raise CardError(
            "too_many_entries",
            _("The lorebook of this card has too many entries."),
            field="character_book.entries",
            limit=MAX_LORE_ENTRIES,
        )


def _from_png(data: bytes, filename: str) -> Card:
    found = png.read_png(data)
    if not found.cards:
        raise CardError("no_card", _("This picture carries no character card."), field="file")
    read = {keyword: read_json(_unwrapped(text, keyword)) for keyword, text in found.cards.items()}
    text, document = read.get("ccv3") or read["chara"]
    older = read["chara"][1] if len(read) == 2 else None
    if older is not None:
        _check_agreement(document, older)
    return _card(
        data,
        filename,
        "apng" if found.animated else "png",
        text,
        document,
        picture=data,
        older=older,
        attachments=found.assets,
        trailing=found.trailing,
    )


def _unwrapped(text: bytes, keyword: str) -> bytes:
    """Base64 as a rule; some tools put the JSON in as it is."""
    if text.startswith(b"rcc||"):
        raise CardError("encrypted", _("RisuAI has locked this card with a password."), field=keyword)
    return text if text.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else decode_base64(text, field=keyword)


def _check_agreement(newer: Document, older: Document) -> None:
    """Two cards in one picture may differ in form, not in what they say."""
    sheets = [(sheet(each, spec), spec) for each in (newer, older) for spec in (detect(each),)]
    for name in V1_FIELDS:
        one, other = (_plain(fields.get(field_name(name, spec))) for fields, spec in sheets)
        if one != other:
            raise CardError(
                "contradiction",
                _("This picture carries two cards that contradict each other in “%(field)s”.") % {"field": name},
                field=name,
            )


def _plain(value: Any) -> str:
    return str(value).replace("\r\n", "\n").strip() if isinstance(value, str | int | float) else ""


def _from_archive(data: bytes, filename: str, container: Container) -> Card:
    if container == "jpeg":
        jpeg.check(data)
    archive = read_archive(data)
    if CARD_FILE not in archive.members:
        raise CardError("no_card", _("There is no card.json in this archive."), field=CARD_FILE)
    text, document = read_json(archive.read(CARD_FILE, limit=MAX_FILE))
    more: dict[str, Any] = {"archive": archive}
    if container == "jpeg" and _icon(sheet(document, detect(document)), archive, None) is None:
        more["picture"] = data[: archive.start]
    return _card(data, filename, container, text, document, **more)


def _icon(fields: Document, archive: Archive | None, attachments: Mapping[str, memoryview] | None) -> bytes | None:
    icon = embedded.main_icon(embedded.assets_of(fields))
    found = embedded.bytes_of(icon, archive=archive, attachments=attachments) if icon else None
    return found if embedded.is_picture(found) else None
