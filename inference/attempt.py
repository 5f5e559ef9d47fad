"""One model asked for a reply: past its breaker, through its line, until it speaks; and two of them, side by side."""

import asyncio
from dataclasses import replace
from types import TracebackType
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog

from inference.base import ChatRequest, Declined, EmptyReply, ModelError, ModelUnavailable, Usage
from inference.breaker import Breaker, Passage
from inference.catalogue import Offer
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


class Attempt:
    """`begin` ends with the first word, or raises and has let go of everything. `reply` is there once it was asked."""

    def __init__(self, offer: Offer, request: ChatRequest, waiting: Tell | None = None) -> None:
        self.offer = offer
        self.request = replace(request, model=offer.served_as, abilities=offer.abilities)
        self.reply: StreamedReply | None = None
        self._waiting = waiting
        self._ticket: Ticket | None = None
        self._breaker: Breaker | None = None

    async def begin(self) -> None:
        gate = gate_of(self.offer.endpoint)
        passage, wait = await gate.breaker.passage()
        if passage is Passage.OPEN:
            raise ModelUnavailable("left alone for a while", retry_after=max(1.0, wait))
        try:
            await self._enter_line(gate.line)
            await self._ask(gate.breaker)
        except BaseException:
            await self._leave_line()
            if passage is Passage.PROBE:
                await gate.breaker.let_go()
            raise
        self._breaker = gate.breaker

    async def end(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Of one that spoke: `error` is how it went on."""
        if self.reply is not None:
            await self.reply.__aexit__(kind, error, trace)
        await self._leave_line()
        if self._breaker is not None:
            if isinstance(error, ModelError):
                await self._breaker.failed(error)
            else:
                await self._breaker.succeeded()

    async def _enter_line(self, line: Line) -> None:
        if self.offer.at_once is not None:
            deadlines, person = self.offer.provider.endpoint.deadlines, self.request.user or ""
            takes = deadlines.total + deadlines.connect
            self._ticket = await line.enter(person, self.offer.at_once, takes=takes, tell=self._waiting)

    async def _ask(self, breaker: Breaker) -> None:
        self.reply = self.offer.provider.stream(self.request)
        try:
            await self.reply.__aenter__()
        except ModelError as error:
            await breaker.failed(error)
            raise
        if self.reply.is_empty:
            await self.reply.__aexit__(None, None, None)
            raise EmptyReply

    async def _leave_line(self) -> None:
        ticket, self._ticket = self._ticket, None
        if ticket is not None:
            await ticket.leave()


class Race:
    """Two that are asked for the same, the second one when the first has said nothing for a while.

    Whoever speaks first has won; the other is let go, and what it used is in `lost`. Where one fails, the other one
    goes on alone. A refusal by safety rules ends it for both.
    """

    def __init__(self, first: Attempt, second: Attempt) -> None:
        self._attempts = (first, second)
        self.lost: list[tuple[str, Usage]] = []

    async def run(self, after: float) -> Attempt:
        """`after` so many seconds. Raises what the first one had to say."""
        first, second = self._attempts
        tasks = {asyncio.create_task(first.begin()): first}
        try:
            ended, _ = await asyncio.wait(tasks, timeout=after)
            if not ended or any(isinstance(task.exception(), ModelError) for task in ended):
                log.info("model_hedged", model=first.offer.name, by=second.offer.name, failed=bool(ended))
                tasks[asyncio.create_task(second.begin())] = second
            winner = await self._first_to_speak(tasks)
        except BaseException:
            await self._let_go(tasks, but=None)
            raise
        await self._let_go(tasks, but=winner)
        return winner

    async def _first_to_speak(self, tasks: dict["asyncio.Task[None]", Attempt]) -> Attempt:
        pending = set(tasks)
        while pending:
            _, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            ended = [task for task in tasks if task.done()]
            for task in ended:
                if task.exception() is None:
                    return tasks[task]
            for task in ended:
                if isinstance(error := task.exception(), Declined):
                    raise error
        failure = next(iter(tasks)).exception()
        assert failure is not None
        raise failure

    async def _let_go(self, tasks: dict["asyncio.Task[None]", Attempt], *, but: Attempt | None) -> None:
        """Nobody is left behind, also when whoever waits for this is cancelled once more."""
        for task in tasks:
            task.cancel()
        await asyncio.shield(
            asyncio.gather(*(self._lose(task, each) for task, each in tasks.items() if each is not but))
        )

    async def _lose(self, task: "asyncio.Task[None]", attempt: Attempt) -> None:
        await asyncio.wait([task])
        spoke = not task.cancelled() and task.exception() is None
        if spoke:
            await attempt.end(None, None, None)
        # One that failed has cost nothing; one that was let go has read the question.
        if attempt.reply is not None and (spoke or task.cancelled()):
            self.lost.append((attempt.offer.name, attempt.reply.usage))
