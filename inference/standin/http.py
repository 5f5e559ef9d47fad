"""A small HTTP/1.1 server side: one request at a time per connection, keep-alive, bodies whole or in chunks.

By hand because a stand-in must be able to misbehave below the level at which HTTP libraries let one: cut a
socket, send one byte at a time, never end a body. And because one write a token is all it may cost.
"""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol, cast
from urllib.parse import parse_qsl

import msgspec

MAX_HEAD = 65_536
MAX_BODY = 32 * 1024 * 1024
PHRASES = {int(one): one.phrase for one in HTTPStatus}  # vendors have some of their own, such as 529


class BadRequest(Exception):
    """Not HTTP as we speak it; the connection ends."""


class Sender(Protocol):
    """Something that is writing an answer and wants to know how the connection fares."""

    def resumed(self) -> None: ...
    def lost(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        try:
            return msgspec.json.decode(self.body)
        except msgspec.DecodeError as error:
            raise ValueError("the body is not JSON") from error


class Connection(asyncio.Protocol):
    def __init__(self, handle: Callable[["Connection", Request], None]) -> None:
        self.loop = asyncio.get_running_loop()
        self.paused = False
        self.sender: Sender | None = None
        self._handle = handle
        self._buffer = bytearray()
        self._busy = False
        self._keep = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclass of asyncio's.
        self.transport = cast(asyncio.Transport, transport)
        sock = transport.get_extra_info("socket")
        if sock is not None and sock.family in (socket.AF_INET, socket.AF_INET6):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.sender is not None:
            self.sender.lost()

    def pause_writing(self) -> None:
        self.paused = True

    def resume_writing(self) -> None:
        self.paused = False
        if self.sender is not None:
            self.sender.resumed()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._advance()

    def _advance(self) -> None:
        while not self._busy and self._buffer and not self.transport.is_closing():
            try:
                request = self._take()
            except BadRequest as error:
                self._keep = False
                self.json(400, problem(str(error)))
                return
            if request is None:
                return
            self._busy = True
            self._handle(self, request)

    def _take(self) -> Request | None:
        """The next whole request, or None while parts of it are still on their way."""
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > MAX_HEAD:
                raise BadRequest("header too large")
            return None
        first, *rest = bytes(self._buffer[:end]).decode("latin-1").split("\r\n")
        headers = {}
        for line in rest:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        try:
            method, target, version = first.split(" ")
            found = self._body(headers, end + 4)
        except ValueError as error:
            raise BadRequest("malformed request") from error
        if found is None:
            return None
        body, upto = found
        del self._buffer[:upto]
        self._keep = headers.get("connection", "").lower() != "close" and version == "HTTP/1.1"
        path, _, query = target.partition("?")
        return Request(method, path, dict(parse_qsl(query)), headers, body)

    def _body(self, headers: dict[str, str], at: int) -> tuple[bytes, int] | None:
        if "chunked" in headers.get("transfer-encoding", "").lower():
            return self._chunked(at)
        size = int(headers.get("content-length", "0"))
        if not 0 <= size <= MAX_BODY:
            raise BadRequest("body too large")
        if len(self._buffer) < at + size:
            return None
        return bytes(self._buffer[at : at + size]), at + size

    def _chunked(self, at: int) -> tuple[bytes, int] | None:
        body = bytearray()
        while True:
            line = self._buffer.find(b"\r\n", at)
            if line < 0:
                return None
            size = int(bytes(self._buffer[at:line]).split(b";")[0], 16)
            if size < 0 or len(body) + size > MAX_BODY:
                raise BadRequest("body too large")
            after = line + 2 + size + 2
            if len(self._buffer) < after:
                return None
            body += self._buffer[line + 2 : line + 2 + size]
            at = after
            if size == 0:
                return bytes(body), at

    def head(self, status: int, kind: str, *, length: int | None = None, **more: str) -> None:
        """Without a length the body follows in chunks."""
        lines = [f"HTTP/1.1 {status} {PHRASES.get(status, 'Unnamed')}", f"content-type: {kind}"]
        lines.append("transfer-encoding: chunked" if length is None else f"content-length: {length}")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
        lines += [] if self._keep else ["connection: close"]
        self.transport.write("\r\n".join([*lines, "", ""]).encode("latin-1"))

    def chunk(self, data: bytes) -> None:
        self.transport.write(b"%x\r\n%b\r\n" % (len(data), data))

    def end_chunks(self) -> None:
        self.transport.write(b"0\r\n\r\n")
        self.next()

    def json(self, status: int, answer: Any, **headers: str) -> None:
        body = msgspec.json.encode(answer)
        self.head(status, "application/json", length=len(body), **headers)
        self.transport.write(body)
        self.next()

    def next(self) -> None:
        """This answer is done; a request that came meanwhile has its turn."""
        self.sender = None
        self._busy = False
        if not self._keep:
            self.transport.close()
        elif self._buffer:
            self.loop.call_soon(self._advance)


def problem(message: str, kind: str = "invalid_request_error", code: str | None = None) -> dict[str, Any]:
    """An error the way OpenAI words it."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}
