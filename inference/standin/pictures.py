"""Pictures for prompts: a small painted backdrop, real PNG, from the words alone. Standard library only.

Model names that misbehave, beside those of chat (`503`, `429-retry-1`, `html`, …): `draw-url` answers with an address,
`draw-nothing` without a picture, `draw-text` with bytes that are no picture, `draw-forever` never; `draw-<ms>ms` takes
so long.
"""

import base64
import re
import struct
import zlib
from hashlib import blake2b
from typing import Any

WIDTH, HEIGHT = 288, 384
MAX_PROMPT = 32_000
SIZE = re.compile(r"(\d{2,4})x(\d{2,4})")
SLOW = re.compile(r"draw-(\d{1,6})ms")


def painted(prompt: str, size: str = "") -> bytes:
    """Sky, moon and hills in colours of the prompt's own; the shape of `size`, never larger than a stamp."""
    width, height = _small(size)
    seed = blake2b(prompt.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    top, low, moon, hill = ((seed[i] // 3 + 20, seed[i + 1] // 3 + 30, seed[i + 2] // 2 + 60) for i in (0, 3, 6, 9))
    light = bytes(min(255, part + 110) for part in moon)
    radius = width // 5 + seed[12] % (width // 10)
    across, down = width // 3 + seed[13] % (width // 3), height // 3
    rows = []
    for y in range(height):
        share = y / height
        row = bytearray(bytes(round(a + (b - a) * share) for a, b in zip(top, low, strict=True)) * width)
        if (reach := radius**2 - (y - down) ** 2) > 0:
            half = int(reach**0.5)
            first, last = max(0, across - half), min(width, across + half)
            row[first * 3 : last * 3] = light * (last - first)
        slope = height * 3 // 4 - y
        if slope < 0:
            wide = min(width, -slope * 4)
            row[(width - wide) * 3 :] = bytes(hill) * wide
        rows.append(b"\0" + bytes(row))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


def drawn(body: dict[str, Any]) -> list[dict[str, str]]:
    """The `data` of an answer. ValueError when the request is not one."""
    prompt, model = body.get("prompt"), str(body.get("model", ""))
    if not isinstance(prompt, str) or not prompt.strip() or len(prompt) > MAX_PROMPT:
        raise ValueError("prompt must be text")
    if model == "draw-url":
        return [{"url": "http://tracker.invalid/picture.png"}]
    if model == "draw-nothing":
        return []
    data = b"no picture at all" if model == "draw-text" else painted(prompt, str(body.get("size", "")))
    return [{"b64_json": base64.b64encode(data).decode()} for _ in range(min(4, int(body.get("n") or 1)))]


def seconds_for(model: str, default: float) -> float | None:
    """How long drawing takes; None: for ever."""
    if model == "draw-forever":
        return None
    slow = SLOW.fullmatch(model)
    return int(slow[1]) / 1000 if slow else default


def _small(size: str) -> tuple[int, int]:
    found = SIZE.fullmatch(size)
    if not found:
        return WIDTH, HEIGHT
    width, height = max(16, int(found[1])), max(16, int(found[2]))
    shrink = min(1.0, HEIGHT / max(width, height))
    return max(16, round(width * shrink)), max(16, round(height * shrink))
