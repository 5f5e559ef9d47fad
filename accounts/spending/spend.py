"""Reserve, call, settle: what may be asked of a model, and what came of it.

Where no cap holds nothing is counted in Redis. Where one does, a call is held with the most that it may take before it
is made, and with what it took afterwards; so calls side by side, in any process, cannot overshoot it together. Without
Redis nothing is asked that a cap stands before.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from django.db import Error
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from accounts.errors import SpendCap, SpendingUncounted
from accounts.limits import DEADLINE
from accounts.models import Cap, Operation
from accounts.scripts import Script, scripts
from accounts.spending import alarms, caps, counters, ledger, metrics
from accounts.spending.calls import Call, Spent
from accounts.spending.caps import Counter, Limit
from inference.base import ChatRequest, ReplyStream, Usage
from inference.calibration import calibrated, observe
from inference.prices import Cost
from inference.registry import chat_model, hedges, most_cost, most_cost_on, price_of

log = structlog.get_logger(__name__)

AWAY = (RedisError, OSError, TimeoutError)
REPLY_TOKENS = 2_048
"""How long a reply may become where a cap holds and nobody says how long it may be."""

Held = list[tuple[Limit, Counter]]
UnderWay = Callable[[], Iterable[tuple[Call, Usage]]]
_under_way: list[UnderWay] = []
# Calls for whom a second model is held beside them.
_hedged: set[UUID] = set()
# Counters that missed what ended while Redis was away.
_stale: set[str] = set()


def on_recovery(under_way: UnderWay) -> None:
    """For apps above, in their `apps.py`: calls that are under way, each with the most that it may take."""
    if under_way not in _under_way:
        _under_way.append(under_way)


@asynccontextmanager
async def asking(call: Call, request: ChatRequest, *, beside: Sequence[Spent] = ()) -> AsyncIterator[ReplyStream]:
    """The model's reply, held against the caps before it is asked for, in the ledger once it has ended.

    `beside`: what was used to make the request. Raises SpendCap, SpendingUncounted; ModelError.
    """
    spent = None
    try:
        # Within: who is cancelled while Redis answers may hold something already.
        request = await reserve(call, request)
        async with chat_model(request.model).stream(request) as reply:
            try:
                yield reply
            finally:
                spent = spent_on(call, reply.served_by or request.model, reply.usage)
                beside = (*beside, *lost_beside(call, reply))
                observe(spent.model, request.lines, spent.usage)
    finally:
        await settle(call, *([spent] if spent else ()), *beside)


@asynccontextmanager
async def paying(call: Call, model: str, usage: Usage, cost: Cost | None = None) -> AsyncIterator[None]:
    """The same for what is no chat and whose price is known before: pictures, vectors. A failure costs nothing."""
    try:
        await hold(call, usage, cost)
        yield
    except BaseException:
        await settle(call)
        raise
    await settle(call, Spent(call, model, usage, cost))


def spent_on(call: Call, model: str, usage: Usage) -> Spent:
    price = price_of(model)
    return Spent(call, model, usage, price.of(usage) if price else None)


def lost_beside(call: Call, reply: ReplyStream) -> tuple[Spent, ...]:
    """What models took that were asked beside the one that answered: not the asker's, whom one answer costs once."""
    return tuple(spent_on(call.beside, model, usage) for model, usage in reply.lost)


async def reserve(call: Call, request: ChatRequest) -> ChatRequest:
    """The request as it may be asked: where a cap holds, its reply has a bound. Raises as `hold` does.

    Two models may be asked where the catalogue says so, and caps have room for both.
    """
    bounded = request
    if caps.current().of(call):
        bounded = request if request.limit else replace(request, max_tokens=REPLY_TOKENS)
        most = most_of(bounded)
        await hold(call, most, most_cost(bounded, most))
    return replace(bounded, hedged=True) if hedges(bounded) and await _room_beside(call, bounded) else bounded


async def _room_beside(call: Call, request: ChatRequest) -> bool:
    if not caps.current().of(call.beside):
        return True
    most = replace(most_of(request), completion=0)  # let go at its first word
    _hedged.add(call.id)
    try:
        await hold(call.beside, most, most_cost(request, most))
    except (SpendCap, SpendingUncounted):
        return False
    return True


def most_of(request: ChatRequest) -> Usage:
    """The most that it may take."""
    return Usage(calibrated(request.model, request.lines), request.limit or REPLY_TOKENS, estimated=True)


async def settle(call: Call, *spent: Spent) -> None:
    """Write it into the ledger, and count it; nothing where nothing was used. To be called once."""
    if spent:
        try:
            await database_sync_to_async(ledger.add)(*spent)
        except Error as error:
            log.exception("use_not_stored", call=str(call.id), error=type(error).__name__)
    await count(call, *spent)


async def settle_all(spent: Sequence[Spent], also: Callable[[], None] | None = None) -> None:
    """Of several calls, each of which was held by itself. `also` is done in the same visit to the database, by a thread
    of its own."""

    def work() -> None:
        if spent:
            ledger.add(*spent)
        if also is not None:
            also()

    if spent or also is not None:
        try:
            await database_sync_to_async(work, thread_sensitive=False)()
        except Error as error:
            log.exception("use_not_stored", calls=len(spent), error=type(error).__name__)
    for each in spent:
        await count(each.call, each)


async def count(call: Call, *spent: Spent) -> None:
    """Let go what was held, and add what is in the ledger by now. Raises nothing."""
    metrics.spent(spent)
    beside = [each for each in spent if each.call.operation is Operation.HEDGE]
    await _count(call, *(each for each in spent if each not in beside))
    if beside or call.id in _hedged:
        _hedged.discard(call.id)
        await _count(call.beside, *beside)


