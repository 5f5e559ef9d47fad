"""Characters for tests: whole and valid, with only what the test names being special."""

from typing import Any

from accounts.models import User
from characters.models import Character, Visibility
from characters.services import create_character

TRAITS = {
    "manner": {"value": 72, "pinned": True},
    "trust": {"value": 35, "pinned": False, "low": 15, "high": 85},
}


def edition(name: str = "Mira", **fields: Any) -> dict[str, Any]:
    content: dict[str, Any] = {
        "name": name,
        "tagline": "Keeps the Lantern",
        "description": "{{char}} keeps an inn above the harbour.",
        "greetings": ["*She looks up.* “Sit.”", "“You again, {{user}}.”"],
        "traits": TRAITS,
        "generation": {"temperature": 0.8},
        "portrait": {"seed": "8", "palette": "ember", "head": "kerchief", "scene": "tavern"},
    }
    return content | fields


def a_character(
    owner: User | None = None,
    *,
    visibility: str = Visibility.PUBLIC,
    slug: str | None = None,
    tags: tuple[str, ...] = (),
    editions: dict[str, dict[str, Any]] | None = None,
    **fields: Any,
) -> Character:
    """On stage, in English unless `editions` says otherwise."""
    return create_character(
        owner=owner,
        slug=slug,
        visibility=visibility,
        tags=tags,
        editions=editions or {"en": edition(**fields)},
    )
