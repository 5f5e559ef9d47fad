"""Steps two to five: gather, build the prompt, speak, settle. Whatever was said is kept, also when it breaks off, but
for what a rule stands against.
"""

import asyncio
import time
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog

from accounts.errors import ProductError, Unavailable
from accounts.limits import give_back
from accounts.spending.spend import count
from chat import metrics, protocol
from chat.database import LOST
from chat.live.node import node
from chat.live.stream import OwnedTurn
from chat.prompts import Prompt, PromptContext, digest_of
from chat.services.plays.proposing import propose_after
from chat.services.turns import errors
from chat.services.turns.caring import softened
from chat.services.turns.feelings import sealed, tone_of
from chat.services.turns.gather import gather, pseudonym
from chat.services.turns.knowledge import recall_spent
from chat.services.turns.memories import NOBODY, Whose
from chat.services.turns.order import Order
from chat.services.turns.outcome import announce_stored
from chat.services.turns.prompt import part_in, prompt_for
from chat.services.turns.room_gather import gather_in_room
from chat.services.turns.room_next import next_order_or_none
from chat.services.turns.settle import Reply, settle
from chat.services.turns.speak import Answer, look_back, speak, usage_of
from inference.base import ChatRequest, EmptyReply, ModelError
from inference.emotion.moods import mood_of
from inference.registry import model_for
from inference.tracing import span
from memory.scope import Scope

log = structlog.get_logger(__name__)


def begin(order: Order) -> asyncio.Task[Any]:
    """Start answering. The task belongs to the node: no socket's end ends it, `stop` does."""
    here = node()
    live = order.live
    here.begin(live)
    live.task = here.spawn(_traced(order), f"turn {live.turn_id}")
    return live.task


async def _traced(order: Order) -> None:
    answer, live = Answer(order), order.live
    with span("turn", root=True, turn=str(live.turn_id), kind=live.kind, room=order.scene is not None) as turn:
        await _answer(answer)
        turn.note(outcome=answer.status, pieces=live.seq)
        if answer.code and answer.status in ("failed", "interrupted"):
            turn.failed(answer.code)


async def _answer(answer: Answer) -> None:
    order, live = answer.order, answer.order.live
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
    except ProductError as error:
        answer.code, answer.error = error.code, error
    except LOST as error:
        answer.code, answer.error = "database_away", Unavailable()
        answer.status = "interrupted" if live.seq else "failed"
        log.warning("turn_lost_database", turn=str(live.turn_id), error=type(error).__name__)
    except Exception:
        answer.code, answer.error = "internal", errors.Internal()
        answer.status = "interrupted" if live.seq else "failed"
        log.exception("turn_failed", turn=str(live.turn_id))
    live.settling = True
    try:
        # Before anybody hears that it has ended: who then says the next line finds room.
        await give_back(order.place)
    finally:
        await look_back(answer)
        await _finish(answer)


async def _say(answer: Answer) -> None:
    order, live = answer.order, answer.order.live
    live.enter("searching_memory")
    with span("gather"):
        answer.part = part = await part_in(live.conversation_id, order.version_id, order.plan)
        context = await _toned(await _gathered(order, part.model), order)
    # Up to eighty rows: as stored, beside the lines that were made of them, for as long as the reply takes.
    order.behind = None
    metrics.recalled("knowledge", context.recalled.state, context.recalled.milliseconds)
    metrics.recalled("memories", context.memories.state, context.memories.milliseconds)
    answer.read = recall_spent(answer.call, context.recalled.read + context.memories.read)
    if order.asked is not None:
        context = order.asked.of(context)
    with span("prompt") as building:
        prompt = softened(prompt_for(context, order.plan, part.shelf), context)
        building.note(lines=len(prompt.lines))
    live.enter("thinking")
    request = request_for(prompt, context, order.user_id, order.plan)
    if order.asked is not None:
        request = order.asked.with_seed(request)
    answer.model = answer.first_choice = request.model
    answer.prompt, answer.heard = prompt, context.branch
    await speak(answer, request, context)
    if not live.seq:
        raise EmptyReply


async def _gathered(order: Order, model: str) -> PromptContext:
    if order.scene is not None:
        return await gather_in_room(order, model)
    live = order.live
    return await gather(
        conversation_id=live.conversation_id,
        version_id=order.version_id,
        leaf=order.leaf,
        persona=order.persona,
        kind=live.kind,
        plan=order.plan,
        hint=order.hint,
        begun=order.begun,
        behind=order.behind,
        note=order.note,
        books=order.books,
        knows=order.knows,
        staged=order.staged,
        whose=whose_of(order),
        bond=order.bond,
        model=model,
    )


