"""Steps two to five: gather, build the prompt, stream, settle. Whatever was said is kept, also when it breaks off."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.utils.timezone import now

from accounts.errors import ProductError, Unavailable
from chat import protocol
from chat.database import LOST
from chat.live.node import node
from chat.live.stream import OwnedTurn
from chat.prompts import Prompt, PromptContext, build_prompt
from chat.services.turns import errors
from chat.services.turns.gather import gather, pseudonym
from chat.services.turns.order import Order
from chat.services.turns.outcome import announce_stored
from chat.services.turns.settle import Reply, settle
from inference.base import ChatRequest, ModelError, Usage
from inference.registry import chat_model

log = structlog.get_logger(__name__)


def begin(order: Order) -> asyncio.Task[Any]:
    """Start answering. The task belongs to the node: no socket's end ends it, `stop` does."""
    here = node()
    live = order.live
    here.begin(live)
    live.task = here.spawn(_answer(order), f"turn {live.turn_id}")
    return live.task


class Answer:
    """What is known of a reply while it is made."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.status: protocol.Outcome = "failed"
        self.error: ProductError | None = None
        self.code = ""
        self.model = ""
        self.manifest: dict[str, Any] = {}
        self.usage: Usage | None = None
        self.first_token_at: datetime | None = None


async def _answer(order: Order) -> None:
    answer, live = Answer(order), order.live
    live.started = True
    try:
        if live.stopped_by is not None:
            raise asyncio.CancelledError
        await _say(answer)
        answer.status = "complete"
    except asyncio.CancelledError:
        answer.status = "stopped" if live.stopped_by is not None else "interrupted"
    except ModelError as error:
        answer.code, answer.error = error.code, errors.public(error, said=live.seq > 0)
        answer.status = "interrupted" if live.seq else "failed"
        log.warning("model_failed", turn=str(live.turn_id), code=error.code, said=live.seq)
    except LOST as error:
        answer.code, answer.error = "database_away", Unavailable()
        answer.status = "interrupted" if live.seq else "failed"
        log.warning("turn_lost_database", turn=str(live.turn_id), error=type(error).__name__)
    except Exception:
        answer.code, answer.error = "internal", errors.Internal()
        answer.status = "interrupted" if live.seq else "failed"
        log.exception("turn_failed", turn=str(live.turn_id))
    live.settling = True
    await _finish(answer)


async def _say(answer: Answer) -> None:
    order, live = answer.order, answer.order.live
    live.enter("searching_memory")
    context = await gather(
        conversation_id=live.conversation_id,
        version_id=order.version_id,
        leaf=order.leaf,
        persona=order.persona,
        kind=live.kind,
        hint=order.hint,
        begun=order.begun,
        behind=order.behind,
        note=order.note,
        books=order.books,
        knows=order.knows,
    )
    prompt = build_prompt(context)
    live.enter("thinking")
    request = request_for(prompt, context, order.user_id)
    answer.model, answer.manifest = request.model, prompt.manifest

    def say(piece: str) -> None:
        if answer.first_token_at is None:
            answer.first_token_at = now()
            live.enter("speaking")
            piece = order.begun + piece
        live.say(piece)

    async with chat_model(request.model).stream(request) as reply:
        try:
            await reply.hear(say)
        finally:
            answer.usage = reply.usage
    if not live.seq:
        raise errors.EmptyReply


def request_for(prompt: Prompt, context: PromptContext, user_id: UUID) -> ChatRequest:
    sheet = context.sheet
    return ChatRequest(
        model=sheet.model or settings.CHAT_MODEL,
        lines=prompt.lines,
        temperature=sheet.temperature,
        top_p=sheet.top_p,
        max_tokens=prompt.max_tokens,
        stop=prompt.stop,
        user=pseudonym(user_id),
    )


async def _finish(answer: Answer) -> None:
    order, live = answer.order, answer.order.live
    text = live.text
    usage = answer.usage
    reply = Reply(
        turn_id=live.turn_id,
        conversation_id=live.conversation_id,
        reply_id=live.message_id,
        parent_id=live.parent_id,
        head_before_id=order.head_before,
        character_id=live.character_id,
        speaker=order.speaker,
        text=text,
        status=answer.status,
        model=answer.model,
        error=answer.code,
        stopped_by=live.stopped_by,
        first_token_at=answer.first_token_at,
        usage=_usage_fields(usage),
        manifest=answer.manifest,
    )
    try:
        settled = await settle(reply, cipher=order.cipher, index_secret=order.index_secret)
    except Exception:
        # The sweep of another process will keep what the stream holds; here the sockets must not wait for ever.
        log.exception("turn_not_settled", turn=str(live.turn_id))
        live.tell(protocol.encode(errors.frame(errors.NotStored())))
        live.outcome = "interrupted"
        node().finish(live, _end_frame(live, "interrupted", usage), spoken=bool(text))
        return
    if not settled and await _announced(live):
        return
    if answer.error is not None:
        live.tell(protocol.encode(errors.frame(answer.error)))
    live.outcome = answer.status
    node().finish(live, _end_frame(live, answer.status, usage), spoken=bool(text))


async def _announced(live: OwnedTurn) -> bool:
    """Somebody else settled this turn: tell what they stored. False when that cannot be read now."""
    try:
        return await announce_stored(live)
    except LOST as error:
        log.warning("end_not_read", turn=str(live.turn_id), error=type(error).__name__)
        return False


def _end_frame(live: OwnedTurn, status: protocol.Outcome, usage: Usage | None) -> str:
    counted = protocol.Usage(**_usage_fields(usage)) if usage else None
    return protocol.encode(
        protocol.AiEnd(
            message_id=live.message_id,
            turn_id=live.turn_id,
            seq=live.seq,
            full_content=live.text,
            status=status,
            usage=counted,
        )
    )


def _usage_fields(usage: Usage | None) -> dict[str, Any]:
    if usage is None:
        return {}
    return {
        "prompt": usage.prompt,
        "completion": usage.completion,
        "cached": usage.cached,
        "estimated": usage.estimated,
    }
