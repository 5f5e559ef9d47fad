"""A reply is spoken: piece by piece from the model to whoever watches, held back where a term may begin, asked for once
more where it was out of its part, put into other words where a policy wants that, and looked back at once it is whole.
"""

import time
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from django.utils.timezone import now

from accounts.errors import ProductError
from accounts.models import Operation
from accounts.spending.calls import Call, Spent
from accounts.spending.spend import lost_beside, reserve
from chat import protocol
from chat.live.node import node
from chat.prompts import Prompt, PromptContext, Said
from chat.prompts.context import Language
from chat.services.turns.feelings import felt
from chat.services.turns.judging import ReplyJudge, judge_of
from chat.services.turns.order import Order
from chat.services.turns.room_gather import guard_of
from chat.services.turns.withdrawing import asked_anew, asked_to_rewrite, instead_of, told_of
from inference.base import ChatRequest, Line, ModelError, Usage
from inference.calibration import observe
from inference.emotion.feeling import Feeling
from inference.experiments.running import NO_PART, Part
from inference.prices import Cost
from inference.registry import chat_model, price_of
from inference.tokens import estimate
from moderation.decision import Decision, may_ask_again
from moderation.policy import Action

log = structlog.get_logger(__name__)
ROOM_TO_REWRITE = 64  # tokens: other words may be a few more


class AnotherSpeaks(Exception):
    """The model has begun a line of somebody else's."""


class NeverSaid(Exception):
    """The model has said what never leaves."""


class Try(NamedTuple):
    rule: str
    again: Action
    spent: tuple[Spent, ...]


class Answer:
    """What is known of a reply while it is made."""

    def __init__(self, order: Order) -> None:
        self.order, live = order, order.live
        self.call = Call(Operation.REPLY, order.user_id, order.plan, live.character_id, order.key_id, live.turn_id)
        self.status: protocol.Outcome = "failed"
        self.error: ProductError | None = None
        self.code = ""
        self.model = ""
        self.first_choice = ""
        self.part: Part = NO_PART
        self.prompt: Prompt | None = None
        self.heard: tuple[Said, ...] = ()
        self.finish: str | None = None
        self.usage: Usage | None = None
        self.first_token_at: datetime | None = None
        # By the clock that only goes forward.
        self.began = time.monotonic()
        self.first_word: float | None = None
        self.read: tuple[Spent, ...] = ()
        self.lost: tuple[Spent, ...] = ()
        self.judge: ReplyJudge | None = None
        self.language: Language = "en"
        # What was said and taken back before this: why, how it was asked for again, and what it took.
        self.tries: list[Try] = []
        self.masked: str | None = None
        self.feeling: Feeling | None = None

    @property
    def text(self) -> str:
        """As it is stored."""
        return self.order.live.text if self.masked is None else self.masked

    @property
    def said(self) -> tuple[Spent, ...]:
        return (Spent(self.call, self.model, self.usage, self.cost),) if self.usage else ()

    @property
    def spent(self) -> tuple[Spent, ...]:
        return self.tried + self.said + self.read + self.lost

    @property
    def tried(self) -> tuple[Spent, ...]:
        return tuple(spent for each in self.tries for spent in each.spent)

    @property
    def cost(self) -> Cost | None:
        """At the price of whoever spoke."""
        price = price_of(self.model)
        return price.of(self.usage) if price and self.usage else None


async def speak(answer: Answer, request: ChatRequest, context: PromptContext) -> None:
    """All of it, asking the model once more where the policy says so. Raises ModelError, ProductError."""
    assert answer.prompt is not None
    order, live = answer.order, answer.order.live
    answer.judge = judge = judge_of(order, context, answer.prompt)
    answer.language = context.sheet.language
    await _hear(answer, judge, request, context)
    # A program that asks for one reply as it comes cannot be told to forget it.
    decision = await judge.whole(live.text, retried=order.asked is not None)
    if decision.action == Action.RETRY:
        anew = Line("system", asked_anew(decision, context.sheet.language))
        await _try_again(answer, decision, replace(request, lines=(*request.lines, anew)), context)
        decision = await judge.whole(live.text)
    if decision.action == Action.REWRITE and may_ask_again() and order.asked is None and not order.begun:
        await _try_again(answer, decision, _rewriting(decision, request, context, live.text), context)


