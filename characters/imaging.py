"""Pictures that somebody brings: decoded, cut and encoded anew. Pure: bytes in, bytes out.

Nothing of the file survives but its pixels: no metadata, no second frame, nothing hidden behind the picture. Memory
is bounded by the pixels (read from the header before anything is decoded) and by how many are decoded at once.

Pillow, five megabytes, is loaded with the first picture that a process is brought: most are brought none.
"""

from dataclasses import dataclass
from typing import Literal

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 20_000_000
MAX_SIDE = 12_000
MIN_SIDE = 32
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")

PRINT = (900, 1200)  # 3 : 4, for screens with two dots a pixel
FACE = (240, 288)  # 5 : 6, the niche
WIDE = (1920, 1920)

Reason = Literal["too_large", "too_many_pixels", "too_small", "unknown", "broken", "crop", "busy"]


class PictureError(ValueError):
    """Why a picture was not taken: `limit` is the bound it broke, in bytes or pixels."""

    def __init__(self, reason: Reason, limit: int | None = None) -> None:
        self.reason, self.limit = reason, limit
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture, in its own pixels as it is shown (upright)."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Cut:
    """WebP. `face` is empty where none was asked for."""

    data: bytes
    width: int
    height: int
    face: bytes = b""


def cut_portrait(data: bytes, *, crop: Box | None = None, face: Box | None = None) -> Cut:
    """The print, three by four, and its face, five by six. Without boxes: the middle, from the top. PictureError."""
    from characters import pixels

    return pixels.cut_portrait(data, crop=crop, face=face)


def fit_picture(data: bytes) -> Cut:
    """The whole of it, no larger than a screen. PictureError."""
    from characters import pixels

    return pixels.fit_picture(data)


def as_png(data: bytes) -> bytes:
    """The whole of it as PNG, no larger than a screen: what cards travel in. PictureError."""
    from characters import pixels

    return pixels.as_png(data)
