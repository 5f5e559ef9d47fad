"""Cards out: the file as it came when nothing was changed, else the card that came with what was changed since."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.errors import NotFound
from accounts.models import User
from characters.cards import Card, Finding, png, read_card, write_charx, write_json, write_png, write_v2
from characters.cards.books import BOOK_COLUMNS, entry_columns
from characters.cards.columns import OUR_FIELDS, TEXTS, book_of, travelling
from characters.cards.jsontext import indent_of, parse
from characters.cards.losses import TARGETS, report_for
from characters.cards.overlay import NO_BOOK, Book, Entry, blank, book_is_as_it_came, with_changes
from characters.cards.portrait import is_bearable
from characters.cards.spec import Document, sheet
from characters.cards.versions import traces_in
from characters.content import checked, content_of
from characters.imaging import PictureError, as_png
from characters.models import Asset, CharacterVersion, Knowledge, Lorebook, Scope
from characters.pictures import picture
from characters.raster import painted
from characters.selectors import author_name

Format = Literal["original", "png", "charx", "json", "v2"]
FORMATS: tuple[Format, ...] = ("original", *TARGETS)
_SAME = {"json": ("json",), "png": ("png", "apng"), "charx": ("charx",), "v2": ()}
_TYPES = {
    "json": ("application/json", "json"),
    "v2": ("application/json", "v2.json"),
    "png": ("image/png", "png"),
    "apng": ("image/apng", "png"),
    "charx": ("application/zip", "charx"),
    "jpeg": ("image/jpeg", "jpeg"),
}


@dataclass(frozen=True, slots=True)
class CardFile:
    data: bytes
    content_type: str
    filename: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What one way out would be: `identical` is the file as it came, byte for byte."""

    format: Format
    identical: bool
    report: list[Finding]


@dataclass(frozen=True, slots=True)
class _Standing:
    """A version against the card it carries on. `same_picture`: the portrait is still the one that came with it.

    `moods` are the pictures for moods that did not come with it.
    """

    version: CharacterVersion
    card: Card | None
    document: Document
    untouched: bool
    same_picture: bool
    moods: Mapping[str, str]
    notes: tuple[Finding, ...]


def formats_for(*, version: CharacterVersion) -> list[Format]:
    return [each for each in FORMATS if each != "original" or version.card_id is not None]


def export_card(*, version: CharacterVersion, format: str, user: User) -> CardFile:
    """The card of a version in this format. Raises NotFound for whoever is not its author, and for other formats."""
    _check_author(version, user)
    if format not in formats_for(version=version):
        raise NotFound
    standing = _standing(version)
    if format == "original":
        assert standing.card is not None
        return _file(version, standing.card.container, standing.card.data)
    if standing.card is not None and _identical(standing, format):
        return _file(version, standing.card.container, standing.card.data)
    return _file(version, format, _written(standing, format))


def preview_exports(*, version: CharacterVersion, user: User) -> list[Preview]:
    """Each format with what it would lose, before anything is written. Raises NotFound."""
    _check_author(version, user)
    standing = _standing(version)
    found: list[Preview] = []
    for each in formats_for(version=version):
        if each == "original":
            found.append(Preview(each, True, [*_unlike_original(standing), *_tells_of_you(standing)]))
        elif _identical(standing, each):
            found.append(Preview(each, True, _tells_of_you(standing)))
        else:
            report = report_for(each, standing.document, card=standing.card)
            found.append(Preview(each, False, [*report, *_lost_moods(standing, each), *standing.notes]))
    return found


def _check_author(version: CharacterVersion, user: User) -> None:
    character = version.character
    if not user.is_authenticated or character.owner_id != user.pk or character.deleted_at is not None:
        raise NotFound


def _identical(standing: _Standing, format: str) -> bool:
    return standing.untouched and standing.card is not None and standing.card.container in _SAME[format]


def _unlike_original(standing: _Standing) -> list[Finding]:
    if standing.untouched:
        return []
    return [Finding("lost", "changes", _("What you changed here since is not in it."))]


def _tells_of_you(standing: _Standing) -> list[Finding]:
    """A file that goes out as it came keeps what another way out would take away."""
    traces = traces_in(standing.card.document) if standing.card else []
    said = _("As it came, it also holds what tells of you: other ways out leave that behind.")
    return [Finding("note", "traces_kept", said, tuple(traces))] if traces else []


def _file(version: CharacterVersion, kind: str, data: bytes) -> CardFile:
    content_type, ending = _TYPES[kind]
    name = slugify(version.name, allow_unicode=True)[:60] or "character"
    return CardFile(data, content_type, f"{name}.{ending}")


# --- what there is to write ---


def _standing(version: CharacterVersion) -> _Standing:
    card = read_card(bytes(version.card.data), version.card.filename) if version.card else None
    notes: list[Finding] = []
    if card is None:
        document = _new_document(version, notes)
        return _Standing(version, None, document, False, False, _moods(version), (*notes, *_stays_here(version)))
    derived = version.card.derived if version.card else {}
    before, now = derived.get("content", {}), content_of(version)
    changes = {name: now[name] for name in (*TEXTS, "greetings", "depth_prompt") if now[name] != before.get(name)}
    changes |= travelling({name: now[name] for name in OUR_FIELDS if now[name] != before.get(name)})
    tags = _changed_tags(version, card, derived.get("tags", {}))
    source = book_of(card.document, card.spec)
    book = _book(version, source, notes)
    document = with_changes(card.document, card.spec, changes, tags=tags, book=book)
    same_picture = now["picture"] == derived.get("picture", "")
    came = before.get("presentation", {}).get("moods", {})
    moods = {mood: kept for mood, kept in _moods(version).items() if came.get(mood) != kept}
    untouched = document is card.document and same_picture and not moods
    return _Standing(version, card, document, untouched, same_picture, moods, (*notes, *_stays_here(version)))