async def _toned(context: PromptContext, order: Order) -> PromptContext:
    alone = order.scene is None or len(order.scene.players) == 1
    speaker = order.speaker if order.scene is not None else ""
    tone = await tone_of(context.branch, wish=order.tone, reads=order.reads, alone=alone, speaker=speaker)
    return replace(context, tone=tone)


def whose_of(order: Order) -> Whose:
    character = order.live.character_id
    if not character:
        return NOBODY
    return Whose(order.remembers, Scope(order.user_id, character), order.cipher, zone=order.zone)


def request_for(prompt: Prompt, context: PromptContext, user_id: UUID, plan: str) -> ChatRequest:
    sheet = context.sheet
    return ChatRequest(
        model=model_for(sheet.model, plan, sheet.then),
        then=sheet.then,
        lines=prompt.lines,
        temperature=sheet.temperature,
        top_p=sheet.top_p,
        max_tokens=prompt.max_tokens,
        stop=prompt.stop,
        user=pseudonym(user_id),
        cache_after=prompt.stays,
        plan=plan,
    )


async def _finish(answer: Answer) -> None:
    order, live = answer.order, answer.order.live
    metrics.turn_ended(answer, now=time.monotonic())
    text = answer.text
    usage = usage_of(*answer.tried, *answer.said)
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
        usage=usage,
        manifest=_manifest(answer),
        arms=tuple(arm.id for arm in answer.part.arms) if answer.prompt else (),
        in_room=order.scene is not None,
        audience=live.audience,
        spent=answer.spent,
        feeling=sealed(answer.feeling, order.cipher, live.message_id) if answer.feeling else None,
    )
    try:
        with span("settle"):
            settled = await settle(reply, cipher=order.cipher, index_secret=order.index_secret)
    except Exception:
        # The sweep of another process will keep what the stream holds; here the sockets must not wait for ever.
        log.exception("turn_not_settled", turn=str(live.turn_id))
        live.tell(protocol.encode(errors.frame(errors.NotStored())))
        live.outcome = "interrupted"
        node().finish(live, _end_frame(answer, "interrupted", reply.usage), spoken=bool(text), stored=False)
        return
    if settled or not await _announced(live):
        if answer.error is not None:
            live.tell(protocol.encode(errors.frame(answer.error)))
        live.outcome = answer.status
        node().finish(live, _end_frame(answer, answer.status, reply.usage), spoken=bool(text))
    await count(answer.call, *(reply.spent if settled else ()))
    if settled and answer.status == "complete":
        asking = propose_after(order, model=answer.first_choice, heard=answer.heard, said=text)
        node().spawn(asking, f"proposals {live.turn_id}")
    if order.scene is not None:
        await go_on(live.conversation_id)


async def go_on(conversation_id: UUID) -> None:
    """In a room, whoever speaks next begins, if anybody does."""
    order = await next_order_or_none(conversation_id)
    if order is not None:
        begin(order)
        node().hint(conversation_id, kind="turn", turn=str(order.live.turn_id))


async def _announced(live: OwnedTurn) -> bool:
    """Somebody else settled this turn: tell what they stored. False when that cannot be read now."""
    try:
        return await announce_stored(live)
    except LOST as error:
        log.warning("end_not_read", turn=str(live.turn_id), error=type(error).__name__)
        return False


def _end_frame(answer: Answer, status: protocol.Outcome, usage: dict[str, Any]) -> str:
    live = answer.order.live
    counted = protocol.Usage(**usage) if usage else None
    return protocol.encode(
        protocol.AiEnd(
            message_id=live.message_id,
            turn_id=live.turn_id,
            seq=live.seq,
            full_content=answer.text,
            status=status,
            usage=counted,
            mood=mood_of(answer.feeling) if answer.feeling else "",
        )
    )


def _manifest(answer: Answer) -> dict[str, Any]:
    if (prompt := answer.prompt) is None:
        return {}
    # The digest is taken here: nobody waits for it any more.
    told = prompt.manifest | {"digest": digest_of(prompt.lines)}
    if answer.order.tone:
        told["tone"] = answer.order.tone
    if answer.finish not in (None, "stop"):
        told["finish"] = answer.finish
    if answer.order.asked is not None and answer.order.asked.max_tokens:
        told["max_tokens"] = answer.order.asked.max_tokens
    if answer.tries:
        told["tries"] = [
            {"rule": each.rule, "again": each.again.value, **usage_of(*each.spent)} for each in answer.tries
        ]
    if answer.model != answer.first_choice:
        told["instead_of"] = answer.first_choice
    if answer.part.arms:
        told["arms"] = {str(arm.id): arm.label for arm in answer.part.arms}
    if answer.part.model:
        told["asked_model"] = answer.part.model
    return told
