"""A model is asked for JSON, from a task."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from accounts.models import Operation, User
from accounts.spending.calls import Call
from accounts.spending.whole import answered
from inference import live
from inference.base import ChatRequest, Line
from inference.prompts import Compiled
from inference.registry import model_for, served_as

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
    return answered(Call.by(player, Operation.MEMORY, character), request)