def _rewriting(decision: Decision, request: ChatRequest, context: PromptContext, said: str) -> ChatRequest:
    """The same talk, what was said, and that it is to be said without what stands against it: no longer than it was."""
    lines = Line("assistant", said), Line("system", asked_to_rewrite(decision, context.sheet.language))
    most = estimate(said) + ROOM_TO_REWRITE
    most = min(most, request.max_tokens) if request.max_tokens else most
    return replace(request, lines=(*request.lines, *lines), max_tokens=most)


async def _try_again(answer: Answer, decision: Decision, request: ChatRequest, context: PromptContext) -> None:
    """Once. Where nothing comes of it, what was said first stands, and is judged."""
    judge, live = answer.judge, answer.order.live
    assert judge is not None
    said = live.text
    answer.tries.append(Try(decision.rule, decision.action, answer.said))
    answer.usage = None
    live.take_back(told_of(decision, then=decision.action))
    node().flusher.hurry(live)
    live.enter("thinking")
    try:
        await _hear(answer, judge, request, context)
    except (ModelError, ProductError) as error:
        log.warning("second_try_failed", turn=str(live.turn_id), code=error.code)
    finally:
        if not live.text and not judge.is_stopped:
            live.say(said)


async def _hear(answer: Answer, judge: ReplyJudge, request: ChatRequest, context: PromptContext) -> None:
    order, live = answer.order, answer.order.live
    request = await reserve(answer.call, request)
    guard = guard_of(context.company, order.actor) if context.company and order.actor else None
    judge.begin()
    begun = order.begun

    def say(piece: str) -> None:
        nonlocal begun
        if live.phase != "speaking":
            answer.first_token_at = answer.first_token_at or now()
            answer.first_word = answer.first_word or time.monotonic()
            live.enter("speaking")
            piece, begun = begun + piece, ""
        if guard is not None:
            piece = guard.feed(piece)
        if piece and (piece := judge.feed(piece)):
            live.say(piece)
        if judge.is_stopped:
            raise NeverSaid
        if guard is not None and guard.cut:
            raise AnotherSpeaks

    async with chat_model(request.model, waiting=live.wait_at).stream(request) as reply:
        answer.model = reply.served_by or request.model
        try:
            await reply.hear(say)
        except (AnotherSpeaks, NeverSaid):
            pass  # what follows is not this speaker's, or not to be said; leaving closes the connection to the model
        finally:
            answer.usage, answer.lost = reply.usage, answer.lost + tuple(lost_beside(answer.call, reply))
            observe(answer.model, request.lines, answer.usage)
            answer.finish = reply.finish
            held = judge.feed(guard.close()) if guard is not None else ""
            if held := held + judge.close():
                live.say(held)


async def look_back(answer: Answer) -> None:
    """At what stands, however it came to its end: what a rule stands against is taken back."""
    live, judge = answer.order.live, answer.judge
    if judge is None or not (live.text or judge.is_stopped):
        return
    decision = await judge.whole(live.text, retried=True)
    judge.tell(
        decision, live.text,
        message_id=live.message_id, conversation_id=live.conversation_id, cipher=answer.order.cipher,
    )  # fmt: skip
    if decision.passes:
        answer.masked = decision.text if decision.text != live.text else None
        if answer.order.reads and answer.text:
            answer.feeling = await felt(live.message_id, answer.text)
        return
    log.info("reply_withdrawn", turn=str(live.turn_id), rule=decision.rule)
    live.take_back(told_of(decision), instead_of(answer.order.speaker, answer.language))
    answer.status, answer.error, answer.code = "withdrawn", None, f"rule_{decision.rule}"


def usage_of(*spent: Spent) -> dict[str, Any]:
    """Of all tries together."""
    if not spent:
        return {}
    told: dict[str, Any] = {
        "prompt": sum(each.usage.prompt for each in spent),
        "completion": sum(each.usage.completion for each in spent),
        "cached": sum(each.usage.cached for each in spent),
        "written": sum(each.usage.written for each in spent),
        "estimated": any(each.usage.estimated for each in spent),
    }
    costs = [each.cost for each in spent if each.cost is not None]
    if costs and len(costs) == len(spent) and len({cost.currency for cost in costs}) == 1:
        told |= {"micros": sum(cost.micros for cost in costs), "currency": costs[0].currency}
    return told
