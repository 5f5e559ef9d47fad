from collections.abc import Mapping
from typing import Any

from django import template

from characters.models import CharacterVersion
from characters.pictures import address_of, draft_address

register = template.Library()


@register.simple_tag
def portrait_url(version: CharacterVersion | None, mood: str = "calm", face: bool = False) -> str:
    """The address of a portrait, brought or drawn; `face=True` for an avatar. Empty without a version."""
    return address_of(version, mood, face=face) if version is not None else ""


@register.simple_tag
def draft_portrait_url(content: Mapping[str, Any], mood: str = "calm", face: bool = False) -> str:
    """The same for the fields of a draft."""
    return draft_address(content, mood, face=face)
