"""What a card means in the columns of a version. Columns are a view; the JSON stays the truth for all else."""

import re
from collections.abc import Mapping
from typing import Any

from characters.cards.repair import mapping, text, texts, whole
from characters.cards.spec import Document, Spec, field_name, sheet

# our field -> the card's
TEXTS = {
    "name": "name",
    "nickname": "nickname",
    "description": "description",
    "personality": "personality",
    "scenario": "scenario",
    "examples": "mes_example",
    "system_prompt": "system_prompt",
    "post_history_instructions": "post_history_instructions",
    "creator_notes": "creator_notes",
}
# What no card has a place for: kept under our own name in `extensions`, as the specification asks.
OURS = "dramatis"
OUR_FIELDS = ("tagline", "epithet", "about", "traits", "generation", "memory_policy", "portrait", "presentation")
# Of `presentation`: names of rows in our own tables, which mean nothing elsewhere.
STAYS_HERE = ("moods", "related")

# Put into the notes of the second, older card, and taken out again when somebody brings that card.
COMPATIBILITY = (
    "This is a copy for programs that read V2 cards. "
    "A program that reads V3 finds the whole character in the same file."
)
_NOTICE = re.compile(rf"\s*{re.escape(COMPATIBILITY)}\s*\Z")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile("[\u3040-\u30ff\uac00-\ud7af]")


def version_columns(document: Document, spec: Spec) -> dict[str, Any]:
    """The fields of a version. Raises CardError where a text is no text."""
    fields = sheet(document, spec)
    columns: dict[str, Any] = {
        ours: text(fields.get(field_name(theirs, spec)), theirs) for ours, theirs in TEXTS.items()
    }
    if spec == "v1" and not columns["creator_notes"]:
        columns["creator_notes"] = text(fields.get("creatorcomment"), "creatorcomment")
    columns["creator_notes"] = _NOTICE.sub("", columns["creator_notes"])
    first = text(fields.get(field_name("first_mes", spec)), "first_mes")
    others = fields.get("alternate_greetings")
    others = [others] if isinstance(others, str) else others if isinstance(others, list) else []
    columns["greetings"] = [each for each in (first, *(text(other, "alternate_greetings") for other in others)) if each]
    columns["depth_prompt"] = _depth_prompt(mapping(fields.get("extensions")).get("depth_prompt"))
    return columns


def _depth_prompt(value: Any) -> dict[str, Any]:
    given = mapping(value)
    words = text(given.get("prompt"), "depth_prompt") if isinstance(given.get("prompt"), str) else ""
    if not words:
        return {}
    role = given.get("role")
    return {
        "text": words,
        "depth": whole(given.get("depth"), 0, 100, 4),
        "role": role if role in ("system", "user", "assistant") else "system",
    }


def our_columns(document: Document, spec: Spec) -> dict[str, Any]:
    """What an export of ours put aside for the way back. Not checked here: anybody may write it."""
    kept = mapping(mapping(sheet(document, spec).get("extensions")).get(OURS))
    return travelling({field: kept[field] for field in OUR_FIELDS if field in kept})


def travelling(fields: dict[str, Any]) -> dict[str, Any]:
    """Less what names rows of our own tables."""
    if isinstance(shown := fields.get("presentation"), Mapping):
        fields["presentation"] = {key: value for key, value in shown.items() if key not in STAYS_HERE}
    return fields


def tags_of(document: Document, spec: Spec) -> list[str]:
    return texts(sheet(document, spec).get("tags"), "tags")


def book_of(document: Document, spec: Spec) -> Document | None:
    """null counts as none, and so does a book without an entry or a name."""
    book = sheet(document, spec).get("character_book")
    return book if isinstance(book, dict) and book else None


def language_of(columns: dict[str, Any]) -> str:
    """Chinese when most of what is told is written so. Japanese has no edition of its own: the reader sees both."""
    words = "".join((columns["description"], *columns["greetings"][:1], columns["name"]))[:4_000]
    han = len(_HAN.findall(words))
    return "zh-hans" if han > len(words) * 0.2 and len(_KANA.findall(words)) < han / 10 else "en"
