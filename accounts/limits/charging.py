"""Charging limits: from the event loop and from threads, with Redis and without."""

import logging
import math
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from accounts import redisplace
from accounts.errors import SOON, Overloaded, RateLimited, TooManyTurns, Unavailable
from accounts.ids import uuid7
from accounts.limits import load, local
from accounts.limits.addresses import hash_ip
from accounts.limits.buckets import SITE, Bucket, Bucketed, Rates, message_buckets, told
from accounts.limits.script import GCRA, GIVE_BACK, Place, arguments, keys
from accounts.scripts import scripts

logger = logging.getLogger("accounts.limits")

AWAY = (RedisError, OSError, TimeoutError)
# A limit must not take longer than what it guards.
DEADLINE = 0.5  # seconds


async def take(
    user_id: UUID, plan: Bucketed, ip: str | None, *, key_id: UUID | None = None, place: Place | None = None
) -> Rates:
    """Charge one message. RateLimited names the bucket and the seconds to wait; then none was charged.

    With `place` a reply is counted as under way until `give_back`; TooManyTurns when the plan allows no more.
    """
    # Programs are many and do not tire: with a key nobody goes uncounted.
    return await acharge(message_buckets(user_id, plan, ip, key_id), place=place, closed=key_id is not None)


def place_of(user_id: UUID, plan: Bucketed, ticket: UUID) -> Place | None:
    """None where the plan sets no bound."""
    return None if plan.turns_at_once is None else Place(user_id, ticket, plan.turns_at_once)


@asynccontextmanager
async def speaking(
    user_id: UUID, plan: Bucketed, ip: str | None, *, key_id: UUID | None = None
) -> AsyncIterator[Rates]:
    """As `take`, for what is no turn of a talk: under way for as long as this is open."""
    place = place_of(user_id, plan, uuid7())
    rates = await take(user_id, plan, ip, key_id=key_id, place=place)
    try:
        yield rates
    finally:
        await give_back(place)


async def acharge(buckets: Sequence[Bucket], *, place: Place | None = None, closed: bool = False) -> Rates:
    """Charge every bucket or none; what is left of each. Without Redis: what this process has seen is counted, or
    Unavailable when `closed`."""
    _shed(buckets)
    try:
        asked = scripts().run(GCRA, keys(buckets, place), arguments(buckets, place), seconds=DEADLINE)
        answer = await asked
    except AWAY as error:
        answer = _without_redis(error, buckets, place, closed=closed)
    return _judge(buckets, place, answer)


def charge(buckets: Sequence[Bucket], *, place: Place | None = None, closed: bool = False) -> Rates:
    """As `acharge`, for views and tasks."""
    _shed(buckets)
    try:
        answer = _script()(keys=keys(buckets, place), args=arguments(buckets, place))
    except AWAY as error:
        answer = _without_redis(error, buckets, place, closed=closed)
    return _judge(buckets, place, answer)


async def holding(place: Place | None, pieces: AsyncGenerator[str]) -> AsyncGenerator[str]:
    """What is spoken in this place, which is given back when it ends or nobody listens any more."""
    try:
        async with aclosing(pieces):
            async for piece in pieces:
                yield piece
    finally:
        await give_back(place)


async def give_back(place: Place | None) -> None:
    """The reply has ended, or none began. Raises nothing: without Redis it is void by itself after a while."""
    if place is None:
        return
    local.here.give_back(place)
    try:
        await scripts().run(GIVE_BACK, [place.redis_key], [place.ticket.hex], seconds=DEADLINE)
    except AWAY as error:
        logger.warning("a place was not given back: %s", type(error).__name__)


def charge_guest(ip: str | None) -> None:
    """One more guest from this address. Fails closed: without Redis nobody new comes in."""
    per_hour = settings.LIMIT_GUESTS_PER_IP_AND_HOUR
    # Twenty at once: a class behind one address arrives together.
    bucket = Bucket("ip", f"guest:{hash_ip(ip or '')}", max(1, per_hour // 60), min(20, per_hour))
    charge([bucket], closed=True)


@dataclass(slots=True)
class _Absence:
    """How often Redis was away when it was asked: logged, at most every ten seconds."""

    times: int = 0
    logged_at: float = -math.inf


absence = _Absence()


def _without_redis(error: Exception, buckets: Sequence[Bucket], place: Place | None, *, closed: bool) -> list[int]:
    absence.times += 1
    if time.monotonic() - absence.logged_at >= 10:
        absence.logged_at = time.monotonic()
        logger.warning(
            "rate limits cannot be counted: %s; %s so far",
            type(error).__name__,
            absence.times,
            extra={"closed": closed, "times": absence.times},
        )
    if closed:
        raise Unavailable
    return local.here.charge(buckets, place)


def _shed(buckets: Sequence[Bucket]) -> None:
    """This process is late already: whose plan yields comes again. Raises Overloaded; nothing is charged."""
    for bucket in buckets:
        if bucket.name == SITE and load.here.sheds(bucket.kept / bucket.burst):
            raise Overloaded(retry_after=SOON, limit=SITE)


def _judge(buckets: Sequence[Bucket], place: Place | None, answer: Sequence[int]) -> Rates:
    refusing, wait, *spent = answer
    rates = told(buckets, spent)
    if not refusing:
        return rates
    if refusing > len(buckets):
        assert place is not None
        raise TooManyTurns(most=place.most, rates=rates)
    name, seconds = buckets[refusing - 1].name, math.ceil(wait / 1_000) / 1_000
    kind = Overloaded if name == SITE else RateLimited
    raise kind(retry_after=seconds, limit=name, rates=rates)


@cache
def connection() -> Any:
    # One retry, for a connection that went stale.
    return redisplace.client(
        settings.REDIS_URL, retry=Retry(NoBackoff(), 1), socket_timeout=DEADLINE, socket_connect_timeout=DEADLINE
    )


@cache
def _script() -> Any:
    return connection().register_script(GCRA.text)
