"""A model is asked for JSON, from a task: held against the caps, and in the ledger, like whatever else is asked."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from django.conf import settings

from accounts import scripts
from accounts.errors import ProductError
from accounts.models import Operation, User
from accounts.spending.calls import Call
from accounts.spending.spend import asking
from inference import live
from inference.base import ChatRequest, Line, ModelError, Refused
from inference.prompts import Compiled
from inference.registry import aclose_all, model_for, served_as

log = structlog.get_logger(__name__)

MAX_TOKENS = 1_600
TEMPERATURE = 0.2


def has_model() -> bool:
    return bool(settings.MEMORY_MODEL)


def template_of(name: str, *, language: str, plan: str, model: str = "") -> Compiled:
    return live.template(name, language=language, model=served_as(model or settings.MEMORY_MODEL, plan))


def ask(
    template: Compiled,
    values: Mapping[str, Any],
    *,
    schema: dict[str, Any],
    player: User,
    character: Any,
    model: str = "",
) -> str:
    """What it answers, or what `model` does. Raises ModelError, also where a cap stands before it."""
    plan = player.plan_id or ""
    checked = template.checked(dict(values))
    blocks = (*template.prefix, *template.tail)
    request = ChatRequest(
        model=model_for(model or settings.MEMORY_MODEL, plan),
        lines=tuple(Line(block.role, text) for block in blocks if (text := block.render(checked))),
        temperature=TEMPERATURE,
        max_tokens=MAX_TOKENS,
        schema=schema,
        plan=plan,
    )
    return asyncio.run(_asked(Call.by(player, Operation.MEMORY, character), request))


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
