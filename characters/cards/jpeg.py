"""A JPEG with an archive behind it, as RisuAI writes: the picture for people, the archive for programs."""

import struct

from django.utils.translation import gettext_lazy as _

from characters.cards.archive import find_archive
from characters.cards.errors import CardError
from characters.cards.limits import MAX_PIXELS

SIGNATURE = b"\xff\xd8\xff"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def check(data: bytes) -> None:
    """There is an archive, and the picture is of a bearable size. Raises CardError."""
    if find_archive(data) is None:
        raise CardError("no_card", _("This picture carries no character card."), field="file")
    width, height = size(data)
    if width * height > MAX_PIXELS:
        raise CardError(
            "too_many_pixels", _("A picture may have 20 million pixels at most."), field="picture", limit=MAX_PIXELS
        )


def size(data: bytes) -> tuple[int, int]:
    """Width and height as the header says; (0, 0) when it says nothing."""
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, place + 5)
            return width, height
        if marker in (0xD9, 0xDA):
            break
        place += 2 + max(2, struct.unpack_from(">H", data, place + 2)[0])
    return 0, 0
