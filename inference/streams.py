"""Reading one streamed reply: bytes in, text out, three deadlines, and a clear end.

The `openai` client's own streaming costs five to ten times as much a chunk, takes a clean end for a whole
reply, and waits for ever behind keep-alive comments; docs/adr/0007-reading-the-stream.md has the figures.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from inference import tokens
from inference.base import BrokenStream, ChatRequest, Declined, TooSlow, Truncated, Unreachable, Usage
from inference.http import Connection, ConnectionFailed, Server
from inference.parser import DECLINED, ReplyParser
from inference.refusals import error_for

# A reply with a finish reason is whole; usage and the end mark may follow, but are not worth a long wait.
TAIL_SECONDS = 1.0
ERROR_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds. First token and total count from the moment the reply was asked for, retries included."""

    first: float = 30
    between: float = 20
    total: float = 180
    connect: float = 5


class OpenReply:
    """One attempt at one reply. `open`, then `hear` or iterate, and `close` whatever happened.

    It receives what the connection hands over (`answered`, `received`, `ended`) and passes the text on at once, or
    keeps it until somebody asks.
    """

    def __init__(
        self,
        request: ChatRequest,
        parser: ReplyParser,
        *,
        due: float,
        end: float,
        between: float,
        done_is_enough: bool,
    ) -> None:
        self._request, self._parser = request, parser
        self._loop = asyncio.get_running_loop()
        self._due, self._end, self._between = min(due, end), end, between
        self._done_is_enough = done_is_enough
        self._connection: Connection | None = None
        self._server: Server | None = None
        self._status = 0
        self._headers: Mapping[str, str] = {}
        self._refusal = b""
        self._said: list[str] = []  # text that nobody has been given yet
        self._say: Callable[[str], None] | None = None
        self._failure: Exception | None = None
        self._lost: ConnectionFailed | None = None
        self._late = self._alive = self._over = self._ended = self._closed = False
        self._timer: asyncio.TimerHandle | None = None
        self._waiter: asyncio.Future[None] | None = None

    @property
    def finish(self) -> str | None:
        return self._parser.finish

    @property
    def usage(self) -> Usage:
        """As reported; counted by us when the provider said nothing or nothing believable, or was stopped midway."""
        return tokens.settled(
            self._request, "".join(self._parser.pieces), whole=self._parser.usage, begun=self._parser.begun
        )

    # ------------------------------------------------------------ asking

    async def open(self, server: Server, path: str, headers: Mapping[str, str], body: bytes) -> None:
        """Ask, and wait until the server agrees to answer."""
        self._server = server
        self._watch()
        self._connection = server.kept() or await self._connected(server)
        self._connection.ask(server.request(path, headers, body), self)
        while not self._status and not self._over:
            await self._news()
        await self._agreed()

    async def _connected(self, server: Server) -> Connection:
        try:
            async with asyncio.timeout_at(self._due):
                return await server.connection()
        except TimeoutError as error:
            raise TooSlow(self._which()) from error
        except ConnectionFailed as error:
            raise Unreachable(str(error)) from error

    async def _agreed(self) -> None:
        if not self._status:
            raise TooSlow(self._which()) if self._late else Unreachable(str(self._lost))
        if self._status != 200:
            while not self._over and len(self._refusal) < ERROR_BYTES:
                await self._news()
            raise error_for(self._status, self._headers, self._refusal[:ERROR_BYTES])
        kind = self._headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind in ("text/html", "application/json") or self._headers.get("content-encoding", "identity") != "identity":
            raise BrokenStream(f"not an event stream but {kind}", code="not_a_stream", retryable=False)

    # ------------------------------------------------------------ what the connection hands over

    def answered(self, status: int, headers: Mapping[str, str]) -> None:
        self._status, self._headers = status, headers
        self._wake()

    def received(self, data: bytes) -> None:
        if self._status != 200:
            self._refusal += data[: ERROR_BYTES - len(self._refusal)]
            if len(self._refusal) >= ERROR_BYTES:
                self._wake()
            return
        parser = self._parser
        if self._over or parser.done:
            return
        text = parser.feed(data)
        if parser.life:
            self._alive = True
            self._due = min(self._loop.time() + self._between, self._end)
            if self._timer is not None and self._due < self._timer.when():
                # The first token moves the deadline from the one before it to the one between tokens.
                self._timer.cancel()
                self._timer = self._loop.call_at(self._due, self._watch)
        if text:
            self._deliver(text)
        if parser.done or parser.error:
            self._finish()
        elif parser.finish:
            self._hurry()

    def ended(self, error: ConnectionFailed | None) -> None:
        self._lost, self._ended = error, True
        if not self._over:
            if self._status == 200 and (text := self._parser.close()):
                self._deliver(text)
            self._finish()
        elif self._closed:
            self._free()

    def _deliver(self, text: str) -> None:
        if self._say is None:
            self._said.append(text)
            self._wake()
            return
        try:
            self._say(text)
        except Exception as failure:
            self._failure = failure
            self._finish()

    def _finish(self) -> None:
        self._over = True
        self._wake()

    # ------------------------------------------------------------ who listens

    async def hear(self, say: Callable[[str], None]) -> None:
        """Have `say` called with all text, as it arrives and without a task between; raises as iteration does."""
        if self._said:
            say(self._taken())
        self._say = say
        while not self._over:
            await self._news()
        if self._failure is not None:
            raise self._failure
        self._settle()

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        while not self._said:
            if self._over:
                self._settle()
                raise StopAsyncIteration
            await self._news()
        return self._taken()

    def _taken(self) -> str:
        text = "".join(self._said)
        self._said.clear()
        return text

    async def _news(self) -> None:
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _settle(self) -> None:
        """The end of the body is only an end if the model said so."""
        if self._parser.error:
            raise self._parser.error
        if self._parser.finish:
            if self._parser.finish == DECLINED:
                raise Declined
            return
        # A body without a length ends as cleanly when our own deadline closed it.
        if self._late:
            raise TooSlow(self._which())
        if self._lost is not None and not self._parser.done:
            raise Unreachable(str(self._lost), code="connection_lost")
        if not (self._parser.done and self._done_is_enough):
            raise Truncated
        self._parser.finish = "stop"

    # ------------------------------------------------------------ time

    def _which(self) -> Literal["first_token", "between_tokens", "total"]:
        if self._due >= self._end:
            return "total"
        return "between_tokens" if self._alive else "first_token"

    def _watch(self) -> None:
        # One lazy timer a stream: it looks again at the moving deadline, nobody resets it per token.
        if self._over:
            return
        if self._loop.time() < self._due:
            self._timer = self._loop.call_at(self._due, self._watch)
            return
        self._late = True
        self._finish()

    def _hurry(self) -> None:
        due = self._loop.time() + TAIL_SECONDS
        if self._timer is not None and due < self._due:
            self._timer.cancel()
            self._due = due
            self._timer = self._loop.call_at(due, self._watch)

    def close(self) -> None:
        """Free the connection at once; one that only lacks its end mark is read out and used again."""
        self._say, self._over, self._closed = None, True, True
        if self._timer is not None:
            self._timer.cancel()
        if not self._ended and self._parser.done and not self._parser.error:
            self._timer = self._loop.call_later(TAIL_SECONDS, self._free)
        else:
            self._free()

    def _free(self) -> None:
        """Let go of the connection, once: for the next request when this answer has ended."""
        connection, self._connection = self._connection, None
        if connection is not None and self._server is not None:
            if self._ended:
                self._server.keep(connection)
            else:
                connection.leave()
