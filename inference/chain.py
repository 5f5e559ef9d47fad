"""Who answers instead: one model after the other until one of them speaks. After its first word nobody steps in."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from types import TracebackType
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog

from inference import tokens
from inference.base import ChatRequest, Completion, Declined, ModelError, ModelUnavailable, Refused, Usage
from inference.breaker import Breaker, Passage
from inference.catalogue import Catalogue, Offer
from inference.line import Line, Tell, Ticket
from inference.providers.streamed import StreamedReply

log = structlog.get_logger(__name__)

_gates: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[UUID, "Gate"]] = WeakKeyDictionary()


class Gate:
    """What stands before one endpoint, in one event loop."""

    def __init__(self, endpoint: UUID) -> None:
        self.breaker, self.line = Breaker(endpoint.hex), Line(endpoint.hex)


def gate_of(endpoint: UUID) -> Gate:
    gates = _gates.setdefault(asyncio.get_running_loop(), {})
    found = gates.get(endpoint)
    if found is None:
        found = gates[endpoint] = Gate(endpoint)
    return found


class Chain:
    """A ChatModel: whoever the catalogue has for the request's model and plan, and who steps in for them.

    `waiting` hears the place in line, where there is one.
    """

    def __init__(self, catalogue: Catalogue, waiting: Tell | None = None) -> None:
        self._catalogue, self._waiting = catalogue, waiting

    def stream(self, request: ChatRequest) -> AbstractAsyncContextManager["ChainedReply"]:
        return ChainedReply(tuple(self._catalogue.chain(request.model, request.plan)), request, self._waiting)

    async def complete(self, request: ChatRequest) -> Completion:
        async with self.stream(request) as reply:
            text = "".join([piece async for piece in reply])
        return Completion(text, reply.finish, reply.usage)


class ChainedReply:
    """A ReplyStream and its own context. `served_by` is the public name of whoever speaks."""

    def __init__(self, offers: tuple[Offer, ...], request: ChatRequest, waiting: Tell | None) -> None:
        self._offers, self._request, self._waiting = offers, request, waiting
        self._reply: StreamedReply | None = None
        self._ticket: Ticket | None = None
        self._breaker: Breaker | None = None
        self.served_by = ""

    @property
    def finish(self) -> str | None:
        return self._reply.finish if self._reply else None

    @property
    def usage(self) -> Usage:
        if self._reply is not None:
            return self._reply.usage
        return tokens.settled(self._request, "", whole=None)

    async def __aenter__(self) -> "ChainedReply":
        if not self._offers:
            raise Refused("no model for this plan", code="model_not_offered")
        failure: ModelError | None = None
        for offer in self._offers:
            try:
                await self._begin(offer)
            except ModelError as error:
                if isinstance(error, Declined):
                    raise
                log.warning("model_passed_over", model=offer.name, code=error.code)
                # What the first choice had to say is what the player is told.
                failure = failure or error
            else:
                return self
        assert failure is not None
        raise failure

    async def _begin(self, offer: Offer) -> None:
        gate = gate_of(offer.endpoint)
        passage, wait = await gate.breaker.passage()
        if passage is Passage.OPEN:
            raise ModelUnavailable("left alone for a while", retry_after=max(1.0, wait))
        try:
            await self._enter_line(gate.line, offer)
            await self._ask(offer, gate.breaker)
        except BaseException:
            await self._leave_line()
            if passage is Passage.PROBE:
                await gate.breaker.let_go()
            raise
        self._breaker, self.served_by = gate.breaker, offer.name

    async def _enter_line(self, line: Line, offer: Offer) -> None:
        if offer.at_once is not None:
            deadlines, person = offer.provider.endpoint.deadlines, self._request.user or ""
            takes = deadlines.total + deadlines.connect
            self._ticket = await line.enter(person, offer.at_once, takes=takes, tell=self._waiting)

    async def _ask(self, offer: Offer, breaker: Breaker) -> None:
        request = replace(self._request, model=offer.served_as, abilities=offer.abilities)
        try:
            self._reply = await offer.provider.stream(request).__aenter__()
        except ModelError as error:
            await breaker.failed(error)
            raise

    async def hear(self, say: Callable[[str], None]) -> None:
        assert self._reply is not None
        await self._reply.hear(say)

    def __aiter__(self) -> "ChainedReply":
        return self

    async def __anext__(self) -> str:
        assert self._reply is not None
        return await self._reply.__anext__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Any:
        if self._reply is not None:
            await self._reply.__aexit__(kind, error, trace)
        await self._leave_line()
        if self._breaker is not None:
            if isinstance(error, ModelError):
                await self._breaker.failed(error)
            else:
                await self._breaker.succeeded()

    async def _leave_line(self) -> None:
        ticket, self._ticket = self._ticket, None
        if ticket is not None:
            await ticket.leave()
