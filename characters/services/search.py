"""The words that a character is found by: written whenever what is on stage changes, or its tags."""

from collections.abc import Iterable

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Cast

from characters.models import Character, CharacterVersion, Tag
from characters.words import Field, vector

SEARCH = Character._meta.get_field("search")


def index_character(character: Character) -> None:
    """Names, tags and epithets, taglines, and what players read about them, of all editions on stage.

    What only the model is told is not in it. Without a release nothing is found.
    """
    editions = CharacterVersion.objects.filter(character=character, character__published__number=F("number"))
    fields = _fields(list(editions), list(character.tags.all()))
    words = Cast(Value(vector(fields)), SEARCH) if fields else None
    # Not `save`: what is found is no change of the character.
    Character.objects.filter(pk=character.pk).update(search=words)


def index_characters(characters: "QuerySet[Character]") -> int:
    """Each of them; returns how many."""
    count = 0
    for character in characters.iterator(chunk_size=200):
        index_character(character)
        count += 1
    return count


def index_tagged(tags: Iterable[Tag]) -> int:
    """Whoever has one of these tags, whose names changed."""
    return index_characters(Character.objects.filter(tags__in=list(tags)).distinct())


def _fields(editions: list[CharacterVersion], tags: list[Tag]) -> list[Field]:
    if not editions:
        return []
    about = [text for each in editions for text in (each.about, each.presentation.get("keywords", ""))]
    return [
        *(("A", each.name) for each in editions),
        *(("B", text) for tag in tags for text in (tag.code, tag.name_en, tag.name_zh)),
        *(("B", each.epithet) for each in editions),
        *(("C", each.tagline) for each in editions),
        *(("D", text) for text in about),
    ]
