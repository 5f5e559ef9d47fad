"""Cards in: a file becomes a private character, its lorebook and its portrait; the file itself is kept beside them.

Out again: `characters.services.card_files`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import Invalid, Unavailable
from accounts.models import User
from characters.cards import Card, Finding, read_card
from characters.cards.books import book_columns, entries_of, entry_columns
from characters.cards.columns import book_of, language_of, our_columns, tags_of, version_columns
from characters.cards.fandom import work_behind
from characters.cards.findings import names
from characters.cards.jsontext import write_json
from characters.cards.moods import bytes_of, mood_pictures
from characters.cards.portrait import is_bearable
from characters.cards.understanding import report_on
from characters.content import REFERENCES, checked
from characters.drafting import MAX_TAG, MAX_TAGS
from characters.imaging import Cut
from characters.models import Asset, CardOriginal, Character, CharacterVersion, Lorebook, LoreEntry, Scope, Tag
from characters.services.assets import cut_picture, keep_picture
from characters.services.judging import judged_book, judged_lore, mildest_rating
from characters.services.lore import AT_ONCE as ENTRIES_AT_ONCE
from characters.services.lore import make_room_in, read_by_meaning
from characters.services.quotas import QuotaReached, reserve
from characters.services.releases import create_character, set_tags
from characters.services.tags import tags_named
from inference.registry import may_answer

AT_ONCE = 2
WAIT_SECONDS = 20

_reading = BoundedSemaphore(AT_ONCE)


@dataclass(slots=True)
class ImportResult:
    """`earlier` is a character that came from this very file before."""

    character: Character
    version: CharacterVersion
    report: list[Finding] = field(default_factory=list)
    earlier: Character | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """A card before its import: what it is, what it would become, and what there is to say of it."""

    card: Card
    language: str
    content: dict[str, Any]
    report: list[Finding]

    @property
    def lore_entries(self) -> int:
        book = book_of(self.card.document, self.card.spec)
        return len(entries_of(book)) if book else 0


def look_at(*, data: bytes, filename: str = "") -> Look:
    """Everything about a card that can be said without keeping it. Raises Invalid with field and limit; Unavailable."""
    # Each may hold some tens of megabytes while it is read; a crowd waits its turn.
    if not _reading.acquire(timeout=WAIT_SECONDS):
        raise Unavailable(_("Many cards are coming in right now. Please try again in a moment."))
    try:
        return _look_at(data, filename)
    finally:
        _reading.release()


def _look_at(data: bytes, filename: str) -> Look:
    card = read_card(data, filename)
    report = report_on(card)
    columns = version_columns(card.document, card.spec)
    language = language_of(columns)
    content = checked(language, columns)
    ours = _ours(card, language, content, report)
    if long := [tag for tag in tags_of(card.document, card.spec) if len(tag) > MAX_TAG]:
        report.append(
            Finding("kept", "long_tags", _("These tags are too long for us; they stay in the card."), names(long))
        )
    if extra := _tags(card)[MAX_TAGS:]:
        report.append(
            Finding("kept", "more_tags", _("Twelve tags are used; the others stay in the card."), names(extra))
        )
    whole = checked(language, columns | ours)
    if (model := whole["generation"]["model"]) and not may_answer(model):
        report.append(
            Finding(
                "kept",
                "model",
                _("The model that the card asks for is not offered here. Its name is kept; the house’s own answers."),
                names([model]),
            )
        )
    told = (whole["creator_notes"], whole["description"], whole["about"])
    if not whole["presentation"].get("fan_of") and (work := work_behind(told, tags_of(card.document, card.spec))):
        ask = _(
            "Does it come from a work that belongs to somebody else? Then name that on the last step: “Fan-made of”."
        )
        report.append(Finding("note", "fan_made", ask, names([work])))
    return Look(card, language, whole, report)


def _ours(card: Card, language: str, content: Mapping[str, Any], report: list[Finding]) -> dict[str, Any]:
    """What an export of ours put aside, as far as it still holds good."""
    good: dict[str, Any] = {}
    for name, value in our_columns(card.document, card.spec).items():
        try:
            checked(language, {"name": content["name"], name: value})
        except Invalid:
            report.append(Finding("kept", "ours_invalid", _("This was not written by Dramatis as it stands."), (name,)))
        else:
            good[name] = value
    return good


def _tags(card: Card) -> list[str]:
    """Words that can be tags, each once whatever its case."""
    found = {tag.casefold(): tag for tag in reversed(tags_of(card.document, card.spec)) if len(tag) <= MAX_TAG}
    return list(reversed(found.values()))


@transaction.atomic
def import_card(*, owner: User, data: bytes, filename: str = "") -> ImportResult:
    """A private character with its first version on stage.

    Raises Invalid: a CardError when it is the file, QuotaReached when there is no room for it, NotAllowed where a rule
    stands against what it says; AllowanceUsedUp.
    """
    look = look_at(data=data, filename=filename)
    card, report = look.card, look.report
    # Before anything is locked: cutting takes its time.
    cut = _cut(card, report)
    cut_moods = _cut_moods(card, report) if cut else {}
    reserve(owner, cards=1, card_bytes=len(data))
    digest = hashlib.sha256(data).hexdigest()
    earlier = CardOriginal.objects.filter(owner=owner, sha256=digest, character__deleted_at=None).defer(
        "data", "document"
    )
    before = earlier.exclude(character=None).select_related("character").first()
    original = CardOriginal.objects.create(
        owner=owner,
        container=card.container,
        spec=card.spec,
        filename=_storable(filename),
        sha256=digest,
        data=data,
        document=card.text,
    )
    picture = _portrait(owner, cut, report)
    content = look.content | {"card": str(original.pk), "picture": picture}
    if picture and (moods := _moods(owner, cut_moods, report)):
        content["presentation"] = content["presentation"] | {"moods": moods}
    rating = mildest_rating(look.content, owner=owner)
    character = create_character(owner=owner, editions={look.language: content}, rating=rating)
    version = character.published
    assert version is not None
    tags = tags_named(_tags(card)[:MAX_TAGS])
    if tags:
        set_tags(character=character, tags=tags)
    original.character = character
    derived = {name: value for name, value in content.items() if name not in REFERENCES}
    original.derived = {"content": derived, "picture": picture, "tags": _derived_tags(card, tags)}
    original.save(update_fields=["character", "derived"])
    _write_book(character, card)
    return ImportResult(character, version, report, before.character if before else None)


def _storable(filename: str) -> str:
    return "".join(letter for letter in filename if letter.isprintable())[-200:]


def _derived_tags(card: Card, tags: list[Tag]) -> dict[str, str]:
    """Code -> the card's own word for it, so that an untouched tag goes out as it came."""
    words = _tags(card)[:MAX_TAGS]
    return {tag.code: word for tag, word in zip(tags, words, strict=False)}


