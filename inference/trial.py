"""Asking a model of the catalogue one line, to see whether it answers."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

from inference.base import ChatRequest, Line, ModelError, Usage
from inference.catalogue import abilities_of, address_of
from inference.providers.kinds import UnknownKind, class_of
from inference.providers.retries import Retries

LONGEST = 30.0  # seconds that somebody in the admin waits
MOST_TOKENS = 200
LINES = (Line("system", "Answer in one short sentence."), Line("user", "Good evening. Are you there?"))


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it: seconds to the first word and to the end, and usage; or an error by its cause."""

    first: float = 0.0
    whole: float = 0.0
    usage: Usage | None = None
    error: ModelError | None = None


async def try_out(row: Any) -> Trial:
    """Ask this row's model, past line and breaker, once."""
    address = address_of(row.endpoint)
    deadlines = replace(address.deadlines, total=min(LONGEST, address.deadlines.total))
    try:
        kind = class_of(row.endpoint.kind)
    except UnknownKind as error:
        return Trial(error=ModelError(str(error)))
    provider = kind(replace(address, deadlines=deadlines, retries=Retries(times=0)))
    request = ChatRequest(row.model_name, LINES, max_tokens=MOST_TOKENS, abilities=abilities_of(row))
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        async with provider.stream(request) as reply:
            first = loop.time() - began
            await reply.hear(lambda _: None)
        return Trial(first, loop.time() - began, reply.usage)
    except ModelError as error:
        return Trial(whole=loop.time() - began, error=error)
    finally:
        await provider.aclose()
