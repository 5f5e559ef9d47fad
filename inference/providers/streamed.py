"""A streamed reply with its retries: what `async with model.stream(request)` enters and leaves."""

import asyncio
from collections.abc import Callable
from types import TracebackType

from inference import metrics, tokens
from inference.base import ChatRequest, ModelError, TooSlow, Usage
from inference.parser import Bounds, ReplyParser
from inference.providers.lanes import Lane
from inference.streams import OpenReply
from inference.tracing import NOBODYS, Span, span


class StreamedReply:
    """A ReplyStream and its own context: retries until the first text, then reads one attempt to its end."""

    def __init__(
        self,
        lane: Lane,
        request: ChatRequest,
        parser: Callable[[Bounds], ReplyParser],
        *,
        path: str,
        headers: dict[str, str],
        body: bytes,
    ) -> None:
        self._lane, self._request, self._parser = lane, request, parser
        self._path, self._headers, self._body = path, headers, body
        self._holds_slot = False
        self._reply: OpenReply | None = None
        self._first: str | None = None
        self._span: Span = NOBODYS

    @property
    def finish(self) -> str | None:
        return self._reply.finish if self._reply else None

    @property
    def usage(self) -> Usage:
        if self._reply is not None:
            return self._reply.usage
        return Usage(prompt=tokens.estimate_lines(self._request.lines), completion=0, estimated=True)

    @property
    def served_by(self) -> str:
        return self._request.model

    @property
    def lost(self) -> tuple[tuple[str, Usage], ...]:
        return ()

    @property
    def is_empty(self) -> bool:
        """Known once it has begun, and until its first word was taken: it ended without one."""
        return self._first is None

    async def __aenter__(self) -> "StreamedReply":
        deadlines = self._lane.endpoint.deadlines
        began = asyncio.get_running_loop().time()
        due, end = began + deadlines.first, began + deadlines.total
        self._span = span("model", model=self._request.model, lines=len(self._request.lines), bytes=len(self._body))
        try:
            await self._take_slot(due)
            await self._begin(due=due, end=end)
        except BaseException as error:
            await self._leave()
            self._ended(error)
            raise
        metrics.first_word_came(self._request.model, asyncio.get_running_loop().time() - began)
        return self

    async def _take_slot(self, due: float) -> None:
        slots = self._lane.slots
        if not slots.locked():
            self._holds_slot = await slots.acquire()  # at once: no deadline to be set and taken back
            return
        try:
            async with asyncio.timeout_at(due):
                self._holds_slot = await slots.acquire()
        except TimeoutError as error:
            raise TooSlow("first_token") from error

    async def _begin(self, *, due: float, end: float) -> None:
        loop, lane = asyncio.get_running_loop(), self._lane
        endpoint, tried, waited = lane.endpoint, 0, 0.0
        lane.budget.earn()
        while True:
            tried += 1
            self._reply = OpenReply(
                self._request,
                self._parser(endpoint.bounds),
                due=due,
                end=end,
                between=endpoint.deadlines.between,
                done_is_enough=endpoint.done_is_enough,
            )
            try:
                await self._reply.open(lane.server, self._path, self._headers, self._body)
                self._first = await anext(self._reply, None)
                return
            except ModelError as error:
                pause = endpoint.retries.pause(error, tried=tried, waited=waited, left=due - loop.time())
                if pause is None or not lane.budget.spend():
                    raise
            self._reply.close()
            waited += pause
            await asyncio.sleep(pause)

    async def hear(self, say: Callable[[str], None]) -> None:
        assert self._reply is not None
        if self._first is not None:
            first, self._first = self._first, None
            say(first)
        await self._reply.hear(say)

    def __aiter__(self) -> "StreamedReply":
        return self

    async def __anext__(self) -> str:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        assert self._reply is not None
        return await self._reply.__anext__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._leave()
        self._ended(error)

    def _ended(self, error: BaseException | None) -> None:
        """What breaks out of the middle of a reply and is no failure of the model's has stopped it."""
        outcome = error.code if isinstance(error, ModelError) else "stopped" if error is not None else "answered"
        metrics.model_answered(self._request.model, outcome)
        if isinstance(error, ModelError):
            self._span.failed(outcome)
        if self._span is not NOBODYS:  # nobody counts tokens for nobody
            usage = self.usage
            self._span.note(outcome=outcome, prompt_tokens=usage.prompt, completion_tokens=usage.completion)
        self._span.end()

    async def _leave(self) -> None:
        if self._reply is not None:
            self._reply.close()
        if self._holds_slot:
            self._holds_slot = False
            self._lane.slots.release()
