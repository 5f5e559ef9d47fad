"""What the stand-in says aloud: by espeak-ng where that is installed, or a tone as long as the text, for tests.

One child process speaks, one request after the other: the library behind it knows no other way, and no text waits for
sound. `tone…` is the name of a model that only hums, `tone-cut` of one that breaks off.
"""

import asyncio
import json
import math
import sys
from array import array
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from functools import cache
from importlib.util import find_spec
from typing import Any

from inference.standin import ssml
from inference.standin.espeak import RATE

VOICE = "understudy-speaks"
MAX_LETTERS = 4_096
LETTER_SECONDS, HAN_SECONDS = 0.06, 0.22
PIECE = RATE // 5  # samples: 0.2 s
PITCHES = {"onyx": 110, "ash": 130, "nova": 320}  # whole: after a second a tone begins anew without a click


class Mouth:
    """The child process, begun when it is first needed and again when it has died."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._free = asyncio.Lock()

    async def say(self, asked: dict[str, Any]) -> AsyncGenerator[bytes]:
        async with self._free:
            process = await self._alive()
            assert process.stdin is not None
            assert process.stdout is not None
            whole = False
            try:
                process.stdin.write(json.dumps(asked).encode() + b"\n")
                while size := int.from_bytes(await process.stdout.readexactly(4), "big"):
                    yield await process.stdout.readexactly(size)
                whole = True
            finally:
                if not whole:  # what is left of it would be taken for the next one's
                    self._process = None
                    _end(process)

    async def open(self) -> None:
        if can_speak():
            async with self._free:
                await self._alive()

    async def _alive(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "inference.standin.espeak", stdin=PIPE, stdout=PIPE
            )
        return self._process

    def close(self) -> None:
        if self._process is not None:
            _end(self._process)


def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()


def can_speak() -> bool:
    return all(find_spec(name) is not None for name in ("espeakng_loader", "soxr", "numpy"))


def seconds_of(text: str) -> float:
    """Of a tone for this text."""
    return sum(HAN_SECONDS if letter > "\u2e80" else LETTER_SECONDS for letter in text)


async def hum(asked: dict[str, Any], *, cut: bool = False) -> AsyncGenerator[bytes]:
    """`cut`: after the first piece of it the voice dies."""
    second = _second(PITCHES.get(str(asked.get("voice")), 220))
    speed = float(asked.get("speed") or 1.0) * float(asked.get("rate") or 1.0)
    left, at = int(seconds_of(asked["text"]) / speed * RATE), 0
    while at < left:
        size, begins = min(PIECE, left - at), at % RATE
        yield second[begins : begins + size].tobytes()
        at += size
        if cut:
            raise EOFError


@cache
def _second(pitch: int) -> "array[int]":
    return array("h", (int(6_000 * math.sin(2 * math.pi * pitch * at / RATE)) for at in range(RATE)))


def asked_in(body: dict[str, Any]) -> dict[str, Any]:
    """What is to be said; `ssml` where it came as that. Raises ValueError in OpenAI's cases."""
    text, speed = body["input"], float(body.get("speed") or 1.0)
    marks: dict[str, Any] = {}
    if isinstance(text, str) and text.startswith(ssml.BEGINS):
        marked = ssml.read(text)
        text, marks = marked.text, {"ssml": text, "rate": marked.rate}
    if not isinstance(text, str) or not text.strip() or len(text) > MAX_LETTERS:
        raise ValueError(f"input is a text of 1 to {MAX_LETTERS} characters")
    if not 0.25 <= speed <= 4.0:
        raise ValueError("speed is a number from 0.25 to 4")
    if body.get("response_format", "mp3") != "pcm":
        raise ValueError("the stand-in makes pcm alone")
    # What is to be said quietly is said quietly: of instructions it understands no more.
    hushed = "quiet" in str(body.get("instructions") or "").lower()
    return {"text": text, "voice": body["voice"], "speed": speed, "volume": 70 if hushed else 100} | marks
