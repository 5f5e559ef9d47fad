"""Lorebooks: what an entry of a card means in our columns, and how a changed column goes back into it.

An entry keeps its own words: only what was changed with us is written over what came. SillyTavern's extensions are the
language in which the finer conditions travel; RisuAI reads them too.
"""

import re
from collections.abc import Mapping
from typing import Any

from characters.cards.repair import flag, flag_or_none, mapping, text, texts, whole, whole_or_none
from characters.cards.spec import Document

MAX_SMALL, MAX_LARGE = 32_767, 2_147_483_647
LOGIC = ("and_any", "not_all", "not_any", "and_all")  # SillyTavern's numbers
PLACES = ("before_char", "after_char", "note_top", "note_bottom", "at_depth", "before_examples", "after_examples")
ROLES = ("system", "user", "assistant")
OUTLET = 7  # a place that SillyTavern's own prompt names; here there is none, so the entry stays off
_NUMBERED = {"0": "before_char", "1": "after_char"}  # Chub writes the place as a number
_PATTERN = re.compile(r"/.+/[a-zA-Z]*", re.DOTALL)
_DECORATOR = re.compile(r"@@@?[ \t]*([A-Za-z_]\w*)")
# What SillyTavern has always written into an entry, and nobody else does: neither do we.
_ST_MARK = "display_index"

BOOK_COLUMNS = ("name", "description", "scan_depth", "token_budget", "recursive")


def book_columns(book: Document) -> dict[str, Any]:
    """The columns of a Lorebook."""
    recursive = book.get("recursive_scanning")
    return {
        "name": text(book.get("name"), "character_book.name")[:100],
        "description": text(book.get("description"), "character_book.description")[:4_000],
        "scan_depth": whole_or_none(book.get("scan_depth"), 0, MAX_SMALL),
        "token_budget": whole_or_none(book.get("token_budget"), 0, MAX_LARGE),
        "recursive": flag_or_none(recursive),
    }


def book_with(book: Document, columns: Mapping[str, Any]) -> Document:
    """The book with what differs from its own columns written in; entries are left alone."""
    before, changed = book_columns(book), dict(book)
    for column in BOOK_COLUMNS:
        if columns[column] != before[column]:
            key = "recursive_scanning" if column == "recursive" else column
            if columns[column] is None:
                changed.pop(key, None)
            else:
                changed[key] = columns[column]
    return changed


def entries_of(book: Document) -> list[Document]:
    """In the order of the card. A world file's object of entries is a list too; what is no object is left out."""
    entries = book.get("entries")
    found = list(entries.values()) if isinstance(entries, dict) else entries if isinstance(entries, list) else []
    return [each for each in found if isinstance(each, dict)]


def made_by_st(entry: Document) -> bool:
    return _ST_MARK in mapping(entry.get("extensions"))


def in_outlet(entry: Document) -> bool:
    return mapping(entry.get("extensions")).get("position") == OUTLET


def is_pattern(key: str) -> bool:
    """/like this/i"""
    return _PATTERN.fullmatch(key) is not None


def uses_patterns(entry: Document) -> bool:
    """SillyTavern says yes to every entry and before 1.12.6 said nothing: there the slashes decide."""
    if made_by_st(entry):
        return any(is_pattern(key) for key in texts(entry.get("keys"), "keys"))
    return flag(entry.get("use_regex"))


def entry_columns(entry: Document) -> dict[str, Any]:
    """The columns of a LoreEntry."""
    more = mapping(entry.get("extensions"))
    keys, patterns, st = texts(entry.get("keys"), "keys"), uses_patterns(entry), made_by_st(entry)
    if patterns and not st:
        # By V3 every key of such an entry is a pattern; slashes are how our own keys say so.
        keys = [key if is_pattern(key) else f"/{key}/" for key in keys]
    # By V3 an entry of patterns knows neither second keys nor "always".
    plain = st or not patterns
    weight = more.get("group_weight")
    chance = more.get("probability") if flag(more.get("useProbability", True)) else 100
    if (risu := more.get("risu_activationPercent")) is not None:
        chance = risu
    return {
        "name": (text(entry.get("name"), "name") or text(entry.get("comment"), "comment"))[:200],
        "content": text(entry.get("content"), "content"),
        "enabled": (entry.get("enabled") is None or flag(entry.get("enabled"))) and not in_outlet(entry),
        "keys": keys,
        "secondary_keys": texts(entry.get("secondary_keys"), "secondary_keys"),
        "logic": LOGIC[whole(more.get("selectiveLogic"), 0, 3, 0)],
        "selective": plain and flag(entry.get("selective")),
        "use_regex": patterns,
        "case_sensitive": flag_or_none(_first(entry.get("case_sensitive"), more.get("case_sensitive"))),
        "whole_words": flag_or_none(more.get("match_whole_words")),
        "constant": plain and flag(entry.get("constant")),
        "by_meaning": flag(more.get("vectorized")),
        "scan_depth": whole_or_none(more.get("scan_depth"), 0, MAX_SMALL),
        "probability": whole(chance, 0, 100, 100),
        "sticky": whole(more.get("sticky"), 0, MAX_LARGE, 0),
        "cooldown": whole(more.get("cooldown"), 0, MAX_LARGE, 0),
        "delay": whole(more.get("delay"), 0, MAX_LARGE, 0),
        "group": text(more.get("group"), "group")[:200],
        "group_weight": whole(weight, 0, MAX_LARGE, 100),
        "group_override": flag(more.get("group_override")),
        "exclude_recursion": flag(more.get("exclude_recursion")),
        "prevent_recursion": flag(more.get("prevent_recursion")),
        "delay_until_recursion": _round(more.get("delay_until_recursion")),
        "place": _place(entry.get("position"), more.get("position")),
        "depth": whole(more.get("depth"), 0, MAX_SMALL, 4),
        "role": ROLES[whole(more.get("role"), 0, 2, 0)],
        "order": whole(entry.get("insertion_order"), -MAX_LARGE, MAX_LARGE, 100),
        "priority": whole(entry.get("priority"), -MAX_LARGE, MAX_LARGE, 10),
    }


