"""HTTP/1.1 to one model server: what is asked goes out, and each piece of the answer is handed over as it comes in.

Handed over, not read: no task wakes for a token. With the streams of an HTTP client every chunk resolves a future and
steps a task, which costs as much as parsing it; docs/adr/0007-reading-the-stream.md has the figures. Framing is left
to httptools, TLS and name resolution to the event loop. No redirects, no cookies, no proxies from the environment.
"""

import asyncio
import ssl
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

import httptools

from inference.beat import SECONDS, UNPACED_BYTES, UNPACED_SECONDS, beat_of

HEAD_BYTES = 65_536  # of all headers of an answer
IDLE_SECONDS = 15.0  # an older connection may be about to be closed from the other side
IDLE_CONNECTIONS = 100


class ConnectionFailed(Exception):
    """The answer did not come, or not to its end. The text names the cause, never an address."""


class TooLarge(ConnectionFailed):
    """More bytes than were wanted."""


class Receiver(Protocol):
    """Who asked. All three are called from the event loop, and none may raise."""

    def answered(self, status: int, headers: Mapping[str, str]) -> None: ...
    def received(self, data: bytes) -> None: ...
    def ended(self, error: ConnectionFailed | None) -> None:
        """Once, and last; `error` is None when the answer is whole as far as HTTP can tell."""


class Connection(asyncio.Protocol):
    """One connection, one answer at a time. httptools calls the `on_…` methods."""

    def __init__(self) -> None:
        self.transport: Any = None
        self.idle_since = 0.0
        # Asked for once: every time it is, CPython 3.11 makes a system call to see that the process is still the same.
        self._loop = asyncio.get_running_loop()
        self._receiver: Receiver | None = None
        self._parser: Any = None
        self._headers: dict[str, str] = {}
        self._head_bytes = 0
        self._headed = self._sized = self._reusable = self._streamed = False
        self._body: list[bytes] = []
        self._read_at = 0.0
        self._beat = beat_of(self._loop)
        self._rests = False

    # ------------------------------------------------------------ the one who asks

    @property
    def usable(self) -> bool:
        return self._reusable and self._receiver is None and not self.transport.is_closing()

    def ask(self, request: bytes, receiver: Receiver, *, streamed: bool = True) -> None:
        """Only what is `streamed` is taken together; the rest comes as fast as it can."""
        self._receiver, self._streamed = receiver, streamed
        self._beat.streams += streamed
        self._parser = httptools.HttpResponseParser(self)
        self._headers, self._head_bytes, self._read_at = {}, 0, 0.0
        self._body.clear()
        self._headed = self._sized = self._reusable = False
        self.transport.write(request)

    def leave(self) -> None:
        """Nobody waits for the rest any more."""
        self._receiver = None
        self._leave_the_beat()
        self.transport.abort()

    # ------------------------------------------------------------ the event loop

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self._receiver is None:
            self.transport.abort()  # nobody asked
            return
        if not self._headed:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._end(ConnectionFailed(type(error).__name__))
            return
        if not self._headed and self._head_bytes > HEAD_BYTES:
            self._end(ConnectionFailed("headers too large"))
        elif self._body and self._receiver is not None:
            self._hand_over()
            if self._streamed:
                self._pace(len(data))

    def _hand_over(self) -> None:
        # What one read brought goes on as one, however the server cut it into chunks.
        if self._body and self._receiver is not None:
            data = self._body[0] if len(self._body) == 1 else b"".join(self._body)
            self._body.clear()
            self._receiver.received(data)

    def _pace(self, size: int) -> None:
        """Rest until the next beat, where many others stream or text comes faster than a screen can show it."""
        before, self._read_at = self._read_at, self._loop.time()
        if size > UNPACED_BYTES or self._read_at - before < UNPACED_SECONDS:
            self._rest(UNPACED_SECONDS)
        elif self._beat.crowded:
            self._rest(SECONDS)

    def _rest(self, seconds: float) -> None:
        self._rests = True
        self.transport.pause_reading()
        self._beat.rest(self, seconds)

    def read_on(self) -> None:
        if self._rests:
            self._rests = False
            self.transport.resume_reading()

    def _leave_the_beat(self) -> None:
        self._beat.streams -= self._streamed
        if self._rests:
            self._beat.forget(self)
        self._streamed = self._rests = False

    def connection_lost(self, error: Exception | None) -> None:
        # A body without a length ends with the connection; any other one is cut.
        whole = error is None and self._headed and not self._sized
        self._reusable = False
        self._end(None if whole else ConnectionFailed(type(error).__name__ if error else "closed"))

    # ------------------------------------------------------------ httptools

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._headed:  # what follows the body says nothing that we want to know
            self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200:
            self._headers = {}  # "100 Continue" and the like: the answer is still to come
            return
        self._headed = True
        self._sized = "content-length" in self._headers or "transfer-encoding" in self._headers
        if self._receiver is not None:
            self._receiver.answered(status, self._headers)

    def on_body(self, data: bytes) -> None:
        self._body.append(data)

    def on_message_complete(self) -> None:
        if self._headed:
            self._reusable = self._parser.should_keep_alive()
            self._end(None)

    def _end(self, error: ConnectionFailed | None) -> None:
        self._hand_over()
        receiver, self._receiver = self._receiver, None
        if self._reusable:
            self.read_on()
        else:
            self.transport.close()
        self._leave_the_beat()
        if receiver is not None:
            receiver.ended(error)


