"""How a character looks on a page: the picture that was brought or, without one, the portrait that is drawn.

Drawn portraits are kept in memory, ready to send, by what they were drawn from.
"""

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from characters.models import Asset, CharacterVersion
from characters.portraits import DRAWING, render, render_scene

# A picture is some 50 kB, packed 10: this many stay below 16 MB in a process. Drawing one takes a millisecond.
KEPT = 256


@dataclass(frozen=True, slots=True)
class Picture:
    """`packed` is gzip; `tag` names what it was drawn from and the state of the drawing."""

    svg: bytes
    packed: bytes
    tag: str


def picture(arguments: Mapping[str, str], mood: str) -> Picture:
    """The portrait in this mood. Raises PortraitError."""
    return _drawn(json.dumps(arguments, sort_keys=True), mood)


def scene_picture(arguments: Mapping[str, str]) -> Picture:
    """The stage without anybody on it. Raises PortraitError."""
    return _drawn(json.dumps(arguments, sort_keys=True), "")


@lru_cache(maxsize=KEPT)
def _drawn(arguments: str, mood: str) -> Picture:
    asked = json.loads(arguments)
    svg = (render(mood=mood, **asked) if mood else render_scene(**asked)).encode()
    digest = hashlib.sha256(f"{DRAWING}/{mood}/{arguments}".encode()).hexdigest()[:32]
    return Picture(svg, gzip.compress(svg, compresslevel=6, mtime=0), digest)


def address_of(version: CharacterVersion, mood: str = "calm", *, face: bool = False) -> str:
    """Where the portrait of this version is served; `face` for an avatar."""
    if (brought := brought_by(version, mood)) is not None:
        return asset_address(brought, face=face)
    address = reverse("portrait", kwargs={"version_id": version.pk, "mood": mood})
    return f"{address}?v={DRAWING}{'#face' if face else ''}"


def draft_address(content: Mapping[str, Any], mood: str = "calm", *, face: bool = False) -> str:
    """The same for what is not written yet: the fields of a draft."""
    if (brought := _brought(content.get("picture"), content.get("presentation"), mood)) is not None:
        return asset_address(brought, face=face)
    return drawn_address(content.get("portrait") or {}, mood, face=face)


def brought_by(version: CharacterVersion, mood: str = "calm") -> UUID | str | None:
    """The picture of this version in this mood; its main one where the mood has none; None: it is drawn."""
    return _brought(version.picture_id, version.presentation, mood)


def asset_address(asset_id: UUID | str, *, face: bool = False) -> str:
    return reverse("picture-face" if face else "picture", kwargs={"asset_id": asset_id})


def described(asset: Asset) -> dict[str, Any]:
    """A picture as scripts are told of it."""
    return {
        "id": asset.pk,
        "url": asset_address(asset.pk),
        "face_url": asset_address(asset.pk, face=True),
        "width": asset.width,
        "height": asset.height,
        "mood": asset.name if asset.kind == Asset.Kind.EMOTION else "",
    }


def drawn_address(arguments: Mapping[str, str], mood: str = "calm", *, face: bool = False) -> str:
    """A portrait drawn from what stands in the address."""
    asked = urlencode({**arguments, "mood": mood, "v": DRAWING})
    return f"{reverse('portrait-drawn')}?{asked}{'#face' if face else ''}"


def scene_address(arguments: Mapping[str, str]) -> str:
    """The stage without anybody on it, drawn from what stands in the address."""
    return f"{reverse('scene-drawn')}?{urlencode({**arguments, 'v': DRAWING})}"


def _brought(main: Any, presentation: Any, mood: str) -> UUID | str | None:
    if not main:
        return None
    moods = presentation.get("moods") if isinstance(presentation, Mapping) else None
    return (moods.get(mood) if isinstance(moods, Mapping) else None) or main
