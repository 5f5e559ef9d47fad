"""Many people who talk at once. HTTP and WebSocket are spoken by hand, 10 to 20 µs a token: a client library here
would cost as much as the server that is measured.

A `Crowd` is a number of seats, each with one connection of its own that it keeps; `speak` has every seat ask and
read to the end, one reply after another. Every token carries the time of its sending (bench/upstream.py), so
delay is exact, and a missing, doubled or swapped token is an error like any other.
"""

import asyncio
import base64
import os
import re
import socket
import time
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

STAMP = re.compile(rb"T(\d{13})")
PATIENCE = 60.0  # seconds for one reply
LINE = "Tell me about the river and the old city, please."


def percentile(values: Sequence[float], share: float) -> float:
    """NaN of nothing: a run without a single reply must not look like a fast one."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


@dataclass(frozen=True, slots=True)
class Seat:
    """Where somebody connects, as whom, and how a line of theirs is put."""

    url: str
    body: Callable[[], bytes]
    headers: str = ""
    dialect: str = "sse"


@dataclass(slots=True)
class Heard:
    """What a crowd heard. Times in milliseconds."""

    first: list[float] = field(default_factory=list)
    delay: list[float] = field(default_factory=list)
    tokens: int = 0
    frames: int = 0
    replies: int = 0
    wall: float = 0.0
    cpu: float = 0.0  # seconds of the server
    waited: float = 0.0  # seconds that the server was ready to run and another program had its core
    own: float = 0.0  # seconds of this process
    errors: Counter[str] = field(default_factory=Counter)


class Line(asyncio.Protocol):
    """One connection, and the reply it is reading."""

    end: ClassVar[bytes]

    def __init__(self, seat: Seat, *, expect: int, deflate: bool = False) -> None:
        self.seat, self.expect, self.deflate = seat, expect, deflate
        self.heard = Heard()
        self.buffer = b""
        self.transport: Any = None
        self.reply: asyncio.Future[None] | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self.fail("connection lost")

    async def ready(self) -> None:
        pass

    def fail(self, why: str) -> None:
        if self.reply is not None and not self.reply.done():
            self.reply.set_exception(ConnectionError(why))

    async def ask(self) -> None:
        """Say a line and read the whole answer."""
        self.stamps: list[bytes] = []
        self.reply = asyncio.get_running_loop().create_future()
        self.asked = time.monotonic_ns() / 1e6
        self.say(self.seat.body())
        timer = asyncio.get_running_loop().call_later(PATIENCE, self.fail, "no end of the reply")
        try:
            await self.reply
        finally:
            timer.cancel()
            self.reply = None

    async def listen(self, replies: int) -> None:
        """Read replies that somebody else asked for."""
        for _ in range(replies):
            self.stamps, self.asked = [], float("nan")
            self.reply = asyncio.get_running_loop().create_future()
            await asyncio.wait_for(self.reply, PATIENCE)

    def say(self, body: bytes) -> None:
        raise NotImplementedError

    def tokens(self, data: bytes, now: float) -> None:
        """Whole frames or events with whatever tokens they hold."""
        found = STAMP.findall(data)
        if not found:
            return
        heard = self.heard
        if not self.stamps:
            heard.first.append(now - self.asked)
        heard.delay.extend([now - int(stamp) / 1000 for stamp in found])
        heard.tokens += len(found)
        heard.frames += 1
        self.stamps += found

    def finish(self, whole: bytes | None = None) -> None:
        """The reply is over; `whole` is what the server says that it was."""
        if self.reply is None or self.reply.done():
            return
        stamps = self.stamps
        if len(stamps) != self.expect:
            return self.fail(f"{len(stamps)} tokens, not {self.expect}")
        if any(a >= b for a, b in pairwise(stamps)):
            return self.fail("tokens doubled or swapped")
        if whole is not None and STAMP.findall(whole) != stamps:
            return self.fail("the whole reply differs from its pieces")
        self.heard.replies += 1
        self.reply.set_result(None)


class Events(Line):
    """Server-sent events over HTTP/1.1. The body is not unchunked: tokens do not straddle blank lines."""

    def say(self, body: bytes) -> None:
        url = urlsplit(self.seat.url)
        self.headed = False
        head = (
            f"POST {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Type: application/json\r\n"
            f"Accept: text/event-stream\r\nContent-Length: {len(body)}\r\n{self.seat.headers}\r\n"
        )
        self.transport.write(head.encode() + body)

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns() / 1e6
        self.buffer += data
        if not self.headed:
            head, mark, rest = self.buffer.partition(b"\r\n\r\n")
            if not mark:
                return
            if head.split(b" ", 2)[1] != b"200":
                return self.fail(f"http {head[9:12].decode()} {rest[:160].decode(errors='replace')}")
            self.headed, self.buffer = True, rest
        if self.buffer.endswith(b"0\r\n\r\n") and self.buffer[-6:-5] in (b"", b"\n"):
            part, self.buffer = self.buffer, b""
            self.tokens(part, now)
            return self.finish()
        at = max(self.buffer.rfind(b"\n\n"), self.buffer.rfind(b"\r\n\r\n"))
        if at >= 0:
            part, self.buffer = self.buffer[: at + 2], self.buffer[at + 2 :]
            self.tokens(part, now)


class Socket(Line):
    """A WebSocket of a server that ends a reply with a `done` message."""

    first_frame = False

    async def ready(self) -> None:
        url = urlsplit(self.seat.url)
        self.shaken = asyncio.get_running_loop().create_future()
        self.up = False
        self.inflate: Any = None
        key = base64.b64encode(os.urandom(16)).decode()
        offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" if self.deflate else ""
        self.transport.write(
            (
                f"GET {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Origin: http://{url.netloc}\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
                f"{offer}{self.seat.headers}\r\n"
            ).encode()
        )
        await asyncio.wait_for(self.shaken, PATIENCE)

    def fail(self, why: str) -> None:
        if not self.shaken.done():
            self.shaken.set_exception(ConnectionError(why))
        super().fail(why)

    def say(self, body: bytes, opcode: int = 1) -> None:
        size = len(body)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        # Masked with zeros: allowed, and free.
        self.transport.write(bytes([0x80 | opcode]) + length + b"\0\0\0\0" + body)

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns() / 1e6
        buffer = self.buffer + data if self.buffer else data
        if not self.up:
            head, mark, rest = buffer.partition(b"\r\n\r\n")
            if not mark:
                self.buffer = buffer
                return
            if b" 101 " not in head[:20]:
                return self.fail("upgrade: " + head[:60].decode(errors="replace"))
            if b"permessage-deflate" in head.lower():
                self.inflate = zlib.decompressobj(-15)
            self.up, buffer = True, rest
            if not self.first_frame:
                self.shaken.set_result(None)
        at, end = 0, len(buffer)
        while end - at >= 2:
            first, size, start = buffer[at], buffer[at + 1] & 127, at + 2
            if size > 125:
                wide = 2 if size == 126 else 8
                size, start = int.from_bytes(buffer[start : start + wide], "big"), start + wide
            if end - start < size:
                break
            self.frame(first, buffer[start : start + size], now)
            at = start + size
        self.buffer = buffer[at:]

    def frame(self, first: int, data: bytes, now: float) -> None:
        opcode = first & 15
        if opcode in (1, 2):
            if first & 0x40 and self.inflate:
                data = self.inflate.decompress(data + b"\0\0\xff\xff")
            self.message(data, now)
        elif opcode == 9:
            self.say(data, 10)
        elif opcode == 8:
            self.fail(f"closed with {int.from_bytes(data[:2], 'big')}")

    def message(self, data: bytes, now: float) -> None:
        if data == b'{"type":"done"}':
            self.finish()
        else:
            self.tokens(data, now)


class Talk(Socket):
    """A socket of the product, protocol version 1."""

    first_frame = True

    def message(self, data: bytes, now: float) -> None:
        if data.startswith(b'{"type":"ai_chunk"'):
            self.tokens(data, now)
        elif data.startswith(b'{"type":"ai_end"'):
            if b'"status":"complete"' not in data:
                self.fail("ended as " + data[-120:].decode(errors="replace"))
            self.finish(data)
        elif data.startswith(b'{"type":"ready"'):
            self.shaken.set_result(None)
        elif data.startswith(b'{"type":"error"'):
            self.fail(data[:200].decode(errors="replace"))


DIALECTS: dict[str, type[Line]] = {"sse": Events, "socket": Socket, "talk": Talk}


def cpu_of(pid: int) -> float:
    """Seconds that a process has run, all its threads, to the nanosecond (Linux)."""
    return time.clock_gettime(~pid << 3 | 2)


def wait_of(pid: int) -> float:
    """Seconds that its main thread has stood in the run queue: much of it, and the machine was not ours."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


