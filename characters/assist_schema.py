"""What a model is asked for when it drafts a character, and what of its answer can be used. Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any

from characters.content import MAX_GREETING, MAX_LENGTHS
from characters.portraits import CHOICES
from characters.traits import TRAITS

TEXTS = ("name", "tagline", "epithet", "about", "description", "personality", "scenario", "examples")
LOOKS = ("palette", "head", "scene", "temper")
MAX_GREETINGS = 3
REACH = 20
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]+")


def schema(asked: Mapping[str, str]) -> dict[str, Any]:
    """Every property is required and none is added: strict servers want it so. `asked` says what each text is to be."""
    texts = {name: {"type": "string", "description": asked[name]} for name in TEXTS}
    sliders = {name: {"type": "integer", "minimum": 0, "maximum": 100} for name in TRAITS}
    looks = {name: {"type": "string", "enum": list(CHOICES[name])} for name in LOOKS}
    return _object(
        {
            **texts,
            "greetings": {"type": "array", "items": {"type": "string"}, "description": asked["greetings"]},
            "traits": _object(sliders),
            "portrait": _object(looks),
        }
    )


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def language_of(sentence: str, otherwise: str) -> str:
    """The language a sentence is written in: a Chinese one may hold a few Latin words."""
    chinese, latin = len(_CHINESE.findall(sentence)), len(_LATIN.findall(sentence))
    if not chinese and not latin:
        return otherwise
    return "zh-hans" if chinese > latin else "en"


def read_answer(text: str) -> dict[str, Any]:
    """The fields of the form (characters.drafting) in an answer; what cannot be used is left out.

    Models wrap JSON in words and fences, and forget limits: that is forgiven. No JSON at all: empty.
    """
    answer = _json_in(text)
    fields: dict[str, Any] = {}
    for name in TEXTS:
        if written := _text(answer.get(name), MAX_LENGTHS[name]):
            fields[name] = written
    given = answer.get("greetings")
    greetings = [_text(each, MAX_GREETING) for each in given] if isinstance(given, list) else []
    if greetings := [each for each in greetings if each][:MAX_GREETINGS]:
        fields["greetings"] = greetings
    for key, value in _mapping(answer.get("traits")).items():
        if key in TRAITS and isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100:
            at = round(value)
            fields[f"traits.{key}"] = {
                "value": at,
                "pinned": False,
                "low": max(0, at - REACH),
                "high": min(100, at + REACH),
            }
    for key, value in _mapping(answer.get("portrait")).items():
        if key in LOOKS and value in CHOICES[key]:
            fields[f"portrait.{key}"] = value
    return fields


def keys_begun(text: str) -> list[str]:
    """Which properties an answer that is still being written has reached."""
    return [name for name in (*TEXTS, "greetings", "traits", "portrait") if f'"{name}"' in text]


def _json_in(text: str) -> dict[str, Any]:
    start, end = text.find("{"), text.rfind("}")
    try:
        found = json.loads(text[start : end + 1], strict=False) if start >= 0 else None
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any, limit: int) -> str:
    if isinstance(value, list):
        value = ", ".join(each for each in value if isinstance(each, str))
    return value.replace("\x00", "").replace("\r\n", "\n").strip()[:limit] if isinstance(value, str) else ""
