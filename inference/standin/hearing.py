"""Transcriptions of the stand-in: by pocketsphinx, or by a script for tests.

`understudy-listens` hears a little English; of any other language it says that it cannot. `hears` writes so many words
for so much speech, whatever was said; `hears-<hex>` writes the words that are encoded there. Names that misbehave are
those of chat (`503`, `429-retry-1`, …).
"""

import asyncio
import json
import os
import re
import sys
from importlib.util import find_spec
from typing import Any

EAR = "understudy-listens"
SCRIPTED = "hears"
WORDS = [
    "good",
    "evening",
    "I",
    "would",
    "like",
    "to",
    "walk",
    "to",
    "the",
    "harbour",
    "with",
    "you",
    "before",
    "the",
    "rain",
    "begins",
    "and",
    "the",
    "lamps",
    "are",
    "lit",
]
HEAD = 44  # bytes of a plain WAV
SECONDS_A_WORD = 0.3
KNOWN = ("", "en")
MOST_SECONDS = 20  # for one phrase, on a machine that has other things to do
BOUNDARY = re.compile(r'^multipart/form-data;.*boundary="?([^\s";]+)')
NAME = re.compile(r'[; ]name="([^"]+)"')


class CannotHear(Exception):
    """Code and sentence of a refusal."""


def form_in(kind: str, body: bytes) -> dict[str, Any]:
    """The fields of a form; ValueError when it is none."""
    boundary = BOUNDARY.search(kind)
    if boundary is None:
        raise ValueError("the body must be a form")
    found: dict[str, Any] = {}
    for part in body.split(f"--{boundary[1]}".encode())[1:-1]:
        head, _, data = part.partition(b"\r\n\r\n")
        if name := NAME.search(head.decode("latin-1")):
            data = data.removesuffix(b"\r\n")
            found[name[1]] = data if b"filename=" in head else data.decode()
    if not isinstance(found.get("file"), bytes) or not found["file"].startswith(b"RIFF"):
        raise ValueError("file must be a WAV")
    return found


def scripted(model: str, sound: bytes) -> str | None:
    """What a scripted model hears; None where it is none of them."""
    if model.startswith(f"{SCRIPTED}-"):
        return bytes.fromhex(model.removeprefix(f"{SCRIPTED}-")).decode()
    if model != SCRIPTED:
        return None
    seconds = len(sound) / 32_000
    return " ".join(WORDS[: max(1, round(seconds / SECONDS_A_WORD))])


class Ear:
    """One process that listens to one phrase after the other, started with the first."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def hear(self, sound: bytes, language: str) -> str:
        """Raises CannotHear."""
        if not find_spec("pocketsphinx"):
            raise CannotHear("not_implemented", "the stand-in cannot listen: requirements-voice.txt is not installed")
        if language not in KNOWN:
            raise CannotHear("unsupported_language", "the stand-in understands English only; connect a provider")
        async with self._turn:
            process = await self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(len(sound).to_bytes(4, "big") + sound)
            try:
                await process.stdin.drain()
                async with asyncio.timeout(MOST_SECONDS):
                    return str(json.loads(await process.stdout.readline()))
            except TimeoutError:
                self.close()
                raise CannotHear("engine_slow", f"the ear was not done after {MOST_SECONDS} seconds") from None
            except (ConnectionError, ValueError):
                self._process = None
                raise CannotHear("engine_dead", "the ear died") from None
            except asyncio.CancelledError:
                self.close()  # its answer would be taken for that of the next
                raise

    async def open(self) -> None:
        if find_spec("pocketsphinx"):
            async with self._turn:
                await self._running()

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "inference.standin.sphinx",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(sys.path)},
            )  # fmt: skip
        return self._process

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
