"""PNG and APNG as a row of chunks: what cards hide in them, and how one is put in. Pixels are never decoded."""

import base64
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from characters.cards.errors import CardError
from characters.cards.limits import MAX_CHUNK_TEXT, MAX_CHUNKS, MAX_PIXELS

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TEXT_TYPES = (b"tEXt", b"zTXt", b"iTXt")
CARD_KEYWORDS = ("chara", "ccv3")
ASSET_KEYWORD = "chara-ext-asset_"
_WHERE_AND_WHEN = (b"eXIf", b"tIME")  # place, camera, date: nobody asked for these to travel


@dataclass(frozen=True, slots=True)
class Chunk:
    type: bytes
    start: int  # of the whole chunk, with length and checksum
    end: int
    body: memoryview

    @property
    def keyword(self) -> str:
        """Of a text chunk, without case; at most 79 bytes by the standard."""
        return bytes(self.body[:80]).partition(b"\0")[0].decode("latin-1").lower()


@dataclass(frozen=True, slots=True)
class Png:
    """`cards` holds the text of each card chunk by keyword, `assets` the old Risu attachments, still in base64."""

    animated: bool
    width: int
    height: int
    cards: dict[str, bytes]
    assets: dict[str, memoryview]
    trailing: int


def read_png(data: bytes) -> Png:
    """Walk the chunks up to IEND. Raises CardError for damage, duplicates and everything out of bounds."""
    cards: dict[str, bytes] = {}
    assets: dict[str, memoryview] = {}
    animated, size, end = False, (0, 0), len(data)
    for chunk in chunks(data):
        if chunk.type == b"IHDR":
            size = _size(chunk)
        elif chunk.type == b"acTL":
            animated = True
        elif chunk.type == b"IEND":
            end = chunk.end
        elif chunk.type in TEXT_TYPES:
            keyword = chunk.keyword
            if keyword in CARD_KEYWORDS:
                if keyword in cards:
                    raise CardError(
                        "duplicate_chunk",
                        _("There are two cards called “%(keyword)s” in this picture: which one counts?")
                        % {"keyword": keyword},
                        field=keyword,
                    )
                _check_sum(data, chunk, keyword)
                cards[keyword] = _text(chunk, keyword)
            elif keyword.startswith(ASSET_KEYWORD) and chunk.type == b"tEXt":
                name, _zero, _rest = bytes(chunk.body[:80]).partition(b"\0")
                path = name.decode("latin-1")[len(ASSET_KEYWORD) :].removeprefix(":")
                assets[path] = chunk.body[len(name) + 1 :]
    if not all(size):
        raise CardError("damaged", _("This PNG file is damaged."), field="file")
    return Png(animated, *size, cards, assets, len(data) - end)


def chunks(data: bytes) -> Iterator[Chunk]:
    """Up to and with IEND. Raises CardError where the file breaks off."""
    view, place, count = memoryview(data), len(SIGNATURE), 0
    while True:
        if place + 12 > len(data):
            raise CardError("damaged", _("This PNG file breaks off in the middle."), field="file")
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        count += 1
        if count > MAX_CHUNKS:
            raise CardError("too_many_chunks", _("This PNG file has too many parts."), field="file", limit=MAX_CHUNKS)
        if end > len(data):
            raise CardError("damaged", _("This PNG file breaks off in the middle."), field="file")
        yield Chunk(kind, place, end, view[place + 8 : end - 4])
        if kind == b"IEND":
            return
        place = end


def _size(chunk: Chunk) -> tuple[int, int]:
    if len(chunk.body) != 13:
        raise CardError("damaged", _("This PNG file is damaged."), field="file")
    width, height = struct.unpack_from(">II", chunk.body)
    if width * height > MAX_PIXELS:
        raise CardError(
            "too_many_pixels", _("A picture may have 20 million pixels at most."), field="picture", limit=MAX_PIXELS
        )
    return width, height


def _check_sum(data: bytes, chunk: Chunk, keyword: str) -> None:
    if zlib.crc32(chunk.body, zlib.crc32(chunk.type)) != int.from_bytes(data[chunk.end - 4 : chunk.end], "big"):
        raise CardError("damaged", _("The card inside this picture is damaged: its checksum is wrong."), field=keyword)


def _text(chunk: Chunk, keyword: str) -> bytes:
    name = bytes(chunk.body[:80]).partition(b"\0")[0]
    body = bytes(chunk.body[len(name) + 1 :])
    if chunk.type == b"zTXt":
        return inflate(body[1:], limit=MAX_CHUNK_TEXT, field=keyword)
    if chunk.type == b"iTXt":
        packed, rest = body[:1] == b"\1", body[2:]
        text = rest.split(b"\0", 2)[-1] if rest.count(b"\0") >= 2 else b""
        return inflate(text, limit=MAX_CHUNK_TEXT, field=keyword) if packed else text
    return body


def inflate(packed: bytes, *, limit: int, field: str, window: int = 15) -> bytes:
    """Never more than `limit` bytes come into being. Raises CardError."""
    unpacker = zlib.decompressobj(window)
    try:
        text = unpacker.decompress(packed, limit + 1)
    except zlib.error as error:
        raise CardError("damaged", _("The packed text in this file is damaged."), field=field) from error
    if len(text) > limit:
        raise CardError("too_long", _("This unpacks to more than a card may have."), field=field, limit=limit)
    if not unpacker.eof:
        raise CardError("damaged", _("The packed text in this file is damaged."), field=field)
    return text


def with_cards(picture: bytes, cards: Sequence[tuple[str, str]]) -> bytes:
    """The picture with these cards (keyword, JSON) right behind its header, ahead of any other text.

    Cards that were in it go, and so do place, camera and date. All else stays as it is.
    """
    pieces = [SIGNATURE]
    for chunk in chunks(picture):
        if chunk.type in _WHERE_AND_WHEN:
            continue
        if chunk.type in TEXT_TYPES:
            keyword = chunk.keyword
            if keyword in CARD_KEYWORDS or keyword.startswith(("raw profile type", "xml:com.adobe.xmp")):
                continue
        pieces.append(picture[chunk.start : chunk.end])
        if chunk.type == b"IHDR":
            pieces += [text_chunk(keyword, base64.b64encode(text.encode())) for keyword, text in cards]
    return b"".join(pieces)


def text_chunk(keyword: str, text: bytes) -> bytes:
    return make_chunk(b"tEXt", keyword.encode("latin-1") + b"\0" + text)


def make_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))
