"""Characters for tests: whole and valid, with only what the test names being special."""

from typing import Any

from accounts.models import User
from characters.models import Character, Visibility
from characters.services import create_character, create_version, put_on_stage

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
    """On stage, in English unless `editions` says otherwise; the decision to show it was made."""
    content = editions or {"en": edition(**fields)}
    house = visibility if owner is None else Visibility.PRIVATE
    character = create_character(owner=owner, slug=slug, visibility=house, tags=tags, editions=content)
    if character.visibility != visibility:
        assert character.published is not None
        put_on_stage(character=character, version=character.published, visibility=visibility)
    return character


def next_release(character: Character, **fields: Any) -> Character:
    """One more version in English, which it was decided to show like the one before."""
    version = create_version(character=character, editions={"en": edition(**fields)})[0]
    put_on_stage(character=character, version=version, visibility=character.visibility)
    return character


def let_through(character: Character) -> None:
    """It was decided to show lore and knowledge as they stand now, with the release on stage."""
    fresh = Character.objects.select_related("published").get(pk=character.pk)
    assert fresh.published is not None
    put_on_stage(character=fresh, version=fresh.published, visibility=fresh.visibility)
