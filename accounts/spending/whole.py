"""A model's answer as a whole, from a task: held against the caps, and in the ledger, like whatever else is asked."""

import asyncio
from dataclasses import replace

from accounts import scripts
from accounts.errors import ProductError
from accounts.spending.calls import Call
from accounts.spending.spend import asking
from inference.base import ChatRequest, ModelError, Refused
from inference.registry import aclose_all


def answered(call: Call, request: ChatRequest) -> str:
    """Raises ModelError, also where a cap stands before it."""
    return asyncio.run(_asked(call, request))


async def _asked(call: Call, request: ChatRequest) -> str:
    try:
        try:
            return await _said(call, request)
        except Refused as error:
            if error.status not in (400, 422):
                raise
            # A server that knows no schemas: the rules ask for JSON too.
            return await _said(replace(call), replace(request, schema=None))
    except ProductError as error:
        raise ModelError(code=error.code) from error
    finally:
        await aclose_all()
        await scripts.aclose()


async def _said(call: Call, request: ChatRequest) -> str:
    said: list[str] = []
    async with asking(call, request) as pieces:
        async for piece in pieces:
            said.append(piece)
    return "".join(said)
