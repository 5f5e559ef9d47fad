"""The archetypes of the builder: beginnings with gaps to fill, read from YAML once and checked whole."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from accounts.errors import Invalid, NotFound
from characters.content import checked
from characters.models import Language, Rating

DIRECTORY = Path(__file__).parent / "archetypes"
# Both languages have these in common; the rest is written for each.
SHARED = ("portrait", "traits", "generation", "memory_policy", "rating")
# What the gallery says of it; not a part of the character.
_SHOWN = ("title", "line")


class ArchetypeError(Exception):
    """An archetype file that cannot be used. The message names file and field."""


@dataclass(frozen=True, slots=True)
class Archetype:
    """`titles` and `lines` are for the gallery, `contents` what a draft begins with; all by language."""

    key: str
    position: int
    titles: dict[str, str]
    lines: dict[str, str]
    contents: dict[str, dict[str, Any]]

    def content_in(self, language: str) -> dict[str, Any]:
        """A copy: drafts change theirs."""
        return {name: value.copy() if isinstance(value, (dict, list)) else value
                for name, value in self.contents[language].items()}  # fmt: skip


def read_archetype(path: Path) -> Archetype:
    """One file, checked whole. Raises ArchetypeError."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        if unknown := set(raw) - {*SHARED, "position", "editions"}:
            raise ArchetypeError(f"{path.name}: no such field: {', '.join(sorted(unknown))}")
        shared = {name: raw[name] for name in SHARED if name in raw}
        editions = {language: raw["editions"][language] for language in Language.values}
        return Archetype(
            key=path.stem,
            position=int(raw["position"]),
            titles={language: _shown(written, "title") for language, written in editions.items()},
            lines={language: _shown(written, "line") for language, written in editions.items()},
            contents={language: _content(language, shared, written) for language, written in editions.items()},
        )
    except Invalid as error:
        raise ArchetypeError(f"{path.name}: {error.extra.get('field', '')}: {error.message}") from error
    except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise ArchetypeError(f"{path.name}: {type(error).__name__}: {error}") from error


def _shown(written: dict[str, Any], name: str) -> str:
    if not isinstance(written[name], str) or not written[name].strip():
        raise ValueError(f"{name}: expected text")
    return written[name].strip()


def _content(language: str, shared: dict[str, Any], written: dict[str, Any]) -> dict[str, Any]:
    """What is filled in, clean. The name is the author's to give."""
    rating = shared.get("rating", Rating.GENERAL)
    if rating not in Rating.values:
        raise ValueError("rating: expected general, mature or explicit")
    fields = {name: value for name, value in shared.items() if name != "rating"}
    fields |= {name: value for name, value in written.items() if name not in _SHOWN}
    clean = checked(language, fields | {"name": "?"})
    filled = {name: value for name, value in clean.items() if value and name != "name"}
    return filled | {"rating": str(rating)}


@cache
def archetypes() -> tuple[Archetype, ...]:
    """All of them, in the order of the gallery."""
    read = [read_archetype(path) for path in sorted(DIRECTORY.glob("*.yaml"))]
    return tuple(sorted(read, key=lambda each: (each.position, each.key)))


def get_archetype(key: str) -> Archetype:
    """Raises NotFound."""
    found = next((each for each in archetypes() if each.key == key), None)
    if found is None:
        raise NotFound
    return found
