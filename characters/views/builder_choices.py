"""What is chosen of several, by the words that the builder has for it: for whoever compares two states of a form."""

from collections.abc import Mapping
from typing import Any

from characters.models import Language
from characters.services.history import trait_in_words
from characters.views.builder_expert import KINDS, MEMORY_MODES, ROLES
from characters.views.builder_look import NAMES, OFFERED
from characters.views.builder_publish import RATINGS, VISIBILITIES

CHOICES: dict[str, Mapping[str, Any]] = {
    "language": dict(Language.choices),
    "visibility": {code: name for code, name, _hint in VISIBILITIES},
    "rating": {code: name for code, name, _hint in RATINGS},
    "memory_policy.mode": {code: name for code, name, _hint in MEMORY_MODES},
    "memory_policy.kinds": KINDS,
    "depth_prompt.role": dict(ROLES),
    "presentation.moods": NAMES["mood"],
    **{f"portrait.{name}": NAMES[name] for name in OFFERED},
}


def choices() -> dict[str, dict[str, str]]:
    """For scripts: field -> code -> what the reader calls it."""
    return {field: {str(code): str(name) for code, name in known.items()} for field, known in CHOICES.items()}


def in_words(field: str, value: Any, language: str = "") -> list[str]:
    """What stands there, one word for each of several; nothing for nothing. Traits are told in `language`."""
    if value in (None, "", [], {}):
        return []
    head, _dot, key = field.partition(".")
    if head == "traits" and isinstance(value, Mapping):
        return [trait_in_words(key, value, language)]
    known = CHOICES.get(field, {})
    several = list(value) if isinstance(value, (list, Mapping)) else [value]
    return [_word(known, each) for each in several]


def _word(known: Mapping[str, Any], value: Any) -> str:
    if isinstance(value, Mapping):
        return ": ".join(str(each) for each in value.values())
    return str(known.get(value, value))
