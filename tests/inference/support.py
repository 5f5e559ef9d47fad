"""The stand-in as a process, and short ways to ask it."""

import asyncio
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from inference.base import ChatRequest, Line
from inference.providers.openai_compatible import OpenAICompatible

ROOT = Path(__file__).resolve().parents[2]


def wait_until_open(port: int, process: subprocess.Popen[bytes], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the stand-in ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            # Nothing listens yet; a connection attempt to loopback fails at once, so this wait is short.
            process_wait(process, 0.02)
        else:
            return
    raise TimeoutError("the stand-in does not listen")


def process_wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        pass


@dataclass(frozen=True)
class StandinProcess:
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def requests(self, **query: str) -> list[dict[str, Any]]:
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{self.port}/standin/requests", params=query) as answer:
                return (await answer.json())["requests"]

    async def settled(self, contains: str, seconds: float = 2.0) -> dict[str, Any]:
        """The newest request with this text, once it has ended."""
        return await self._seen(contains, seconds, lambda entry: entry["ended_at"] is not None)

    async def arrived(self, contains: str, seconds: float = 2.0) -> dict[str, Any]:
        return await self._seen(contains, seconds, lambda entry: True)

    async def _seen(self, contains: str, seconds: float, enough: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        # Polled: what the other end has noticed is known to the other end only.
        async with asyncio.timeout(seconds):
            while True:
                found = await self.requests(contains=contains)
                if found and enough(found[-1]):
                    return found[-1]
                await asyncio.sleep(0.01)


Connect = Callable[..., OpenAICompatible]


def ask(model: str, *said: str, system: str = "", **more: Any) -> ChatRequest:
    """A request whose lines alternate between player and character, the player first."""
    lines = [Line("system", system)] if system else []
    for i, text in enumerate(said or ("Hello there.",)):
        lines.append(Line("assistant" if i % 2 else "user", text))
    return ChatRequest(model=model, lines=tuple(lines), **more)


async def read(model: OpenAICompatible, request: ChatRequest) -> str:
    async with model.stream(request) as reply:
        return "".join([piece async for piece in reply])
