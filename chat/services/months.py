"""A whole month of messages is dropped: its partition goes, and the one before the first month reaches as far.

Nobody waits for it longer than LOCK_SECONDS: where the lock is not had within that, it is let go and tried again later.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import structlog
from django.db import OperationalError, connection, transaction

from chat.models import partitions
from chat.models.partitions import TABLE

log = structlog.get_logger(__name__)

LOCK_SECONDS = 1.0
TRIES = 5
PAUSE_SECONDS = 0.5
# What Postgres says where a lock or a statement took too long, or two waited for each other.
NOT_NOW = ("55P03", "57014", "40P01")

EARLY = f"{TABLE}_early"
REACH = "early_reach"


def drop_month(month: date, *, still_due: Callable[[], bool], pause: float = PAUSE_SECONDS) -> bool:
    """Only the oldest one. False when the lock was not to be had, or `still_due` says no under it: the month is as it
    was, and may be tried again.
    """
    if partitions.months()[:1] != [month]:
        return False
    for attempt in range(TRIES):
        if attempt:
            time.sleep(pause * 2**attempt)
        try:
            _promise_reach(month)
            return _drop(month, still_due)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") not in NOT_NOW:
                raise
            log.info("month_not_dropped", month=f"{month:%Y-%m}", attempt=attempt + 1)
    return False


def _promise_reach(month: date) -> None:
    """Postgres knows then, without reading under the lock, that *early* holds nothing beyond its new bound."""
    end = partitions.bound(partitions.following(month))
    with _briefly() as cursor:
        cursor.execute(f"alter table {EARLY} drop constraint if exists {REACH}")
        cursor.execute(f"alter table {EARLY} add constraint {REACH} check (id < '{end}') not valid")
    with connection.cursor() as cursor:  # reads it, and holds up neither readers nor writers
        cursor.execute(f"alter table {EARLY} validate constraint {REACH}")


def _drop(month: date, still_due: Callable[[], bool]) -> bool:
    end = partitions.bound(partitions.following(month))
    with _briefly() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [partitions.LOCK])
        # The parent first, as everybody does who reads: taken the other way round two would wait for each other.
        cursor.execute(f"lock table only {TABLE} in access exclusive mode")
        since = time.monotonic()
        if not still_due():
            return False
        cursor.execute(f"drop table {TABLE}_{month:%Y_%m}")
        cursor.execute(f"alter table {TABLE} detach partition {EARLY}")
        cursor.execute(f"alter table {TABLE} attach partition {EARLY} for values from (minvalue) to ('{end}')")
        cursor.execute(f"alter table {EARLY} drop constraint {REACH}")
    log.info("month_dropped", month=f"{month:%Y-%m}", locked_ms=round((time.monotonic() - since) * 1000))
    return True


@contextmanager
def _briefly() -> Iterator[Any]:
    """A transaction of which no statement waits or works for longer than LOCK_SECONDS."""
    limit = f"{LOCK_SECONDS * 1000:.0f}ms"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select set_config('lock_timeout', %s, true), set_config('statement_timeout', %s, true)", [limit, limit]
        )
        yield cursor
        cursor.execute("select set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true)")
