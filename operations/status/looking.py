"""One look at every service, each with a bound of time. What a look finds is a state and nothing else."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Count, Q

from accounts import redisplace
from accounts.cluster.wellbeing import wellbeing
from accounts.ids import first_at
from chat.database import in_thread
from chat.models import Turn
from inference.breaker import Breaker, Passage
from inference.catalogue import current
from operations.models import Outage
from operations.status.states import State

log = structlog.get_logger(__name__)
Service = Outage.Service
SECONDS = 5.0
WORK_LATE, WORK_GONE = timedelta(seconds=150), timedelta(minutes=10)
LATELY, ENOUGH = timedelta(minutes=5), 5
SOME, MANY = 0.2, 0.5  # of the turns lately ended that failed
OF_A_BREAKER = {Passage.CLOSED: State.OK, Passage.PROBE: State.SLOW, Passage.OPEN: State.DOWN}


async def look(*, now: datetime, worked_at: datetime | None, begun_at: datetime) -> dict[str, State]:
    """Of all services; the database answers, or nobody would have asked. `begun_at`: since when this process looks."""
    redis = await bounded(Service.REDIS, in_thread(redis_and_cluster))
    return {
        Service.WEB: State.OK,
        Service.DATABASE: State.OK,
        Service.REDIS: redis,
        Service.QUEUE: _queue(now, worked_at, begun_at),
        Service.MODELS: await bounded(Service.MODELS, lambda: _models(now, redis)),
        Service.STORAGE: await bounded(Service.STORAGE, in_thread(_storage)),
    }


async def bounded(service: str, check: Callable[[], Awaitable[State]]) -> State:
    """Whatever a driver raises, and no answer in time, mean: not there."""
    try:
        async with asyncio.timeout(SECONDS):
            return await check()
    except Exception as error:
        log.warning("status_check_failed", service=service, error=type(error).__name__)
        return State.DOWN


async def redis_alone() -> State:
    return await bounded(Service.REDIS, in_thread(redis_and_cluster))


def redis_and_cluster() -> State:
    redisplace.shared(settings.REDIS_URL).ping()
    if not settings.REDIS_CLUSTER_URL:
        return State.OK
    found = wellbeing(settings.REDIS_CLUSTER_URL)
    return State.DOWN if found.away == len(found.nodes) else State.SLOW if found.problem else State.OK


def _queue(now: datetime, worked_at: datetime | None, begun_at: datetime) -> State:
    """By what a worker last did for beat: no queue is asked, so any broker will do. Where the site has only just begun,
    beat and worker have too."""
    late = now - worked_at if worked_at else None
    if late is not None and late < WORK_LATE:
        return State.OK
    if now - begun_at < WORK_LATE:
        return State.STARTING
    if late is None:
        return State.UNKNOWN
    return State.SLOW if late < WORK_GONE else State.DOWN


async def _models(now: datetime, redis: State) -> State:
    """By the breakers of the catalogue, which processes share; where it is empty, by how turns ended lately."""
    endpoints = {offer.endpoint for offer in current().offers.values()}
    if not endpoints:
        return await in_thread(_turns)(now)
    if redis is not State.OK:
        return State.UNKNOWN
    seen = [OF_A_BREAKER[(await Breaker(endpoint.hex).look())[0]] for endpoint in endpoints]
    if all(state is State.DOWN for state in seen):
        return State.DOWN
    return State.SLOW if any(state.bad for state in seen) else State.OK


def _turns(now: datetime) -> State:
    lately = Turn.objects.filter(pk__gte=first_at(now - LATELY)).exclude(status=Turn.Status.RUNNING)
    told = lately.aggregate(all=Count("pk"), failed=Count("pk", filter=Q(status=Turn.Status.FAILED)))
    if told["all"] < ENOUGH:
        return State.OK
    share = told["failed"] / told["all"]
    return State.DOWN if share > MANY else State.SLOW if share > SOME else State.OK


def _storage() -> State:
    """Writing shows what reading does not: a full disk, a bucket that lost its key."""
    name = default_storage.save(f"status/{uuid4().hex}", ContentFile(b"ok"))
    default_storage.delete(name)
    return State.OK
