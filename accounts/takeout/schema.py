"""The JSON Schema of a take-out: `docs/takeout.schema.json` is made of this, and so of what the holdings say."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.privacy.holdings import Holding, taken
from accounts.takeout.build import FORMAT, VERSION, extras
from accounts.takeout.rows import columns_of, lists_of, told_by

# How apps say what stands in columns that no model has; a question mark allows null.
WORDS: Mapping[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "flag": {"type": "boolean"},
    "number": {"type": "integer"},
    "id": {"type": "string", "format": "uuid"},
    "ids": {"type": "array", "items": {"type": "string", "format": "uuid"}},
    "moment": {"type": "string", "format": "date-time"},
    "object": {"type": "object"},
    "objects": {"type": "array", "items": {"type": "object"}},
    "any": {},
}
_FIELDS: tuple[tuple[type[Any], str], ...] = (
    (models.BooleanField, "flag"),
    (models.UUIDField, "id"),
    (models.DateTimeField, "moment"),
    (models.IntegerField, "number"),
    (models.JSONField, "any"),
)


def written() -> str:
    return json.dumps(schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def schema() -> dict[str, Any]:
    """Of the manifest; the rows of each section, one a line, are under $defs."""
    section = {
        "type": "object",
        "required": ["file", "rows", "model", "restored"],
        "properties": {
            "file": {"type": "string", "pattern": "^data/[a-z_]+\\.jsonl$"},
            "rows": {"type": "integer", "minimum": 0},
            "model": {"type": ["string", "null"]},
            "restored": {"type": "boolean"},
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Dramatis take-out",
        "type": "object",
        "required": ["format", "version", "made_at", "language", "account", "sections", "left_out"],
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            "made_at": WORDS["moment"],
            "language": WORDS["text"],
            "account": WORDS["id"],
            "sections": {"type": "object", "additionalProperties": section},
            "left_out": {"type": "object", "additionalProperties": WORDS["text"]},
        },
        "$defs": {holding.taken: _section(holding) for holding in taken()}
        | {name: _told(words, "") for name, (_rows, words) in extras().items()},
    }


def _section(holding: Holding) -> dict[str, Any]:
    if words := told_by(holding.model):
        return _told(words, holding.what)
    properties = {column.name: _column(column, holding) for column in columns_of(holding)}
    properties |= {name: {"type": "array", "items": WORDS["text"]} for name in lists_of(holding)}
    return _object(properties, holding.what)


def _told(words: Mapping[str, str], what: str) -> dict[str, Any]:
    return _object({name: _word(word) for name, word in words.items()}, what)


def _object(properties: dict[str, Any], what: str) -> dict[str, Any]:
    told = {"type": "object", "required": sorted(properties), "properties": properties, "additionalProperties": False}
    return told | ({"description": what} if what else {})


def _column(column: Any, holding: Holding) -> dict[str, Any]:
    if column.name in holding.files:
        return {"type": "string", "pattern": "^files/"}
    if column.name in holding.sealed:
        return _word("text?")
    if column.is_relation:
        return (
            _nullable(_column(column.target_field, holding)) if column.null else _column(column.target_field, holding)
        )
    if isinstance(column, ArrayField):
        word: dict[str, Any] = {"type": "array"}
    else:
        word = WORDS[next((name for kind, name in _FIELDS if isinstance(column, kind)), "text")]
    if isinstance(column, models.FloatField):
        word = {"type": "number"}
    if column.choices and word.get("type") == "string":
        choices = sorted({str(value) for value, _label in column.flatchoices} | ({""} if column.blank else set()))
        word = {"enum": choices}
    return _nullable(word) if column.null else word


def _word(word: str) -> dict[str, Any]:
    return _nullable(WORDS[word[:-1]]) if word.endswith("?") else WORDS[word]


def _nullable(word: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [word, {"type": "null"}]} if word else word