def _first(*values: Any) -> Any:
    return next((each for each in values if each is not None), None)


def _round(value: Any) -> int:
    return 1 if value is True else whole(value, 0, MAX_SMALL, 0)


def _place(position: Any, finer: Any) -> str:
    number = whole_or_none(finer, 0, len(PLACES) - 1) if finer != OUTLET else None
    if number is not None and not isinstance(finer, bool):
        return PLACES[number]
    name = _NUMBERED.get(str(position), str(position))
    return name if name in PLACES else "before_char"


# column -> where it goes: the entry itself, or its extensions, and in which words
_PLAIN = {
    "name": "name",
    "content": "content",
    "enabled": "enabled",
    "keys": "keys",
    "secondary_keys": "secondary_keys",
    "selective": "selective",
    "use_regex": "use_regex",
    "case_sensitive": "case_sensitive",
    "constant": "constant",
    "order": "insertion_order",
    "priority": "priority",
}
_FINER = {
    "whole_words": "match_whole_words",
    "by_meaning": "vectorized",
    "scan_depth": "scan_depth",
    "probability": "probability",
    "sticky": "sticky",
    "cooldown": "cooldown",
    "delay": "delay",
    "group": "group",
    "group_weight": "group_weight",
    "group_override": "group_override",
    "exclude_recursion": "exclude_recursion",
    "prevent_recursion": "prevent_recursion",
    "delay_until_recursion": "delay_until_recursion",
    "depth": "depth",
}


def entry_with(source: Document | None, columns: Mapping[str, Any]) -> Document:
    """The entry with what differs from its own columns written in; itself when nothing does. None: a whole new one."""
    entry = _new_entry() if source is None else source
    before = entry_columns(entry)
    changes = {column: columns[column] for column in before if columns[column] != before[column]}
    if not changes:
        return entry
    changed, more = dict(entry), dict(mapping(entry.get("extensions")))
    for column, value in changes.items():
        if column in _PLAIN:
            changed[_PLAIN[column]] = value
        elif column in _FINER:
            more[_FINER[column]] = value
        elif column == "logic":
            more["selectiveLogic"] = LOGIC.index(value)
        elif column == "role":
            more["role"] = ROLES.index(value)
        elif column == "place":
            changed["position"] = value if value in PLACES[:2] else "after_char"
            if "position" in more or value not in PLACES[:2]:
                more["position"] = PLACES.index(value)
    if in_outlet(entry) and changes.keys() & {"place", "enabled"}:
        more["position"], changed["enabled"] = PLACES.index(columns["place"]), columns["enabled"]
    if "name" in changes and entry.get("comment") in (entry.get("name"), before["name"]):
        changed["comment"] = changes["name"]
    if "case_sensitive" in changes and "case_sensitive" in more:
        more["case_sensitive"] = changes["case_sensitive"]
    if "probability" in changes:
        more["useProbability"] = changes["probability"] != 100
        if "risu_activationPercent" in more:
            more["risu_activationPercent"] = changes["probability"]
    changed["extensions"] = more
    return changed


def _new_entry() -> Document:
    return {
        "keys": [],
        "content": "",
        "extensions": {},
        "enabled": True,
        "insertion_order": 100,
        "name": "",
        "priority": 10,
        "selective": False,
        "secondary_keys": [],
        "constant": False,
        "position": "before_char",
        "use_regex": False,
    }


def decorators_of(content: Any) -> list[str]:
    """The names of the decorators at the head of a text, without their signs."""
    names: list[str] = []
    for line in content.lstrip().splitlines() if isinstance(content, str) else ():
        if not (found := _DECORATOR.match(line.strip())):
            if line.strip():
                break
            continue
        names.append(found[1].lower())
    return names


def without_decorators(content: str) -> str:
    """For readers that would send the lines to the model."""
    lines = content.splitlines(keepends=True)
    place = 0
    while place < len(lines) and (not lines[place].strip() or _DECORATOR.match(lines[place].strip())):
        place += 1
    head = lines[:place]
    return "".join(lines[place:]) if any(line.strip() for line in head) else content