def _cut(card: Card, report: list[Finding]) -> Cut | None:
    """The picture that came along, ready to be kept; a card is not refused for its picture."""
    if card.picture is None:
        return None
    if not is_bearable(card.picture):
        report.append(
            Finding("note", "large_picture", _("The picture is too large to be shown here; it stays in the card."))
        )
        return None
    try:
        return cut_picture(data=card.picture, kind=Asset.Kind.PORTRAIT)
    except Invalid as error:
        report.append(_not_shown(error))
        return None


def _portrait(owner: User, cut: Cut | None, report: list[Finding]) -> str:
    try:
        return str(keep_picture(owner=owner, cut=cut, kind=Asset.Kind.PORTRAIT).pk) if cut else ""
    except QuotaReached as error:
        report.append(_not_shown(error))
        return ""


def _cut_moods(card: Card, report: list[Finding]) -> dict[str, tuple[str, Cut]]:
    """The pictures that came along for moods: each with what the card calls it, ready to be kept."""
    found: dict[str, tuple[str, Cut]] = {}
    broken: list[str] = []
    for mood, asset in mood_pictures(card).items():
        try:
            cut = cut_picture(data=bytes_of(card, asset), kind=Asset.Kind.EMOTION, name=mood)
            found[mood] = asset.name, cut
        except Invalid:
            broken.append(asset.name)
    _not_moods(broken, report)
    return found


def _moods(owner: User, cut: Mapping[str, tuple[str, Cut]], report: list[Finding]) -> dict[str, str]:
    """Assets of ours."""
    kept: dict[str, str] = {}
    without: list[str] = []
    for mood, (name, picture) in cut.items():
        try:
            kept[mood] = str(keep_picture(owner=owner, cut=picture, kind=Asset.Kind.EMOTION, name=mood).pk)
        except QuotaReached:
            without.append(name)
    _not_moods(without, report)
    return kept


def _not_moods(which: list[str], report: list[Finding]) -> None:
    if which:
        said = _("Pictures that cannot be shown stay in the card.")
        report.append(Finding("note", "broken_moods", said, names(which)))


def _not_shown(error: Invalid) -> Finding:
    return Finding("note", "picture", _("The picture stays in the card and is not shown."), (str(error.message),))


def _write_book(character: Character, card: Card) -> None:
    source = book_of(card.document, card.spec)
    if source is None:
        return
    reserve(character.owner, lorebooks=1)
    book = Lorebook(
        owner=character.owner,
        scope=Scope.CHARACTER,
        character=character,
        # The place of the entries among the keys is kept.
        source=write_json({key: [] if key == "entries" else value for key, value in source.items()}),
        **book_columns(source),
    )
    for name, value in judged_book({"name": book.name, "description": book.description}, book=book).items():
        setattr(book, name, value)
    book.save(force_insert=True)
    entries = [
        LoreEntry(book=book, position=place, source=write_json(entry), **judged_lore(entry_columns(entry), book=book))
        for place, entry in enumerate(entries_of(source))
    ]
    make_room_in(book, entries=len(entries), letters=sum(len(entry.content) for entry in entries))
    LoreEntry.objects.bulk_create(entries, batch_size=ENTRIES_AT_ONCE)
    read_by_meaning(book, entries)
