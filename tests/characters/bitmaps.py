"""Small pictures for tests: made here, honest and dishonest."""

import io
import struct
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo


def png(width: int = 600, height: int = 800, colour: tuple[int, ...] = (120, 40, 30), **save: object) -> bytes:
    return encoded(Image.new("RGB" if len(colour) == 3 else "RGBA", (width, height), colour), "PNG", **save)


def halves(width: int = 400, height: int = 400) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (width, height), (255, 0, 0))
    picture.paste((0, 0, 255), (width // 2, 0, width, height))
    return picture


def encoded(picture: Image.Image, format: str, **save: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **save)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def pixel(picture: bytes | Image.Image, x: int, y: int) -> tuple[int, int, int]:
    shown = opened(picture) if isinstance(picture, bytes) else picture
    found = shown.convert("RGB").getpixel((x, y))
    assert isinstance(found, tuple)
    red, green, blue = found
    return red, green, blue


def with_text(**texts: str) -> bytes:
    info = PngInfo()
    for name, text in texts.items():
        info.add_text(name, text)
    return png(64, 64, pnginfo=info)


def promising(width: int, height: int) -> bytes:
    """A PNG whose header promises this size, with next to nothing behind it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND")


def zipped_text(megabytes: int) -> bytes:
    """A PNG with a compressed text that swells to that size."""
    whole = png(64, 64)
    text = b"Comment\0\0" + zlib.compress(b"\0" * (megabytes << 20), 9)
    return whole[:33] + chunk(b"zTXt", text) + whole[33:]


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
