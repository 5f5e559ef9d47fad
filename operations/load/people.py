"""One person at a socket of the product, who says a line and hears the whole answer, whatever model speaks."""

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp

LINE = "Tell me about the river and the old city, please."
PATIENCE = 60.0  # seconds for whatever is waited for


@dataclass(frozen=True, slots=True)
class Account:
    """As `manage.py make_sessions --json` prints one."""

    session_cookie: str
    conversation_id: str


@dataclass(slots=True)
class Heard:
    """What everybody together heard. Times in milliseconds. Any error, and any break of what the protocol promises, is
    counted under its name."""

    ack: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)
    replies: int = 0
    withdrawn: int = 0  # by a rule: an end like any other
    frames: int = 0
    errors: Counter[str] = field(default_factory=Counter)


class Person:
    """A socket, and what is expected of the frames that come by it: pieces without a gap that make up the whole."""

    def __init__(self, base_url: str, account: Account, heard: Heard) -> None:
        self.account, self.heard = account, heard
        self._url = f"{base_url}/ws/chat/{account.conversation_id}/"
        self._headers = {"Cookie": f"sessionid={account.session_cookie}", "Origin": base_url}
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._said: dict[str, list[str]] = {}
        self._next: dict[str, int] = {}
        self._asked = 0.0
        self._acked: asyncio.Future[None] | None = None
        self._ended: asyncio.Future[None] | None = None

    async def open(self, session: aiohttp.ClientSession) -> None:
        begun = time.perf_counter()
        async with asyncio.timeout(PATIENCE):
            self._socket = await session.ws_connect(self._url, headers=self._headers, max_msg_size=0)
            ready = json.loads(await self._socket.receive_str())
        if ready.get("type") != "ready":
            raise ConnectionError(f"{ready.get('type')} instead of ready")
        self.heard.opened.append(_since(begun))
        self._reader = asyncio.create_task(self._read())

    async def close(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
        if self._socket is not None:
            await self._socket.close()

    def drop(self) -> None:
        """As a phone does that loses its net."""
        if self._reader is not None:
            self._reader.cancel()
        if self._socket is not None and (line := self._socket._response.connection) is not None and line.transport:
            line.transport.abort()

    @property
    def alive(self) -> bool:
        return self._socket is not None and not self._socket.closed

    async def ping(self) -> None:
        assert self._socket is not None
        await self._socket.send_str('{"type":"ping"}')

    async def say(self) -> None:
        """A line, until its reply has ended. Raises ConnectionError and TimeoutError."""
        assert self._socket is not None
        loop = asyncio.get_running_loop()
        self._acked, self._ended = loop.create_future(), loop.create_future()
        self._asked = time.perf_counter()
        line = {"type": "chat", "content": LINE, "client_id": str(uuid4())}
        async with asyncio.timeout(PATIENCE):
            await self._socket.send_str(json.dumps(line))
            await self._acked
            await self._ended
        self.heard.whole.append(_since(self._asked))

    async def _read(self) -> None:
        assert self._socket is not None
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self.heard.frames += 1
                self._take(json.loads(message.data))
        self._fail(f"closed with {self._socket.close_code}")

    def _take(self, frame: dict[str, Any]) -> None:
        kind = frame.get("type")
        if kind == "ai_chunk":
            self._piece(frame)
        elif kind == "ai_end":
            self._end(frame)
        elif kind == "ack":
            if self._acked is not None and not self._acked.done():
                self.heard.ack.append(_since(self._asked))
                self._acked.set_result(None)
        elif kind == "ai_withdraw":
            # Said once more in other words, or taken back: what was shown counts no longer.
            self._said.pop(frame["message_id"], None)
            self._next.pop(frame["message_id"], None)
        elif kind == "error":
            self._fail(str(frame.get("code")))

    def _piece(self, frame: dict[str, Any]) -> None:
        reply = frame["message_id"]
        first, expected = frame.get("from") or frame["seq"], self._next.get(reply)
        if expected is None and self._ended is not None and not self._ended.done():
            self.heard.first.append(_since(self._asked))
        if expected is not None and first != expected:
            self.heard.errors["a gap, or a piece twice"] += 1
        self._next[reply] = frame["seq"] + 1
        self._said.setdefault(reply, []).append(frame["content"])

    def _end(self, frame: dict[str, Any]) -> None:
        said = "".join(self._said.pop(frame["message_id"], ()))
        whole = self._next.pop(frame["message_id"], None)
        if frame["status"] not in ("complete", "withdrawn"):
            self._fail(f"ended as {frame['status']}")
            return
        if frame["status"] == "complete" and whole is not None and said and not frame["full_content"].startswith(said):
            self.heard.errors["the whole differs from its pieces"] += 1
        self.heard.replies += 1
        self.heard.withdrawn += frame["status"] == "withdrawn"
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)

    def _fail(self, why: str) -> None:
        for waited in (self._acked, self._ended):
            if waited is not None and not waited.done():
                waited.set_exception(ConnectionError(why))
                return
        self.heard.errors[why] += 1


def _since(begun: float) -> float:
    return 1000 * (time.perf_counter() - begun)
