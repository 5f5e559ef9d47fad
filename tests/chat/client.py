"""A page of the chat without a browser: one socket, every frame kept, every wait with a deadline."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from accounts.ids import uuid7

WITHIN = 20.0  # seconds; far beyond what is expected, so that a busy machine fails nothing
Frame = dict[str, Any]


class NothingCame(AssertionError):
    """The frame that was waited for did not come; says what came instead."""


@dataclass
class Turn:
    """What one socket saw of a turn."""

    ack: Frame | None
    end: Frame
    frames: list[Frame] = field(default_factory=list)

    @property
    def statuses(self) -> list[str]:
        return [frame["status"] for frame in self.frames if frame["type"] == "ai_status"]

    @property
    def chunks(self) -> list[Frame]:
        return [frame for frame in self.frames if frame["type"] == "ai_chunk"]

    @property
    def text(self) -> str:
        return self.end["full_content"]

    @property
    def message_id(self) -> str:
        return self.end["message_id"]

    @property
    def errors(self) -> list[Frame]:
        return [frame for frame in self.frames if frame["type"] == "error"]


def spoken(chunks: list[Frame], *, after: int = 0) -> str:
    """The text of `ai_chunk` frames; fails on a gap, an overlap, or a start other than `after` + 1."""
    seen, text = after, ""
    for chunk in chunks:
        first = chunk.get("from", chunk["seq"])
        assert first == seen + 1, f"chunk {first}..{chunk['seq']} follows {seen}"
        assert chunk["seq"] >= first
        seen = chunk["seq"]
        text += chunk["content"]
    return text


class Page:
    """An open socket. `frames` is all that was received, in order."""

    def __init__(self, line: ClientConnection) -> None:
        self.line = line
        self.frames: list[Frame] = []
        self.ready: Frame = {}

    @classmethod
    async def open(cls, url: str, *, cookie: str = "", origin: str | None, **more: Any) -> "Page":
        """Raises InvalidStatus when refused before accept; then waits for `ready`. See `open_silent`."""
        page = await cls.open_silent(url, cookie=cookie, origin=origin, **more)
        page.ready = await page.receive()
        assert page.ready["type"] == "ready", page.ready
        return page

    @classmethod
    async def open_silent(cls, url: str, *, cookie: str = "", origin: str | None, **more: Any) -> "Page":
        headers = {"Cookie": f"sessionid={cookie}"} if cookie else {}
        options: dict[str, Any] = {"max_size": None, "compression": None, "ping_interval": None, "proxy": None}
        options["max_queue"] = None  # a page that nobody reads for a while still answers pings
        options |= {"open_timeout": WITHIN, "close_timeout": 1} | more
        line = await connect(url, origin=origin, additional_headers=headers, **options)  # type: ignore[arg-type]
        return cls(line)

    # ------------------------------------------------------------ sending

    async def send(self, type_: str, **fields: Any) -> None:
        await self.line.send(json.dumps({"type": type_, **fields}, default=str))

    async def send_raw(self, data: str | bytes) -> None:
        await self.line.send(data)

    async def say(self, content: str, *, client_id: UUID | None = None, **fields: Any) -> Frame:
        """Send a line; its `ack`. Fails on an error that names this line."""
        return await self._started("chat", client_id, content=content, **fields)

    async def ask_again(self, kind: str, message_id: Any, **fields: Any) -> Frame:
        """`regenerate` or `continue`; its `ack`."""
        return await self._started(kind, None, message_id=message_id, **fields)

    async def _started(self, type_: str, client_id: UUID | None, **fields: Any) -> Frame:
        client_id = client_id or uuid7()
        await self.send(type_, client_id=client_id, **fields)
        answer = await self.wait_for("ack", "error", client_id=str(client_id))
        assert answer["type"] == "ack", answer
        return answer

    # ------------------------------------------------------------ receiving

    async def receive(self, within: float = WITHIN) -> Frame:
        try:
            async with asyncio.timeout(within):
                frame = json.loads(await self.line.recv())
        except TimeoutError:
            raise NothingCame(f"nothing in {within} s after {self._last()}") from None
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else None
            raise NothingCame(f"closed with {code} after {self._last()}") from closed
        self.frames.append(frame)
        return frame

    async def wait_for(self, *types: str, within: float = WITHIN, **fields: Any) -> Frame:
        """The next frame of one of these types that has these fields. Others are kept in `frames`."""

        def wanted(frame: Frame) -> bool:
            return frame["type"] in types and all(frame.get(name) == value for name, value in fields.items())

        return await self.wait_until(wanted, within=within)

    async def wait_until(self, wanted: Callable[[Frame], bool], within: float = WITHIN) -> Frame:
        end = asyncio.get_running_loop().time() + within
        while True:
            frame = await self.receive(max(0.01, end - asyncio.get_running_loop().time()))
            if wanted(frame):
                return frame

    async def turn(self, content: str, *, within: float = WITHIN, **fields: Any) -> Turn:
        """Say a line and see its turn through to the end."""
        start = len(self.frames)
        ack = await self.say(content, **fields)
        return await self.rest_of_turn(ack, start, within=within)

    async def again(self, kind: str, message_id: Any, *, within: float = WITHIN, **fields: Any) -> Turn:
        start = len(self.frames)
        ack = await self.ask_again(kind, message_id, **fields)
        return await self.rest_of_turn(ack, start, within=within)

    async def rest_of_turn(self, ack: Frame | None = None, start: int | None = None, *, within: float = WITHIN) -> Turn:
        """What came since `start` (a count of frames) up to the end of this turn; without `ack`, of the next one."""
        if start is None:
            start = 0 if ack else len(self.frames)
        turn_id = ack["turn_id"] if ack else None

        def is_end(frame: Frame) -> bool:
            return frame["type"] == "ai_end" and turn_id in (None, frame["turn_id"])

        for number, frame in enumerate(self.frames[start:], start):
            if is_end(frame):
                return Turn(ack, frame, self.frames[start : number + 1])
        end = await self.wait_until(is_end, within=within)
        return Turn(ack, end, self.frames[start:])

    async def resume(self, message_id: Any, last_seq: int, *, within: float = WITHIN) -> Turn:
        """Ask for what was missed of a reply, and see it through to the end."""
        start = len(self.frames)
        await self.send("resume", message_id=message_id, last_seq=last_seq)
        end = await self.wait_for("ai_end", message_id=str(message_id), within=within)
        return Turn(None, end, self.frames[start:])

    async def quiet(self) -> list[Frame]:
        """Whatever arrived before the answer to a `ping` sent now: proof that nothing else had been sent."""
        mark, start = str(uuid7()), len(self.frames)
        await self.send("ping", t=mark)
        await self.wait_for("pong", t=mark)
        return self.frames[start:-1]

    # ------------------------------------------------------------ ending

    async def close_code(self, within: float = WITHIN) -> int | None:
        """Wait until the server has closed; its code, None when the line just broke."""
        try:
            async with asyncio.timeout(within):
                while True:
                    self.frames.append(json.loads(await self.line.recv()))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None
        except TimeoutError:
            raise NothingCame(f"still open after {within} s; {self._last()}") from None

    async def close(self) -> None:
        await self.line.close()

    def cut(self) -> None:
        """Gone without a goodbye, as when a phone loses its network."""
        self.line.transport.abort()

    def _last(self) -> str:
        return f"{len(self.frames)} frames, the last: {self.frames[-3:]}"