async def _count(call: Call, *spent: Spent) -> None:
    held = caps.current().of(call)
    if not held:
        return
    keys = _keys(held)
    costs = [part for each in spent if each.cost for part in (f"m:{each.cost.currency}", each.cost.micros)]
    arguments: list[Any] = [call.id.hex, sum(each.tokens for each in spent), len(costs), *costs]
    for limit, counter in held:
        arguments += [keys.index(counter.key) + 1, limit.field]
    try:
        told = await scripts().run(counters.SETTLE, [counters.OPEN, *keys], arguments, seconds=DEADLINE)
    except AWAY as error:
        _stale.update(keys)
        log.warning("use_not_counted", call=str(call.id), error=type(error).__name__)
        return
    for number, (limit, counter) in enumerate(held):
        await alarms.look(limit, counter, before=told[2 * number], after=told[2 * number + 1])


async def hold(call: Call, most: Usage, cost: Cost | None) -> None:
    """Until it is settled or counted, as it has to be whatever this raises. Raises SpendCap, SpendingUncounted."""
    held = caps.current().of(call)
    if not held:
        return
    keys = _keys(held)
    micros, currency = cost or (0, "")
    arguments: list[Any] = [counters.HOLD_MS, call.id.hex, most.prompt + most.completion, micros, currency]
    for limit, counter in held:
        takes = most.prompt + most.completion if limit.measure == "tokens" else micros * (limit.currency == currency)
        arguments += [keys.index(counter.key) + 1, limit.field, takes, limit.most]
    try:
        await _forget_stale()
        for _again in range(5):
            told, used = await _run(counters.RESERVE, [counters.ALIVE, counters.OPEN, *keys], arguments)
            if told >= 0:
                break
            await _fill({counter.key: counter for _, counter in held}.values(), lost=told == counters.LOST)
        else:
            raise SpendingUncounted
    except (*AWAY, Error) as error:
        log.warning("spending_uncounted", call=str(call.id), error=type(error).__name__)
        raise SpendingUncounted from error
    if told:
        limit, counter = held[told - 1]
        metrics.refused.labels(limit.scope).inc()
        log.info("spend_cap", call=str(call.id), cap=str(limit.cap), used=used, limit=limit.most)
        await alarms.used_up(limit, counter)
        raise refusal(limit, counter)


async def _fill(wanted: Iterable[Counter], *, lost: bool) -> None:
    """From the ledger; what else is under way is held again if Redis lost it."""
    wanted = list(wanted)
    for counter in wanted:
        await _run(counters.BEGIN, [counter.key], [counters.FRESH_MS])
    sums = await database_sync_to_async(lambda: [_sums(counter) for counter in wanted])()
    for counter, fields in zip(wanted, sums, strict=True):
        pairs = [part for pair in fields.items() for part in pair]
        await _run(counters.FILL, [counters.OPEN, counter.key], pairs)
    if lost:
        await recover()


async def recover() -> None:
    """Hold what is under way again, unless Redis has lost nothing."""
    found = await database_sync_to_async(lambda: [each for ask in _under_way for each in ask()])()
    arguments: list[Any] = [counters.HOLD_MS]
    for call, most in found:
        if held := caps.current().of(call):
            micros, currency = most_cost_on(call.plan, most) or (0, "")
            arguments += [call.id.hex, most.prompt + most.completion, micros, currency, " ".join(_keys(held))]
    await _run(counters.RECOVER, [counters.ALIVE], arguments)


async def know_what_runs() -> None:
    """When a process starts: a Redis that is new has lost nothing that anybody waits for."""
    try:
        await recover()
    except (*AWAY, Error) as error:
        log.warning("calls_not_recovered", error=type(error).__name__)


def _sums(counter: Counter) -> dict[str, int]:
    return ledger.totals(
        since=counter.since, until=counter.until, user_id=counter.user_id, plan=counter.plan,
        organisation=counter.organisation,
    )  # fmt: skip


async def _forget_stale() -> None:
    if _stale:
        keys = list(_stale)
        await _run(counters.FORGET, keys, [])
        _stale.difference_update(keys)


async def _run(script: Script, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
    return await scripts().run(script, keys, arguments, seconds=DEADLINE)


def _keys(held: Held) -> list[str]:
    return list(dict.fromkeys(counter.key for _, counter in held))


def refusal(limit: Limit, counter: Counter) -> SpendCap:
    """Which cap it was, and when there is more."""
    when = {"day": date_format(counter.until, "DATE_FORMAT")}
    return SpendCap(
        _SENTENCES[limit.is_shared, counter.span] % when,
        limit=limit.most,
        cap=limit.scope,
        span=limit.span,
        measure=limit.measure,
        currency=limit.currency or None,
        retry_after=counter.seconds_left,
    )


_SENTENCES: dict[tuple[bool, str], Any] = {
    (False, Cap.Span.DAY): _(
        "What is left of your share of today is not enough for this. What you wrote is kept; there is more from"
        " %(day)s on, 0:00 UTC."
    ),
    (False, Cap.Span.MONTH): _(
        "What is left of your share of this month is not enough for this. What you wrote is kept; there is more from"
        " %(day)s on."
    ),
    (True, Cap.Span.DAY): _(
        "What is left for everybody today is not enough for this. What you wrote is kept; there is more from %(day)s"
        " on, 0:00 UTC."
    ),
    (True, Cap.Span.MONTH): _(
        "What is left for everybody this month is not enough for this. What you wrote is kept; there is more from"
        " %(day)s on."
    ),
}
