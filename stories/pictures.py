"""How a story looks on a page: its cover, and the faces of its cast."""

from collections.abc import Mapping
from typing import Any

from characters.models import CharacterVersion
from characters.pictures import address_of, drawn_address, scene_address
from characters.portraits import PortraitError, read_portrait
from stories.models import StoryVersion


def cover_of(version: StoryVersion) -> str:
    """The scene of its cover, drawn; the same story always has the same sky."""
    return cover_address(version.cover, seed=version.story_id.hex[-12:])


def cover_address(cover: Mapping[str, Any], *, seed: str) -> str:
    try:
        return scene_address(read_portrait({"seed": seed, **cover}).as_dict())
    except PortraitError:
        return scene_address({"seed": seed})


def face_of(version: CharacterVersion, mood: str = "calm") -> str:
    """For whoever reads the page of a story: a character that is met there alone has no page to fetch it from."""
    if version.character.story_id is not None:
        return drawn_address(version.portrait, mood, face=True)
    return address_of(version, mood, face=True)
