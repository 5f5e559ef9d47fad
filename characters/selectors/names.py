"""What characters are called."""

from collections.abc import Collection
from uuid import UUID

from characters.models import CharacterVersion


def character_names(ids: Collection[UUID]) -> dict[UUID, str]:
    """By their newest edition, whoever asks: for those who know them already."""
    newest = CharacterVersion.objects.filter(character__in=ids).order_by("character", "-number", "language")
    return dict(newest.distinct("character").values_list("character", "name"))
