"""Reading one streamed reply: bytes in, text out, three deadlines, and a clear end.

The `openai` client's own streaming costs five to ten times as much a chunk, takes a clean end for a whole
reply, and waits for ever behind keep-alive comments; docs/adr/0007-reading-the-stream.md has the figures.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

import aiohttp

from inference import tokens
from inference.base import BrokenStream, ChatRequest, ModelError, TooSlow, Truncated, Unreachable, Usage
from inference.parser import Bounds, ReplyParser
from inference.refusals import error_for

# A reply with a finish reason is whole; usage and the end mark may follow, but are not worth a long wait.
TAIL_SECONDS = 1.0
ERROR_BYTES = 65_536
# How soon to look again at a stream that nobody reads just now.
IDLE_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds. First token and total count from the moment the reply was asked for, retries included."""

    first: float = 30
    between: float = 20
    total: float = 180
    connect: float = 5


class OpenReply:
    """One attempt at one reply. `open`, iterate, and `close` whatever happened."""

    def __init__(
        self,
        request: ChatRequest,
        *,
        due: float,
        end: float,
        between: float,
        bounds: Bounds,
        done_is_enough: bool,
    ) -> None:
        self._request = request
        self._parser = ReplyParser(bounds)
        self._loop = asyncio.get_running_loop()
        self._due, self._end, self._between = min(due, end), end, between
        self._done_is_enough = done_is_enough
        self._answer: aiohttp.ClientResponse | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._late = self._alive = self._over = self._waiting = False

    @property
    def finish(self) -> str | None:
        return self._parser.finish

    @property
    def usage(self) -> Usage:
        """As reported; counted by us when the provider said nothing or was stopped midway."""
        if self._parser.usage:
            return self._parser.usage
        return Usage(
            prompt=tokens.estimate_lines(self._request.lines),
            completion=tokens.estimate("".join(self._parser.pieces)),
            estimated=True,
        )

    async def open(
        self,
        session: aiohttp.ClientSession,
        url: str,
        headers: dict[str, str],
        body: bytes,
        timeout: aiohttp.ClientTimeout,
    ) -> None:
        try:
            async with asyncio.timeout_at(self._due):
                answer = await session.post(url, data=body, headers=headers, allow_redirects=False, timeout=timeout)
                self._answer = answer
                if answer.status != 200:
                    raise error_for(answer.status, answer.headers, await answer.content.read(ERROR_BYTES))
        except TimeoutError as error:
            # aiohttp's own connect deadline is a TimeoutError as well, and means a dead address.
            if self._loop.time() < self._due:
                raise Unreachable("connect deadline") from error
            raise TooSlow(self._which()) from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unreachable(type(error).__name__) from error
        kind = answer.content_type
        if (
            kind in ("text/html", "application/json")
            or answer.headers.get("content-encoding", "identity") != "identity"
        ):
            raise BrokenStream(f"not an event stream but {kind}", code="not_a_stream", retryable=False)
        self._watch()

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        parser = self._parser
        while True:
            if parser.error:
                raise parser.error
            if parser.done or self._over:
                self._settle()
                raise StopAsyncIteration
            if parser.life:
                # Counted from here, so that a consumer that took its time is not blamed on the model.
                parser.life, self._alive = False, True
                self._due = min(self._loop.time() + self._between, self._end)
            text = await self._read()
            if parser.finish:
                self._hurry()
            if text:
                return text

    async def _read(self) -> str:
        assert self._answer is not None
        self._waiting = True
        try:
            data = await self._answer.content.readany()
        except (aiohttp.ClientError, OSError) as error:
            if not self._parser.finish:
                raise self._failure(error) from error
            data = b""
        finally:
            self._waiting = False
        if data:
            return self._parser.feed(data)
        # A body without a length ends as cleanly when our own deadline closed it.
        if self._late and not self._parser.finish:
            raise TooSlow(self._which())
        self._over = True
        return self._parser.close()

    def _failure(self, error: Exception) -> ModelError:
        if self._late:
            return TooSlow(self._which())
        return Unreachable(type(error).__name__, code="connection_lost")

    def _settle(self) -> None:
        """The end of the body is only an end if the model said so."""
        if self._parser.finish:
            return
        if not (self._parser.done and self._done_is_enough):
            raise Truncated
        self._parser.finish = "stop"

    def _which(self) -> Literal["first_token", "between_tokens", "total"]:
        if self._due >= self._end:
            return "total"
        return "between_tokens" if self._alive else "first_token"

    def _watch(self) -> None:
        # One lazy timer a stream: it looks again at the moving deadline, nobody resets it per token.
        now = self._loop.time()
        if now < self._due or not self._waiting:
            self._timer = self._loop.call_at(max(self._due, now + IDLE_LOOK_SECONDS), self._watch)
            return
        self._late = True
        if self._answer is not None:
            self._answer.close()

    def _hurry(self) -> None:
        due = self._loop.time() + TAIL_SECONDS
        if self._timer is not None and due < self._due:
            self._timer.cancel()
            self._due = due
            self._timer = self._loop.call_at(due, self._watch)

    async def close(self) -> None:
        """Free the connection at once; one that only lacks its end mark is read out and used again."""
        if self._timer is not None:
            self._timer.cancel()
        if (answer := self._answer) is None:
            return
        if self._parser.done and not self._parser.error and not answer.closed:
            if answer.content.at_eof():
                answer.release()
            else:
                task = asyncio.ensure_future(_read_out(answer))
                _draining.add(task)
                task.add_done_callback(_draining.discard)
            return
        answer.close()


_draining: set[asyncio.Future[None]] = set()


async def _read_out(answer: aiohttp.ClientResponse) -> None:
    try:
        async with asyncio.timeout(TAIL_SECONDS):
            while await answer.content.readany():
                pass
        answer.release()
    except (aiohttp.ClientError, OSError):
        pass
    finally:
        answer.close()
