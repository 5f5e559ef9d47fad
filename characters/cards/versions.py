"""One card as V3 and as V2: added to, or taken from, without touching what was handed in."""

from typing import Any

from characters.cards.books import entries_of, uses_patterns, without_decorators
from characters.cards.columns import COMPATIBILITY
from characters.cards.jsontext import copied
from characters.cards.overlay import _grown, blank
from characters.cards.repair import mapping
from characters.cards.spec import LABELS, OOBA_FIELDS, V1_FIELDS, V3_ONLY, Document, Spec, detect, sheet

# Favourite, last talk, when it was made on whose clock: traces of a person, not of a character.
PRIVATE_ROOT = ("fav", "chat", "create_date")
PRIVATE_EXTENSIONS = ("fav",)


def as_v3(document: Document) -> Document:
    """What V3 requires is filled in where it is missing; nothing is taken away but private traces."""
    made = without_traces(document)
    spec = _grown(made, detect(made))
    if spec != "v3":
        made["spec"], made["spec_version"] = LABELS["v3"]
    data = sheet(made, "v3")
    for field, value in (blank() | {"group_only_greetings": []}).items():
        data.setdefault(field, value)
    _book(data)
    for entry in entries_of(mapping(data.get("character_book"))):
        entry.setdefault("use_regex", uses_patterns(entry))
        entry.setdefault("extensions", {})
    return made


def as_v2(document: Document, *, notice: bool = False) -> Document:
    """For older readers: no decorators, nothing that came with V3, the six V1 fields once more at the root.

    `notice` puts a sentence into the notes that this is the older copy of two.
    """
    made = without_traces(document)
    spec: Spec = detect(made)
    newer = spec == "v3"
    _grown(made, spec)
    made["spec"], made["spec_version"] = LABELS["v2"]
    data = sheet(made, "v2")
    if newer:
        for field in V3_ONLY:
            data.pop(field, None)
    for field, value in blank().items():
        data.setdefault(field, value)
    _book(data)
    for entry in entries_of(mapping(data.get("character_book"))):
        if isinstance(entry.get("content"), str):
            entry["content"] = without_decorators(entry["content"])
        if newer:
            entry.pop("use_regex", None)
            if "id" in entry and not isinstance(entry["id"], int):
                entry.pop("id")
    if notice and isinstance(data["creator_notes"], str):
        data["creator_notes"] = "\n\n".join(filter(None, (data["creator_notes"].rstrip(), COMPATIBILITY)))
    for field in V1_FIELDS:
        made[field] = data[field]
    return made


def _book(data: Document) -> None:
    """null is how some write that there is none; strict readers break on it."""
    if data.get("character_book", 0) is None:
        del data["character_book"]


def without_copies(document: Document) -> Document:
    """Less the fields at the root that `data` holds just so."""
    data = mapping(document.get("data"))
    names = {field: field for field in V1_FIELDS} | {old: field for field, old in OOBA_FIELDS.items()}
    return {
        key: value
        for key, value in document.items()
        if key not in names or not isinstance(value, str) or data.get(names[key]) != value
    }


def without_traces(document: Document) -> Document:
    """A copy without what tells of its owner."""
    made = copied(document)
    for key in PRIVATE_ROOT:
        made.pop(key, None)
    holder: Any = made.get("data", made)
    extensions = mapping(holder).get("extensions")
    if isinstance(extensions, dict):
        for key in PRIVATE_EXTENSIONS:
            extensions.pop(key, None)
    return made


def traces_in(document: Document) -> list[str]:
    """Which of them there are."""
    found = [key for key in PRIVATE_ROOT if key in document]
    extensions = mapping(mapping(document.get("data", document)).get("extensions"))
    return found + [f"extensions.{key}" for key in PRIVATE_EXTENSIONS if key in extensions]