class Crowd:
    """`expect` tokens a reply. `pid` is the server whose CPU is charged."""

    def __init__(self, seats: Sequence[Seat], *, expect: int, pid: int | None = None) -> None:
        self.seats, self.expect, self.pid = seats, expect, pid
        self.lines: list[Line] = []

    async def __aenter__(self) -> "Crowd":
        for start in range(0, len(self.seats), 50):
            self.lines += await asyncio.gather(
                *(connect(seat, expect=self.expect) for seat in self.seats[start : start + 50])
            )
        return self

    async def __aexit__(self, *exc: object) -> None:
        for line in self.lines:
            if line.transport:
                line.transport.close()
        await asyncio.sleep(0.1)

    async def speak(self, replies: int, *, spread: float = 0.0) -> Heard:
        """Every seat asks `replies` times; they begin evenly over `spread` seconds, so as not to tick in step."""
        heard = Heard()
        before, own, start = cpu_of(self.pid) if self.pid else 0.0, time.process_time(), time.monotonic()
        waited = wait_of(self.pid) if self.pid else 0.0

        async def sit(number: int) -> None:
            await asyncio.sleep(spread * number / len(self.lines))
            for _ in range(replies):
                line = self.lines[number]
                line.heard = heard
                try:
                    await line.ask()
                except (OSError, AttributeError) as error:
                    heard.errors[str(error)[:200]] += 1
                    if line.transport:
                        line.transport.abort()
                    self.lines[number] = await connect(self.seats[number], expect=self.expect)

        await asyncio.gather(*(sit(number) for number in range(len(self.lines))))
        heard.wall, heard.own = time.monotonic() - start, time.process_time() - own
        heard.waited = wait_of(self.pid) - waited if self.pid else 0.0
        # What a reply costs after its last token counts too.
        await asyncio.sleep(0.3)
        heard.cpu = cpu_of(self.pid) - before if self.pid else 0.0
        return heard


async def connect(seat: Seat, *, expect: int, deflate: bool = False) -> Line:
    url = urlsplit(seat.url)
    _, line = await asyncio.get_running_loop().create_connection(
        lambda: DIALECTS[seat.dialect](seat, expect=expect, deflate=deflate), url.hostname or "", url.port or 80
    )
    await line.ready()
    return line
