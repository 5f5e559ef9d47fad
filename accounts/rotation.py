"""Exchanging data keys: a new one in the place of each, old texts sealed anew behind it, the old ones destroyed.

`begin` says which keys; `go_on` does some of the work, may be killed, and goes on where it was:

1. Each key gets a successor: from then on everything is written under that. A talk's waits while somebody is in it.
2. A walk through every sealed column there is (the data map names them) seals anew what lies under a retired key.
   What is written anew meanwhile needs nothing.
3. A retired key of which a whole walk left nothing is destroyed: so long after it was retired that no backup of texts
   under it is kept (BACKUP_DAYS), a day at least. By then no process has it in its cache, no turn and no task either.
"""

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from psycopg import sql

from accounts.acts import record
from accounts.encryption import VERSION, Place, cipher_for, ciphers, exchange_key, key_id_of
from accounts.errors import Conflict, ContentLost
from accounts.models import DataKey, KeyRotation, Purpose, User
from accounts.privacy.holdings import all_holdings

log = structlog.get_logger(__name__)

LEAST_REST = timedelta(days=1)
A_BATCH = 200
START = UUID(int=0)

Exchange = Callable[[DataKey, Callable[[], DataKey]], bool]
_exchanges: dict[str, Exchange] = {}


def on_exchange(purpose: str, exchange: Exchange) -> None:
    """For apps above, in their `apps.py`: `exchange(key, make)` makes the successor and puts it in the key's place, in
    one transaction. False: not now.
    """
    _exchanges[purpose] = exchange


def begin(*, made_before: datetime, by: User | None = None) -> KeyRotation:
    """Conflict while another one is under way."""
    if KeyRotation.objects.filter(ended_at=None).exists():
        raise Conflict
    rotation = KeyRotation.objects.create(made_before=made_before)
    record("keys.exchange", by=by, kind="keys", subject=rotation.pk, before=made_before.isoformat())
    return rotation


def under_way() -> KeyRotation | None:
    return KeyRotation.objects.filter(ended_at=None).first()


def go_on(*, seconds: float = 60, now: datetime | None = None) -> KeyRotation | None:
    """Work for about so long; returns the exchange that is under way, or that ended just now. None: there is none."""
    rotation, until = under_way(), time.monotonic() + seconds
    if rotation is None:
        return None
    now = now or timezone.now()
    _exchange_all(rotation, until)
    finished = _walk(rotation, now, until)
    if finished:
        _destroy(rotation)
        if not _living(rotation).exists() and not _retired().exists():
            KeyRotation.objects.filter(pk=rotation.pk).update(ended_at=timezone.now())
    rotation.refresh_from_db()
    return rotation


def rest() -> timedelta:
    """How long a retired key is kept at least."""
    return max(LEAST_REST, timedelta(days=settings.BACKUP_DAYS))


# ------------------------------------------------------------------ new keys


# What lies under a sealed key nobody here can seal anew.
NOT_EXCHANGED = (Purpose.RETIRED, Purpose.SEALED)


def _living(rotation: KeyRotation) -> Any:
    return DataKey.objects.filter(created_at__lt=rotation.made_before, destroyed_at=None).exclude(
        purpose__in=NOT_EXCHANGED
    )


def _retired() -> Any:
    return DataKey.objects.filter(purpose=Purpose.RETIRED, destroyed_at=None)


def _exchange_all(rotation: KeyRotation, until: float) -> None:
    last = START
    while time.monotonic() < until:
        batch = list(_living(rotation).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:A_BATCH])
        if not batch:
            return
        last = batch[-1]
        done = sum(_exchange(key_id) for key_id in batch)
        KeyRotation.objects.filter(pk=rotation.pk).update(retired=F("retired") + done)


@transaction.atomic
def _exchange(key_id: UUID) -> bool:
    key = DataKey.objects.select_for_update(skip_locked=True).filter(pk=key_id, destroyed_at=None).first()
    if key is None or key.purpose in NOT_EXCHANGED:
        return False
    by = _exchanges.get(key.purpose)
    if by is not None:
        return by(key, lambda: exchange_key(key))
    exchange_key(key)
    return True


# ------------------------------------------------------------------ old texts


@dataclass(frozen=True, slots=True)
class Column:
    """A sealed column of a table: what its values are sealed for, and the column that says for which row."""

    table: str
    key: str
    name: str
    place: str
    row: str


def columns() -> list[Column]:
    """Every one that the data map calls sealed, always in the same order."""
    return list(_columns())


