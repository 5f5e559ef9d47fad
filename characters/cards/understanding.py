"""The report before an import: what of a card we do not act on, read differently, or never run."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from characters.cards import embedded
from characters.cards.books import decorators_of, entries_of, entry_columns, in_outlet
from characters.cards.columns import OURS, book_of
from characters.cards.findings import Finding, names
from characters.cards.moods import mood_pictures
from characters.cards.reading import CARD_FILE, Card
from characters.cards.repair import mapping
from characters.cards.spec import OOBA_FIELDS, V1_FIELDS, V2_FIELDS, V3_ONLY, version_of
from characters.lore.decorators import KNOWN as KNOWN_DECORATORS
from characters.lore.patterns import BadPattern, compile_pattern, is_pattern

_ROOT = {*V1_FIELDS, "spec", "spec_version", "data", "creatorcomment", "avatar", "chat", "talkativeness", "fav",
         "create_date", "tags"}  # fmt: skip
_BOOK = {"name", "description", "scan_depth", "token_budget", "recursive_scanning", "extensions", "entries"}
_ENTRY = {"keys", "content", "extensions", "enabled", "insertion_order", "case_sensitive", "name", "priority", "id",
          "comment", "selective", "secondary_keys", "constant", "position", "use_regex"}  # fmt: skip
_ENTRY_EXTENSIONS = {"position", "depth", "role", "selectiveLogic", "probability", "useProbability", "group",
    "group_override", "group_weight", "exclude_recursion", "prevent_recursion", "delay_until_recursion", "scan_depth",
    "case_sensitive", "match_whole_words", "vectorized", "sticky", "cooldown", "delay", "display_index",
    "risu_activationPercent"}  # fmt: skip
_ACTED_ON = {"depth_prompt", OURS, "fav"}
_PRESENTED = {"group_only_greetings", "creator_notes_multilingual", "source"}
_RISU_SCRIPTS = ("customScripts", "triggerscript", "virtualscript", "backgroundHTML")
_CODE = (".lua", ".js", ".ts", ".py")
_MODULE = ".risum"


def report_on(card: Card) -> list[Finding]:
    """In the order in which it matters. Never empty of meaning: an empty list is a card understood whole."""
    return [*_scripts(card), *_form(card), *_fields(card), *_lore(card), *_files(card), *_repairs(card)]


def _scripts(card: Card) -> Iterator[Finding]:
    extensions = mapping(card.sheet.get("extensions"))
    risu = mapping(extensions.get("risuai"))
    found = ["regex_scripts"] if extensions.get("regex_scripts") else []
    found += [key for key in _RISU_SCRIPTS if risu.get(key)]
    if card.archive:
        found += [name for name in card.archive.members if name.lower().endswith(_CODE)]
    if found:
        yield Finding("scripts", "scripts", _("Scripts stay in the card and are never run here."), names(found))
    modules = [name for name in card.archive.members if name.lower().endswith(_MODULE)] if card.archive else []
    if modules:
        yield Finding(
            "kept", "module",
            _("RisuAI keeps lore, scripts and pictures in a module of its own; it stays in the card and is not read."),
            names(modules),
        )  # fmt: skip


def _form(card: Card) -> Iterator[Finding]:
    if card.spec == "v3" and version_of(card.document) > 3.0:
        yield Finding(
            "note",
            "newer_spec",
            _("The card is written by a newer standard than we know; the rest of it stays as it is."),
        )
    fields = card.sheet
    if fields is not card.document:
        stale = [each for each in V1_FIELDS if each in card.document and card.document[each] != fields.get(each)]
        if stale:
            yield Finding(
                "note",
                "stale_copy",
                _("The copy for older programs at the root says something else; we go by the newer text."),
                names(stale),
            )
    if card.trailing:
        yield Finding(
            "kept", "trailing", _("There are bytes behind the end of the picture; they stay and are not read.")
        )
    if not fields.get("first_mes") and card.spec != "ooba" and not fields.get("alternate_greetings"):
        yield Finding("note", "no_opening", _("There is no opening: the player says the first line."))


def _fields(card: Card) -> Iterator[Finding]:
    fields = card.sheet
    if card.spec == "ooba":
        known = {*OOBA_FIELDS.values()}
        unknown = [key for key in card.document if key not in known]
    else:
        unknown = [
            key for key in card.document if key not in _ROOT and (fields is not card.document or key not in V2_FIELDS)
        ]
    if fields is not card.document:
        unknown += [f"data.{key}" for key in fields if key not in V2_FIELDS and key not in V3_ONLY]
    if unknown:
        yield Finding("kept", "unknown_fields", _("Fields that we do not know stay in the card."), names(unknown))
    unused = [key for key in fields if key in _PRESENTED and fields[key]]
    if unused:
        yield Finding("kept", "unused_fields", _("Fields that have no use here stay in the card."), names(unused))
    extensions = [
        key for key, value in mapping(fields.get("extensions")).items() if key not in _ACTED_ON and _says(value)
        and key != "regex_scripts"
    ]  # fmt: skip
    if extensions:
        yield Finding(
            "kept",
            "extensions",
            _("What other programs added stays in the card; we do not act on it."),
            names(extensions),
        )


def _lore(card: Card) -> Iterator[Finding]:
    book = book_of(card.document, card.spec)
    if book is None:
        return
    unknown = [f"character_book.{key}" for key in book if key not in _BOOK]
    unknown += [f"character_book.extensions.{key}" for key in mapping(book.get("extensions"))]
    entries, odd, decorators, bad, short = entries_of(book), Counter[str](), Counter[str](), list[str](), 0
    for entry in entries:
        more = mapping(entry.get("extensions"))
        odd.update(key for key in entry if key not in _ENTRY)
        odd.update(f"extensions.{key}" for key, value in more.items() if key not in _ENTRY_EXTENSIONS and _says(value))
        decorators.update(name for name in decorators_of(entry.get("content")) if name not in KNOWN_DECORATORS)
        columns = entry_columns(entry)
        bad += [key for key in columns["keys"] if columns["use_regex"] and is_pattern(key) and not _runs(key)]
        longest = max(len(str(entry.get(key) or "")) for key in ("name", "comment"))
        short += longest > 200 or len(str(more.get("group") or "")) > 200
    if unknown:
        yield Finding("kept", "unknown_book", _("Of the lorebook, this stays in the card unused."), names(unknown))
    if odd:
        yield Finding(
            "kept", "unknown_entry", _("Of lore entries, this stays in the card unused."), names(_counted(odd))
        )
    if decorators:
        yield Finding(
            "kept", "decorators", _("Decorators that we do not act on stay in the text of their entries."),
            names(_counted(decorators)),
        )  # fmt: skip
    if outlets := sum(in_outlet(entry) for entry in entries):
        yield Finding(
            "changed", "outlets",
            ngettext("%(count)s entry goes to an outlet of SillyTavern; there is none here, so it is off.",
                     "%(count)s entries go to outlets of SillyTavern; there are none here, so they are off.", outlets)
            % {"count": outlets},
        )  # fmt: skip
    if bad:
        yield Finding(
            "note", "patterns",
            ngettext("%(count)s key is a pattern that cannot be run here; it stays and finds nothing.",
                     "%(count)s keys are patterns that cannot be run here; they stay and find nothing.", len(bad))
            % {"count": len(bad)},
            names(bad),
        )  # fmt: skip
    if short:
        yield Finding(
            "changed", "short_names",
            ngettext("The name of %(count)s entry is shown shortened; in the card it stays whole.",
                     "The names of %(count)s entries are shown shortened; in the card they stay whole.", short)
            % {"count": short},
        )  # fmt: skip


def _says(value: Any) -> bool:
    """Tools write out their defaults; those say nothing."""
    return value not in (None, "", [], {}, False)


def _runs(key: str) -> bool:
    try:
        compile_pattern(key)
    except BadPattern:
        return False
    return True


def _counted(found: Counter[str]) -> list[str]:
    return [name if count == 1 else f"{name} ×{count}" for name, count in found.items()]


def _files(card: Card) -> Iterator[Finding]:
    assets = embedded.assets_of(card.sheet)
    portrait = embedded.main_icon(assets)
    shown = mood_pictures(card)
    if shown:
        yield Finding(
            "note", "moods",
            ngettext("%(count)s picture is shown when that mood comes.",
                     "%(count)s pictures are shown when their moods come.", len(shown)) % {"count": len(shown)},
            names(asset.name for asset in shown.values()),
        )  # fmt: skip
    used = {asset.uri for asset in (portrait, *shown.values()) if asset}
    others = [each for each in assets if each.uri not in used and each.where in ("archive", "chunk", "data")]
    older = embedded.legacy_count(card.sheet) - len(shown) if card.attachments else 0
    count = max(len(others), older)
    if count:
        yield Finding(
            "kept", "assets",
            ngettext("%(count)s picture, sound or other file stays in the card and is not shown here.",
                     "%(count)s pictures, sounds or other files stay in the card and are not shown here.", count)
            % {"count": count},
            names(each.name or each.path for each in others),
        )  # fmt: skip
    remote = [each.uri for each in assets if each.where == "remote"]
    if remote:
        yield Finding(
            "kept", "remote", _("Addresses on other servers stay in the card; we never open them."), names(remote)
        )
    if card.archive:
        addressed = {each.path for each in assets if each.where == "archive"} | {CARD_FILE}
        alone = [
            name for name, member in card.archive.members.items() if name not in addressed and not member.is_folder
        ]
        alone = [name for name in alone if not name.lower().endswith((*_CODE, _MODULE))]
        if alone:
            yield Finding("kept", "files", _("Files of other programs stay in the archive."), names(alone))
    if any(each.type == "user_icon" for each in assets):
        yield Finding("note", "user_icon", _("The card asks to replace your persona; here you stay who you are."))


def _repairs(card: Card) -> Iterator[Finding]:
    fields, found = card.sheet, list[str]()
    found += [key for key in (*V1_FIELDS, "creator_notes", "character_version") if _is_number(fields.get(key))]
    found += [key for key in ("tags", "alternate_greetings") if isinstance(fields.get(key), str) and fields[key]]
    found += [key for key in V2_FIELDS if key in fields and fields[key] is None]
    book = mapping(fields.get("character_book"))
    if isinstance(book.get("entries"), dict):
        found.append("character_book.entries")
    entries = entries_of(book)
    found += [key for key in ("keys", "secondary_keys") if any(isinstance(each.get(key), str) for each in entries)]
    ids = [str(each["id"]) for each in entries if each.get("id") is not None]
    if len(set(ids)) < len(ids):
        found.append("character_book.entries.id")
    if found:
        yield Finding(
            "changed", "repaired",
            _("Written in another form than the standard asks; we understood it, the card stays as it is."),
            names(found),
        )  # fmt: skip


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
