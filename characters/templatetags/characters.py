import json
from collections.abc import Mapping
from typing import Any

from django import template

from characters.models import CharacterVersion
from characters.pictures import address_of, draft_address
from characters.portraits.moods import MOODS

register = template.Library()


@register.simple_tag
def portrait_url(version: CharacterVersion | None, mood: str = "calm", face: bool = False) -> str:
    """The address of a portrait, brought or drawn; `face=True` for an avatar. Empty without a version."""
    return address_of(version, mood, face=face) if version is not None else ""


@register.simple_tag
def faces_json(version: CharacterVersion) -> str:
    """For scripts: by mood the address of the portrait, and of the face."""
    return json.dumps({mood: [address_of(version, mood), address_of(version, mood, face=True)] for mood in MOODS})


@register.simple_tag
def draft_portrait_url(content: Mapping[str, Any], mood: str = "calm", face: bool = False) -> str:
    """The same for the fields of a draft."""
    return draft_address(content, mood, face=face)
