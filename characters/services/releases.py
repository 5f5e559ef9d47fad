"""Every write of what creators write."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from accounts.errors import Invalid
from accounts.models import User
from characters.content import checked, columns_of
from characters.models import Asset, CardOriginal, Character, CharacterVersion, Tag, Visibility

Editions = Mapping[str, Mapping[str, Any]]
"""Language code -> the fields of that edition (characters.content.CONTENT_FIELDS)."""


@transaction.atomic
def create_character(
    *,
    owner: User | None,
    editions: Editions,
    visibility: str = Visibility.PRIVATE,
    slug: str | None = None,
    tags: Iterable[str] = (),
) -> Character:
    """A character with its first release on stage. `owner` None, with a slug: a preset of the house."""
    character = Character.objects.create(owner=owner, slug=slug, visibility=visibility)
    release(character=character, editions=editions)
    character.tags.set(Tag.objects.filter(code__in=list(tags)))
    return character


@transaction.atomic
def create_version(*, character: Character, editions: Editions) -> list[CharacterVersion]:
    """Write the next version, one row for each language under one number. It is not on stage yet.

    Raises Invalid, with the field, before anything is written.
    """
    contents = {language: checked(language, fields) for language, fields in editions.items()}
    # Two tabs may both get here: the row lock hands out the numbers one by one.
    locked = Character.objects.select_for_update(of=("self",)).get(pk=character.pk)
    newest = locked.versions.aggregate(newest=Max("number"))["newest"] or 0
    for fields in contents.values():
        _check_belongings(locked.owner, fields)
    return [
        CharacterVersion.objects.create(character=locked, number=newest + 1, language=language, **columns_of(fields))
        for language, fields in contents.items()
    ]


def _check_belongings(owner: User | None, fields: Mapping[str, Any]) -> None:
    """A picture or card is known by its id, but only its owner may use it."""
    for name, model in (("picture", Asset), ("card", CardOriginal)):
        if fields[name] and not model.objects.filter(pk=fields[name], owner=owner).exists():
            raise Invalid(_("This picture or card is not yours, or is gone."), field=name)


@transaction.atomic
def release(*, character: Character, editions: Editions) -> list[CharacterVersion]:
    """Write the next version and put it on stage; talks that run keep the version they began with."""
    versions = create_version(character=character, editions=editions)
    character.published = versions[0]
    character.save(update_fields=["published", "updated_at"])
    return versions


def set_visibility(*, character: Character, visibility: str) -> None:
    """Private, unlisted or public."""
    character.visibility = Visibility(visibility)
    character.save(update_fields=["visibility", "updated_at"])


def count_start(character_id: UUID) -> None:
    """One more talk began."""
    Character.objects.filter(pk=character_id).update(starts=F("starts") + 1)
