from django import template

from characters.models import CharacterVersion
from stories.models import StoryVersion
from stories.pictures import cover_of, face_of

register = template.Library()


@register.simple_tag
def cover_url(version: StoryVersion) -> str:
    return cover_of(version)


@register.simple_tag
def face_url(version: CharacterVersion) -> str:
    return face_of(version)
