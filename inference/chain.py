"""Who answers instead: one model after the other until one of them speaks. After its first word nobody steps in."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any

import structlog

from inference import tokens
from inference.attempt import Attempt, Race
from inference.base import ChatRequest, Completion, Declined, ModelError, Refused, Usage
from inference.catalogue import Catalogue, Offer
from inference.line import Tell

log = structlog.get_logger(__name__)


class Chain:
    """A ChatModel: whoever the catalogue has for the request's model and plan, and who steps in for them.

    `waiting` hears the place in line, where there is one.
    """

    def __init__(self, catalogue: Catalogue, waiting: Tell | None = None) -> None:
        self._catalogue, self._waiting = catalogue, waiting

    def stream(self, request: ChatRequest) -> AbstractAsyncContextManager["ChainedReply"]:
        return ChainedReply(
            tuple(self._catalogue.chain(request.model, request.plan, request.then)), request, self._waiting
        )

    async def complete(self, request: ChatRequest) -> Completion:
        async with self.stream(request) as reply:
            text = "".join([piece async for piece in reply])
        return Completion(text, reply.finish, reply.usage)


class ChainedReply:
    """A ReplyStream and its own context. `served_by` is the public name of whoever speaks; `lost` are those who were
    asked beside it, and what that took."""

    def __init__(self, offers: tuple[Offer, ...], request: ChatRequest, waiting: Tell | None) -> None:
        self._offers, self._request, self._waiting = offers, request, waiting
        self._speaks: Attempt | None = None
        self.lost: list[tuple[str, Usage]] = []

    @property
    def served_by(self) -> str:
        return self._speaks.offer.name if self._speaks else ""

    @property
    def finish(self) -> str | None:
        return self._speaks.reply.finish if self._speaks and self._speaks.reply else None

    @property
    def usage(self) -> Usage:
        if self._speaks is not None and self._speaks.reply is not None:
            return self._speaks.reply.usage
        return tokens.settled(self._request, "", whole=None)

    async def __aenter__(self) -> "ChainedReply":
        if not self._offers:
            raise Refused("no model for this plan", code="model_not_offered")
        left, failure = list(self._offers), None
        while left:
            offer = left.pop(0)
            try:
                self._speaks = await self._begin(offer, left)
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

    async def _begin(self, offer: Offer, left: list[Offer]) -> Attempt:
        """The one that speaks. Takes the next from `left` where two are asked."""
        attempt = Attempt(offer, self._request, self._waiting)
        if not (offer.hedge_after and left and self._request.hedged):
            await attempt.begin()
            return attempt
        race = Race(attempt, Attempt(left.pop(0), self._request))
        try:
            return await race.run(offer.hedge_after)
        finally:
            self.lost += race.lost

    async def hear(self, say: Callable[[str], None]) -> None:
        assert self._speaks is not None
        assert self._speaks.reply is not None
        await self._speaks.reply.hear(say)

    def __aiter__(self) -> "ChainedReply":
        return self

    async def __anext__(self) -> str:
        assert self._speaks is not None
        assert self._speaks.reply is not None
        return await self._speaks.reply.__anext__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Any:
        if self._speaks is not None:
            await self._speaks.end(kind, error, trace)
