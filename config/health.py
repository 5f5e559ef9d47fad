"""Is the process alive; is everything it needs there."""

from collections.abc import Callable

import structlog
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chat.models import partitions

log = structlog.get_logger(__name__)
MONTHS_NEEDED = 2


def database() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return None


def redis() -> str | None:
    cache.get("readyz")
    return None


def migrations() -> str | None:
    executor = MigrationExecutor(connection)
    pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return f"{pending} migrations are not applied" if pending else None


def months() -> str | None:
    ahead = partitions.months_ahead()
    return f"messages have room for {ahead} months ahead, {MONTHS_NEEDED} are needed" if ahead < MONTHS_NEEDED else None


CHECKS: dict[str, Callable[[], str | None]] = {
    "database": database,
    "redis": redis,
    "migrations": migrations,
    "partitions": months,
}


def failures() -> dict[str, str]:
    """Name of each check that fails -> why, in words that hold no address and no secret."""
    found: dict[str, str] = {}
    for name, check in CHECKS.items():
        if "database" in found and check in (migrations, months):
            continue
        try:
            problem = check()
        except Exception as error:  # whatever a driver raises means: not ready
            log.warning("not_ready", check=name, error=type(error).__name__)
            problem = "cannot be reached"
        if problem:
            found[name] = problem
    return found


@require_safe
@never_cache
async def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    failing = failures()
    return JsonResponse({"ready": not failing, "failing": failing}, status=503 if failing else 200)