def _columns() -> Iterator[Column]:
    for holding in all_holdings():
        meta: Any = holding.rows._meta
        row = meta.pk if holding.sealed_row == "pk" else meta.get_field(holding.sealed_row)
        for name, place in sorted(holding.sealed.items()):
            yield Column(meta.db_table, meta.pk.column, meta.get_field(name).column, place, row.column)


def _walk(rotation: KeyRotation, now: datetime, until: float) -> bool:
    """Some of it; whether it came to the end of the last column."""
    all_columns = columns()
    if rotation.walk_began_at is None:
        rotation.columns_done, rotation.last_row, rotation.walk_began_at = 0, None, now
        rotation.unreadable = 0
        _keep_place(rotation)
    successors = {bytes([VERSION]) + pk.bytes: heir for pk, heir in _retired().values_list("pk", "successor_id")}
    while rotation.columns_done < len(all_columns):
        if time.monotonic() >= until:
            return False
        column = all_columns[rotation.columns_done]
        rows = _under(column, list(successors), after=rotation.last_row or START) if successors else []
        for key, row, blob in rows:
            done = reseal(column, key, row, bytes(blob))
            rotation.resealed += done
            rotation.unreadable += not done
        if len(rows) < A_BATCH:
            rotation.columns_done, rotation.last_row = rotation.columns_done + 1, None
        else:
            rotation.last_row = rows[-1][0]
        _keep_place(rotation)
    return True


def _keep_place(rotation: KeyRotation) -> None:
    rotation.save(update_fields=["columns_done", "last_row", "walk_began_at", "resealed", "unreadable"])


UNDER = """
select {key}, {row}, {name} from {table}
where {key} > %s and substring({name} from 1 for 17) = any(%s) order by {key} limit %s
"""
ANEW = "update {table} set {name} = %s where {key} = %s and {name} = %s"
HEADS = "select distinct substring({name} from 1 for 17) from {table} where substring({name} from 1 for 17) = any(%s)"


def _statement(text: str, column: Column) -> sql.Composed:
    parts = {"table": column.table, "key": column.key, "row": column.row, "name": column.name}
    return sql.SQL(text).format(**{part: sql.Identifier(called) for part, called in parts.items()})  # type: ignore[arg-type]


def _under(column: Column, heads: Collection[bytes], *, after: UUID) -> list[tuple[UUID, UUID, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(_statement(UNDER, column), [after, list(heads), A_BATCH])
        return cursor.fetchall()


def reseal(column: Column, key: UUID, row: UUID, blob: bytes) -> bool:
    """Under the last successor of its key. False for what does not open. What was changed meanwhile stays as it is."""
    place = Place(column.place, row)
    try:
        data = cipher_for(key_id_of(blob)).open_bytes(blob, place)
        sealed = cipher_for(_last_successor(key_id_of(blob))).seal_bytes(data, place)
    except ContentLost:
        # The empty rest of a line whose author is gone lies under a key that is gone, too, and is not looked for.
        log.warning("not_resealed", table=column.table, row=str(row))
        return False
    with connection.cursor() as cursor:
        cursor.execute(_statement(ANEW, column), [sealed, key, blob])
    return True


def _last_successor(key_id: UUID) -> UUID:
    while (heir := DataKey.objects.filter(pk=key_id).values_list("successor_id", flat=True).first()) is not None:
        key_id = heir
    return key_id


# ------------------------------------------------------------------ old keys


def _destroy(rotation: KeyRotation) -> None:
    """After a whole walk. Nothing lies under these any more: that is looked at once more, in every column."""
    began = rotation.walk_began_at
    assert began is not None
    rested = {
        bytes([VERSION]) + pk.bytes: pk
        for pk in _retired().filter(retired_at__lt=began - rest()).values_list("pk", flat=True)
    }
    for column in columns():
        if not rested:
            break
        with connection.cursor() as cursor:
            cursor.execute(_statement(HEADS, column), [list(rested)])
            for (head,) in cursor.fetchall():
                rested.pop(bytes(head), None)
    gone = DataKey.objects.filter(pk__in=rested.values(), destroyed_at=None)
    count = gone.update(wrapped=b"", destroyed_at=timezone.now())
    for key_id in rested.values():
        ciphers.drop(key_id)
    rotation.destroyed += count
    rotation.walk_began_at = None
    rotation.save(update_fields=["destroyed", "walk_began_at"])
