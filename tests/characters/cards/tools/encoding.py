"""What the encoders of all programs are made of: chunks of a PNG, a streamed archive, the head of a JPEG."""

import base64
import json
import struct
import zlib
from collections.abc import Sequence
from typing import Any

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def text_chunk(keyword: str, text: bytes) -> bytes:
    return chunk(b"tEXt", keyword.encode("latin-1") + b"\0" + text)


def packed_chunk(keyword: str, text: bytes) -> bytes:
    return chunk(b"zTXt", keyword.encode() + b"\0\0" + zlib.compress(text, 9))


def international_chunk(keyword: str, text: bytes, *, packed: bool = False) -> bytes:
    body = zlib.compress(text) if packed else text
    return chunk(b"iTXt", keyword.encode() + b"\0" + bytes([packed, 0]) + b"en\0\0" + body)


def picture(*, before: Sequence[bytes] = (), after: Sequence[bytes] = (), size: tuple[int, int] = (64, 96)) -> bytes:
    """A dark PNG, with chunks ahead of the image data and behind it."""
    width, height = size
    rows = zlib.compress(b"\0" * (1 + width) * height) if width * height < 100_000 else b""
    return b"".join(
        (
            SIGNATURE,
            chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)),
            *before,
            chunk(b"IDAT", rows),
            *after,
            chunk(b"IEND", b""),
        )
    )


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def b64(text: str) -> bytes:
    return base64.b64encode(text.encode())


def streamed_zip(files: Sequence[tuple[str, bytes, bool]]) -> bytes:
    """As fflate streams it: sizes stand behind the data, headers in front say nothing."""
    body, directory = b"", b""
    for name, data, pack in files:
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed, raw = packer.compress(data) + packer.flush() if pack else _stored(data), name.encode()
        sizes = struct.pack("<3I", zlib.crc32(data), len(packed), len(data))
        flags = 8 | (0 if name.isascii() else 0x800)
        head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, flags, 8, 0, 0x5A21, 0, 0, 0, len(raw), 0) + raw
        directory += (
            struct.pack("<4s6H", b"PK\1\2", 20, 20, flags, 8, 0, 0x5A21)
            + sizes
            + struct.pack("<5H2I", len(raw), 0, 0, 0, 0, 0, len(body))
            + raw
        )
        body += head + packed + b"PK\7\x08" + sizes
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return body + directory + end


def _stored(data: bytes) -> bytes:
    """Deflate at level nothing: blocks as they are."""
    packer = zlib.compressobj(0, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def jpeg(size: tuple[int, int] = (64, 96)) -> bytes:
    """The head of a JPEG: enough to be told by its bytes and to have a size."""
    width, height = size
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0" + frame + b"\xff\xda\x00\x08\1\1\0\0\x3f\0" + b"\0\xff\xd9"
    )
