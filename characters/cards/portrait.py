"""The picture of a card, before anybody decodes it: how many pixels it claims to have."""

import struct

from characters.cards import jpeg, png

# Decoding holds some ten bytes a pixel. A larger picture stays in the card; the character gets a drawn portrait.
MAX_DECODED = 7_000_000


def is_bearable(picture: bytes) -> bool:
    """Whether it may be decoded. A JPEG may be larger: it is decoded at a half or a quarter."""
    if picture.startswith(jpeg.SIGNATURE):
        return True
    width, height = claimed_size(picture)
    return 0 < width * height <= MAX_DECODED


def claimed_size(picture: bytes) -> tuple[int, int]:
    """As the header says; (0, 0) where it says nothing that we know."""
    try:
        if picture.startswith(png.SIGNATURE):
            return struct.unpack_from(">II", picture, 16)
        if picture.startswith(b"GIF8"):
            return struct.unpack_from("<HH", picture, 6)
        if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP":
            return _webp(picture)
    except struct.error:
        pass
    return 0, 0


def _webp(picture: bytes) -> tuple[int, int]:
    kind = picture[12:16]
    if kind == b"VP8X":
        return int.from_bytes(picture[24:27], "little") + 1, int.from_bytes(picture[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(picture[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", picture, 26)
    return width & 0x3FFF, height & 0x3FFF