class Answer:
    """A whole answer, as a Receiver of it."""

    def __init__(self, most: int) -> None:
        self.status = 0
        self.headers: Mapping[str, str] = {}
        self.body = bytearray()
        self._most = most
        self.whole: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def answered(self, status: int, headers: Mapping[str, str]) -> None:
        self.status, self.headers = status, headers

    def received(self, data: bytes) -> None:
        self.body += data
        if len(self.body) > self._most:
            self.ended(TooLarge(f"more than {self._most} bytes"))

    def ended(self, error: ConnectionFailed | None) -> None:
        if self.whole.done():
            return
        if error is None:
            self.whole.set_result(None)
        else:
            self.whole.set_exception(error)


class Server:
    """One address, and the connections to it that are kept for the next request. Belongs to one event loop."""

    def __init__(self, base_url: str, *, connect_seconds: float) -> None:
        url = urlsplit(base_url)
        self._host = url.hostname or ""
        self._port = url.port or (443 if url.scheme == "https" else 80)
        self._tls = ssl.create_default_context() if url.scheme == "https" else None
        self._netloc = url.netloc
        self._connect_seconds = connect_seconds
        self._idle: list[Connection] = []
        self.closed = False

    def request(self, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        lines = [f"POST {path} HTTP/1.1", f"Host: {self._netloc}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body

    async def post(self, path: str, headers: Mapping[str, str], body: bytes, *, most: int) -> Answer:
        """A whole answer of at most so many bytes. Raises ConnectionFailed, TooLarge."""
        connection, answer = await self.connection(), Answer(most)
        try:
            connection.ask(self.request(path, headers, body), answer, streamed=False)
            await answer.whole
        except BaseException:
            connection.leave()
            raise
        self.keep(connection)
        return answer

    def kept(self) -> Connection | None:
        """One that was used before, if there is any."""
        oldest = asyncio.get_running_loop().time() - IDLE_SECONDS
        while self._idle:
            kept = self._idle.pop()
            if kept.usable and kept.idle_since > oldest:
                return kept
            kept.leave()
        return None

    async def connection(self) -> Connection:
        """One that was used before, or a new one. Raises ConnectionFailed."""
        if kept := self.kept():
            return kept
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._connect_seconds):
                _, connection = await loop.create_connection(Connection, self._host, self._port, ssl=self._tls)
        except TimeoutError as error:
            raise ConnectionFailed("connect deadline") from error
        except OSError as error:
            raise ConnectionFailed(type(error).__name__) from error
        return connection

    def keep(self, connection: Connection) -> None:
        """For the next request, if it can be used again."""
        if self.closed or not connection.usable or len(self._idle) >= IDLE_CONNECTIONS:
            connection.leave()
            return
        connection.idle_since = asyncio.get_running_loop().time()
        self._idle.append(connection)

    def close(self) -> None:
        self.closed = True
        while self._idle:
            self._idle.pop().leave()
