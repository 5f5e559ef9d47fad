"""The report before an export: what a target has no place for."""

from collections.abc import Iterator
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from characters.cards import embedded
from characters.cards.books import decorators_of, entries_of, uses_patterns
from characters.cards.columns import OURS
from characters.cards.findings import Finding, names
from characters.cards.reading import CARD_FILE, Card
from characters.cards.repair import mapping
from characters.cards.spec import V1_FIELDS, V3_ONLY, Document, Spec, detect, sheet
from characters.cards.versions import traces_in

Target = Literal["json", "png", "charx", "v2"]
TARGETS: tuple[Target, ...] = ("png", "charx", "json", "v2")


def report_for(target: Target, document: Document, *, card: Card | None = None) -> list[Finding]:
    """`document` is what will be written, `card` the file it goes back to, if it came in one."""
    spec = detect(document)
    fields = sheet(document, spec)
    found = [*_files(target, fields, card)]
    if target == "v2":
        found += [*_newer_fields(fields), *_newer_lore(fields, spec), *_copies(document, fields)]
    traces = traces_in(document)
    if traces:
        found.append(
            Finding(
                "removed", "traces", _("Taken out, because it tells of you and not of the character."), names(traces)
            )
        )
    ours = mapping(fields.get("extensions")).get(OURS)
    if ours:
        found.append(
            Finding("note", "ours", _("Only Dramatis reads this; other programs carry it along."), names(mapping(ours)))
        )
    return found


def _files(target: Target, fields: Document, card: Card | None) -> Iterator[Finding]:
    assets = embedded.assets_of(fields)
    portrait = embedded.main_icon(assets)
    held: list[str] = []
    if card and card.archive and target != "charx":
        held = [name for name, member in card.archive.members.items() if not member.is_folder and name != CARD_FILE]
    if card and card.attachments and target in ("json", "v2"):
        held = [f"__asset:{path}" for path in card.attachments]
    if target == "png" and portrait is not None and portrait.path in held:
        held.remove(portrait.path)
    if target in ("json", "v2"):
        yield Finding("lost", "portrait", _("The portrait: JSON holds no picture."))
    if held:
        yield Finding(
            "lost", "assets",
            ngettext("%(count)s picture, sound or other file does not come along.",
                     "%(count)s pictures, sounds or other files do not come along.", len(held)) % {"count": len(held)},
            names(held),
        )  # fmt: skip


def _newer_fields(fields: Document) -> Iterator[Finding]:
    lost = [key for key in V3_ONLY if _says(fields.get(key))]
    if lost:
        yield Finding("lost", "v3_fields", _("Fields that came with V3."), names(lost))


def _copies(document: Document, fields: Document) -> Iterator[Finding]:
    """The six old fields stand twice in V2, and then say the same."""
    if document is not fields:
        differ = [key for key in V1_FIELDS if _says(document.get(key)) and document[key] != fields.get(key)]
        if differ:
            said = _("The copy for the oldest readers said something else than the card: it is written anew.")
            yield Finding("changed", "copies", said, names(differ))


def _newer_lore(fields: Document, spec: Spec) -> Iterator[Finding]:
    entries = entries_of(mapping(fields.get("character_book")))
    patterns = sum(uses_patterns(entry) for entry in entries)
    decorated = sum(bool(decorators_of(entry.get("content"))) for entry in entries)
    if patterns:
        yield Finding(
            "lost", "patterns",
            ngettext("%(count)s lore entry loses its patterns: the keys are taken for words.",
                     "%(count)s lore entries lose their patterns: the keys are taken for words.", patterns)
            % {"count": patterns},
        )  # fmt: skip
    if decorated:
        yield Finding(
            "lost", "decorators",
            ngettext("%(count)s lore entry loses its decorators.",
                     "%(count)s lore entries lose their decorators.", decorated)
            % {"count": decorated},
        )  # fmt: skip
    named = sum(_says(entry.get("id")) and not isinstance(entry["id"], int) for entry in entries) if spec == "v3" else 0
    if named:
        yield Finding(
            "lost", "lore_ids",
            ngettext("%(count)s lore entry loses its id: only numbers are known.",
                     "%(count)s lore entries lose their ids: only numbers are known.", named)
            % {"count": named},
        )  # fmt: skip


def _says(value: Any) -> bool:
    return value not in (None, "", [], {}, 0)
