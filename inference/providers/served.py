"""What every provider does alike: connections by event loop, streams with retries, whole answers read from a stream."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from inference import metrics, tracing, wire
from inference.address import checked_base
from inference.base import ChatRequest, Completion, ModelError, TooSlow
from inference.parser import ReplyParser
from inference.providers.lanes import Endpoint, Lane
from inference.providers.streamed import StreamedReply

T = TypeVar("T")


class Served(ABC):
    """A ChatModel behind one address. A vendor says where to ask, with which headers, what, and how to read it."""

    parser: ClassVar[type[ReplyParser]]

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.root = urlsplit(checked_base(endpoint.base_url)).path
        self.headers = {
            "Content-Type": "application/json",
            "Accept": "text/event-stream",
            # A compressed stream would come in blocks, not in tokens.
            "Accept-Encoding": "identity",
        }
        self._lanes: WeakKeyDictionary[asyncio.AbstractEventLoop, Lane] = WeakKeyDictionary()

    @abstractmethod
    def path(self, request: ChatRequest) -> str: ...

    @abstractmethod
    def body(self, request: ChatRequest) -> dict[str, Any]:
        """What is asked, as a stream. What was not asked for is left out: strict servers refuse nulls."""

    def stream(self, request: ChatRequest) -> StreamedReply:
        """Entering waits for the first text: until then failures are repeated, afterwards nothing is."""
        return StreamedReply(
            self._lane(),
            request,
            self.parser,
            path=self.path(request),
            headers=self.headers,
            body=wire.encode(self.body(request)),
        )

    async def complete(self, request: ChatRequest) -> Completion:
        async with self.stream(request) as reply:
            text = "".join([piece async for piece in reply])
        return Completion(text, reply.finish, reply.usage)

    def _lane(self) -> Lane:
        loop = asyncio.get_running_loop()
        lane = self._lanes.get(loop)
        if lane is None or lane.server.closed:
            lane = self._lanes[loop] = Lane(self.endpoint)
        return lane

    def retire(self) -> None:
        """From any thread: connections that nobody uses are closed, the others when their replies have ended."""
        for loop, lane in list(self._lanes.items()):
            if not loop.is_closed():
                loop.call_soon_threadsafe(lane.server.close)

    async def aclose(self) -> None:
        """Close what the running loop has open; the next request opens anew."""
        lane = self._lanes.pop(asyncio.get_running_loop(), None)
        if lane is not None:
            await lane.aclose()

    async def _repeated(self, attempt: Callable[[Lane], Awaitable[T]], model: str) -> T:
        """Repeated within the budget, never longer than the total deadline."""
        with tracing.span("model", model=model):
            try:
                answer = await self._within_budget(attempt)
            except ModelError as error:
                metrics.model_answered(model, error.code)
                raise
        metrics.model_answered(model, "answered")
        return answer

    async def _within_budget(self, attempt: Callable[[Lane], Awaitable[T]]) -> T:
        lane, loop = self._lane(), asyncio.get_running_loop()
        end, tried, waited = loop.time() + self.endpoint.deadlines.total, 0, 0.0
        lane.budget.earn()
        try:
            async with asyncio.timeout_at(end), lane.slots:
                while True:
                    tried += 1
                    try:
                        return await attempt(lane)
                    except ModelError as error:
                        pause = self.endpoint.retries.pause(error, tried=tried, waited=waited, left=end - loop.time())
                        if pause is None or not lane.budget.spend():
                            raise
                        waited += pause
                        await asyncio.sleep(pause)
        except TimeoutError as error:
            raise TooSlow("total") from error
