"""Months of the message table: `PARTITION BY RANGE (id)`, a bound being the UUIDv7 of the month's first instant.

There is no DEFAULT partition (it would be read by every query and forbids concurrent detach). *early* holds
what is older than the first month, *late* catches what comes after the last one.
"""

import re
import uuid
from datetime import UTC, date, datetime

from django.db import connection, transaction

from accounts.ids import first_at

TABLE = "chat_message"
MONTHS_AHEAD = 12
LOCK = 7_264_551_001  # advisory: two processes that extend the table at once take turns
_NAME = re.compile(rf"{TABLE}_(\d{{4}})_(\d{{2}})$")


def bound(month: date) -> uuid.UUID:
    """The smallest UUIDv7 of a month."""
    return first_at(datetime(month.year, month.month, 1, tzinfo=UTC))


def following(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def within(month: date) -> dict[str, uuid.UUID]:
    """A filter of messages: those of this month."""
    return {"pk__gte": bound(month), "pk__lt": bound(following(month))}


def months() -> list[date]:
    """The months that have a partition of their own, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
            " where i.inhparent = %s::regclass",
            [TABLE],
        )
        names = [_NAME.match(name) for (name,) in cursor.fetchall()]
    return sorted(date(int(found[1]), int(found[2]), 1) for found in names if found)


def months_ahead(today: date | None = None) -> int:
    """How many months after the current one are prepared. Below two, readiness turns red."""
    today = today or datetime.now(UTC).date()
    return sum(month > today.replace(day=1) for month in months())


def make_partitions(*, ahead: int = MONTHS_AHEAD, today: date | None = None) -> list[date]:
    """Prepare the months up to `ahead` from now, and return those that were missing.

    Rows that had to go to *late* are moved to their month. Runs in one transaction, under a lock that other
    writers wait for a few milliseconds.
    """
    today = today or datetime.now(UTC).date()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        existing = months()
        month = following(existing[-1]) if existing else today.replace(day=1)
        last = today.replace(day=1)
        for _ in range(ahead):
            last = following(last)
        made = []
        while month <= last:
            made.append(month)
            month = following(month)
        if not made:
            return []
        cursor.execute("set local lock_timeout = '5s'")
        if existing:
            cursor.execute(f"alter table {TABLE} detach partition {TABLE}_late")
        else:
            cursor.execute(
                f"create table {TABLE}_early partition of {TABLE} for values from (minvalue) to ('{bound(made[0])}')"
            )
            cursor.execute(f"create table {TABLE}_late (like {TABLE} including defaults including constraints)")
        for month in made:
            start, end = bound(month), bound(following(month))
            cursor.execute(
                f"create table {TABLE}_{month:%Y_%m} partition of {TABLE} for values from ('{start}') to ('{end}')"
            )
            cursor.execute(
                f"with moved as (delete from {TABLE}_late where id >= %s and id < %s returning *)"
                f" insert into {TABLE} select * from moved",
                [start, end],
            )
        cursor.execute(
            f"alter table {TABLE} attach partition {TABLE}_late"
            f" for values from ('{bound(following(made[-1]))}') to (maxvalue)"
        )
        return made
