"""Is the process alive; is everything it needs there."""

import asyncio
import math
import time
from collections.abc import Callable

import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import redisplace
from accounts.cluster.wellbeing import wellbeing
from accounts.replica import ALIAS
from accounts.replicalag import FollowsNobody, lag
from chat.models import partitions
from voice.hearing.door import audio_worker

log = structlog.get_logger(__name__)
MONTHS_NEEDED = 2
MIGRATIONS_SECONDS = 60


def database() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return None


def redis() -> str | None:
    redisplace.shared(settings.REDIS_URL).ping()
    return None


def replica() -> str | None:
    """What is read there is read from the database itself while it is away, and late while it is late."""
    if ALIAS not in settings.DATABASES:
        return None
    try:
        behind = lag.seconds()
    except FollowsNobody:
        return "it follows nobody"
    if behind == math.inf:
        return "has done nothing since its start"
    return f"{behind:.0f} s behind" if behind > settings.REPLICA_LAG_SECONDS else None


def cluster() -> str | None:
    return wellbeing(settings.REDIS_CLUSTER_URL).problem if settings.REDIS_CLUSTER_URL else None


class Migrations:
    """Whether all are applied. Reading them takes a tenth of a second: what was found in order is believed a while."""

    def __init__(self) -> None:
        self.in_order_until = 0.0

    def __call__(self) -> str | None:
        if time.monotonic() < self.in_order_until:
            return None
        executor = MigrationExecutor(connection)
        pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if pending:
            return f"{pending} migrations are not applied"
        self.in_order_until = time.monotonic() + MIGRATIONS_SECONDS
        return None


def months() -> str | None:
    ahead = partitions.months_ahead()
    return f"messages have room for {ahead} months ahead, {MONTHS_NEEDED} are needed" if ahead < MONTHS_NEEDED else None


migrations = Migrations()
Checks = dict[str, Callable[[], str | None]]
NEEDED: Checks = {"database": database, "migrations": migrations, "partitions": months}
# Without Redis talk and history go on, so whoever sends visitors here must not stop: no other process would do better.
MISSED: Checks = {"redis": redis, "cluster": cluster, "replica": replica}


def failures(checks: Checks) -> dict[str, str]:
    """Name of each check that fails -> why, in words that hold no address and no secret."""
    found: dict[str, str] = {}
    for name, check in checks.items():
        if "database" in found:
            break  # the others ask it
        if problem := _problem(name, check):
            found[name] = problem
    return found


def _problem(name: str, check: Callable[[], str | None]) -> str | None:
    try:
        return check()
    except Exception as error:  # whatever a driver raises means: not there
        log.warning("check_failed", check=name, error=type(error).__name__)
        return "cannot be reached"


async def failures_side_by_side(checks: Checks) -> dict[str, str]:
    """As above, for checks that ask different services: what is silent is waited for together."""

    def look(name: str) -> str | None:
        try:
            return _problem(name, checks[name])
        finally:
            connections.close_all()

    found = await asyncio.gather(*(asyncio.to_thread(look, name) for name in checks))
    return {name: problem for name, problem in zip(checks, found, strict=True) if problem}


@require_safe
@never_cache
async def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


async def audio() -> str | None:
    """Of the audio worker of this process. Without it people type: visitors are sent here all the same."""
    state = (await audio_worker().health()).state
    return {"away": "the audio worker does not answer", "busy": "no more recordings at once"}.get(state)


@require_safe
@never_cache
async def readyz(request: HttpRequest) -> JsonResponse:
    failing, degraded = await sync_to_async(failures)(NEEDED), await failures_side_by_side(MISSED)
    if problem := await audio():
        degraded["audio"] = problem
    told = {"ready": not failing, "failing": failing, "degraded": degraded}
    return JsonResponse(told, status=503 if failing else 200)