def _new_document(version: CharacterVersion, notes: list[Finding]) -> Document:
    """A card for a character that never came in one."""
    content = content_of(version)
    data: Document = blank() | {
        "creator": author_name(version.character),
        "character_version": str(version.number),
        "group_only_greetings": [],
        "creation_date": int(version.character.created_at.timestamp()),
        "modification_date": int(version.created_at.timestamp()),
    }
    document: Document = {"spec": "chara_card_v3", "spec_version": "3.0", "data": data}
    usual = checked(version.language, {"name": content["name"]})
    changes = {name: content[name] for name in (*TEXTS, "greetings", "depth_prompt") if content[name]}
    changes |= travelling({name: content[name] for name in OUR_FIELDS if content[name] not in ("", {}, usual[name])})
    tags = [tag.name_in(version.language) for tag in version.character.tags.all()]
    book = _book(version, None, notes)
    return with_changes(document, "v3", changes, tags=tags, book=book)


def _changed_tags(version: CharacterVersion, card: Card, derived: Mapping[str, str]) -> list[str] | None:
    """The card's tags less those taken away, with those added behind; None when they are as they were."""
    tags = list(version.character.tags.all())
    codes = {tag.code for tag in tags}
    if codes == set(derived):
        return None
    gone = {word.casefold() for code, word in derived.items() if code not in codes}
    listed = sheet(card.document, card.spec).get("tags")
    words = listed if isinstance(listed, list) else str(listed or "").split(",")
    kept = [word.strip() for word in words if isinstance(word, str) and word.strip().casefold() not in gone]
    return [word for word in kept if word] + [tag.name_in(version.language) for tag in tags if tag.code not in derived]


def _book(version: CharacterVersion, source: Document | None, notes: list[Finding]) -> Book | None:
    """The lorebooks of the character as one; None when it is the card's own, as it came."""
    books = list(
        Lorebook.objects.filter(
            scope=Scope.CHARACTER, character=version.character_id, deleted_at=None
        ).prefetch_related("entries")
    )
    if not books:
        return NO_BOOK if source is not None else None
    first = books[0]
    if len(books) > 1:
        notes.append(
            Finding(
                "note", "books",
                ngettext("%(count)s lorebook goes into the card.",
                         "%(count)s lorebooks go into the card as one.", len(books))
                % {"count": len(books)},
                tuple(each.name for each in books if each.name),
            )
        )  # fmt: skip
    entries = tuple(
        Entry(parse(row.source) if row.source else None, {name: getattr(row, name) for name in entry_columns({})})
        for each in books
        for row in each.entries.all()
    )
    columns = {name: getattr(first, name) for name in BOOK_COLUMNS}
    book = Book(parse(first.source) if first.source else {}, columns, entries)
    return None if book_is_as_it_came(book, source) else book


def _stays_here(version: CharacterVersion) -> list[Finding]:
    """What a card has no place for at all."""
    found: list[Finding] = []
    texts = list(Knowledge.objects.filter(character=version.character_id).values_list("title", flat=True)[:50])
    if texts:
        said = _("Texts that the character knows: cards have no place for them.")
        found.append(Finding("lost", "knowledge", said, tuple(texts)))
    return found


def _moods(version: CharacterVersion) -> dict[str, str]:
    moods: dict[str, str] = version.presentation.get("moods", {})
    return moods


def _lost_moods(standing: _Standing, format: str) -> list[Finding]:
    """An archive alone has room for them."""
    if format == "charx" or not standing.moods:
        return []
    return [Finding("lost", "moods", _("The pictures for moods."), tuple(standing.moods))]


# --- writing it ---


def _written(standing: _Standing, format: str) -> bytes:
    document, card = standing.document, standing.card
    if format in ("json", "v2"):
        indent = indent_of(card.text) if card is not None and format == "json" else "  "
        write = write_json if format == "json" else write_v2
        return write(document, indent=indent)
    if format == "png":
        return write_png(document, _picture(standing))
    has_icon = standing.same_picture and card is not None and card.archive is not None and card.picture is not None
    return write_charx(
        document,
        None if has_icon else _picture(standing),
        archive=card.archive if card else None,
        attachments=card.attachments if card else None,
        moods={asset.name: bytes(asset.data) for asset in Asset.objects.filter(pk__in=standing.moods.values())},
        modified=int(standing.version.created_at.timestamp()),
    )


def _picture(standing: _Standing) -> bytes:
    """The portrait as PNG: the card's own, untouched, before all; else what we show."""
    card, version = standing.card, standing.version
    if standing.same_picture and card is not None and card.picture is not None:
        if card.picture.startswith(png.SIGNATURE):
            return card.picture
        if is_bearable(card.picture):
            try:
                return as_png(card.picture)
            except PictureError:
                pass
    if version.picture is not None:
        return as_png(bytes(version.picture.data))
    return painted(picture(version.portrait, "calm").svg)
