"""Exchanging data keys: a new one in the place of each, old texts sealed anew behind it, the old ones destroyed.

`begin` says which keys; `go_on` does some of the work, may be killed, and goes on where it was:

1. Each key gets a successor: from then on everything is written under that. A talk's waits while somebody is in it.
2. A walk through every sealed column there is (the data map names them) seals anew what lies under a retired key.
   What is written anew meanwhile needs nothing.
3. A retired key under which a whole walk found nothing is destroyed, if the walk began so long after it was retired
   that no backup of texts under it is kept (BACKUP_DAYS), a day at least. By then no process has it in its cache, no
   turn and no task either.

A talk out of an older backup may name a retired key: until it is moved to that one's last successor the key writes, and
its rest has not begun.

The first walk begins at once, others when keys have rested, one a day at most: each reads every sealed table. A key
whose texts do not open is kept, and the exchange ends without it.
"""

import hashlib
import time
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.acts import record
from accounts.encryption import VERSION, Place, cipher_for, ciphers, exchange_key, key_id_of
from accounts.errors import Conflict, ContentLost
from accounts.models import DataKey, KeyRotation, Purpose, User
from accounts.sealed_columns import HEAD_BYTES, Column, columns

log = structlog.get_logger(__name__)

LEAST_REST = BETWEEN_WALKS = timedelta(days=1)
A_BATCH = 200
A_PAGE = 1_000
START = UUID(int=0)

Exchange = Callable[[DataKey, Callable[[], DataKey]], bool]
Named = Callable[[], Any]
_exchanges: dict[str, Exchange] = {}
_named: dict[str, Named] = {}


def on_exchange(purpose: str, exchange: Exchange, named: Named) -> None:
    """For apps above, in their `apps.py`: `exchange(key, make)` makes the successor and puts it in the key's place, in
    one transaction. False: not now. `named` selects the ids of all keys that have such a place.
    """
    _exchanges[purpose], _named[purpose] = exchange, named


@transaction.atomic
def begin(*, made_before: datetime, by: User | None = None) -> KeyRotation:
    """Conflict while another one is under way."""
    try:
        with transaction.atomic():
            rotation = KeyRotation.objects.create(made_before=made_before)
    except IntegrityError:
        # Two may begin at once; the constraint decides.
        raise Conflict from None
    record("keys.exchange", by=by, kind="keys", subject=rotation.pk, before=made_before.isoformat())
    return rotation


def under_way() -> KeyRotation | None:
    return KeyRotation.objects.filter(ended_at=None).first()


def go_on(*, seconds: float = 60, now: datetime | None = None) -> KeyRotation | None:
    """Work for about so long; returns the exchange that is under way, or that ended just now. None: there is none."""
    rotation, until = under_way(), time.monotonic() + seconds
    if rotation is None:
        return None
    came_to_the_end = _exchange_all(rotation, until)
    waiting = _move_on(until)
    if came_to_the_end and _walk(rotation, now or timezone.now(), until):
        _destroy(rotation)
        if not waiting and _is_done(rotation):
            KeyRotation.objects.filter(pk=rotation.pk).update(ended_at=timezone.now())
    rotation.refresh_from_db()
    return rotation


def _is_done(rotation: KeyRotation) -> bool:
    """Also with keys that are left, where a walk after their rest found nothing but what does not open."""
    if _living(rotation).exists():
        return False
    if rotation.walk_began_at is None or rotation.resealed_in_walk:
        return not _retired().exists()
    return not _retired().filter(retired_at__gte=rotation.walk_began_at - rest()).exists()


def kept_keys() -> int:
    """How many retired ones there are still; of an exchange that has ended, those whose texts do not open."""
    return _retired().count()


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


def _exchange_all(rotation: KeyRotation, until: float) -> bool:
    """Whether it came to the last one; those of talks in use are passed over."""
    last = START
    while time.monotonic() < until:
        batch = list(_living(rotation).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:A_BATCH])
        if not batch:
            return True
        last = batch[-1]
        done = sum(_exchange(key_id) for key_id in batch)
        KeyRotation.objects.filter(pk=rotation.pk).update(retired=F("retired") + done)
    return False


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


def _in_use() -> Any:
    """Retired keys that something names: out of a backup from before they were exchanged."""
    named = Q(pk__in=())
    for ids in _named.values():
        named |= Q(pk__in=ids())
    return _retired().filter(named)


def _move_on(until: float) -> bool:
    """What names a retired key goes on under its last successor. Whether some of it has to wait."""
    waiting = False
    for key_id in list(_in_use().values_list("pk", flat=True)):
        if time.monotonic() >= until:
            return True
        waiting |= not _moved(key_id)
    return waiting


@transaction.atomic
def _moved(key_id: UUID) -> bool:
    """Also where nothing is to be done: with the successor gone, or locked, it stays with the key it names."""
    key = DataKey.objects.select_for_update().filter(pk=key_id, destroyed_at=None).first()
    heir = DataKey.objects.filter(pk=_last_successor(key_id), destroyed_at=None).first()
    if key is None or heir is None or heir.purpose not in _exchanges:
        return True
    if not _exchanges[heir.purpose](key, lambda: heir):
        return False
    # It wrote until now.
    DataKey.objects.filter(pk=key_id).update(retired_at=timezone.now())
    return True


# ------------------------------------------------------------------ old texts


def _walk(rotation: KeyRotation, now: datetime, until: float) -> bool:
    """Some of it. Whether none is under way any more: it came to the end of the last column, or is not due."""
    all_columns = columns()
    course = hashlib.sha256(repr(all_columns).encode()).hexdigest()
    walked = rotation.columns_done >= len(all_columns)
    if walked and rotation.course == course and not _is_due(rotation, now):
        return True
    if walked or rotation.course != course:
        if not _retired().exists():
            return True
        rotation.course, rotation.walk_began_at = course, now
        rotation.columns_done, rotation.last_row = 0, None
        rotation.resealed_in_walk = rotation.unreadable = 0
        _keep_place(rotation)
    while rotation.columns_done < len(all_columns):
        if time.monotonic() >= until:
            return False
        _go_through(rotation, all_columns[rotation.columns_done])
        _keep_place(rotation)
    return True


def _is_due(rotation: KeyRotation, now: datetime) -> bool:
    """Another walk: a key has rested that the last one could not say of whether it may go."""
    assert rotation.walk_began_at is not None
    long_ago = rotation.walk_began_at <= now - BETWEEN_WALKS
    return long_ago and _retired().filter(retired_at__lt=now - rest()).exists()


def _go_through(rotation: KeyRotation, column: Column) -> None:
    """One page of it: so many rows, whatever lies in them."""
    page = column.heads(after=rotation.last_row or START, limit=A_PAGE)
    under = _retired_among({head for _key, head in page})
    keys = [key for key, head in page if head in under]
    if keys:
        # First: where this is killed, the key counts as found.
        DataKey.objects.filter(pk__in=under.values()).update(found_at=rotation.walk_began_at)
    for key, row, blob in column.values(keys):
        if blob[:HEAD_BYTES] not in under:
            continue  # written anew meanwhile
        done = reseal(column, key, row, blob)
        rotation.resealed += done
        rotation.resealed_in_walk += done
        rotation.unreadable += not done
    if len(page) < A_PAGE:
        rotation.columns_done, rotation.last_row = rotation.columns_done + 1, None
    else:
        rotation.last_row = page[-1][0]


def _keep_place(rotation: KeyRotation) -> None:
    fields = ("course", "columns_done", "last_row", "walk_began_at", "resealed", "resealed_in_walk", "unreadable")
    rotation.save(update_fields=fields)


def _retired_among(heads: Collection[bytes]) -> dict[bytes, UUID]:
    """By the bytes that a value begins with."""
    named = {head: UUID(bytes=head[1:]) for head in heads if len(head) == HEAD_BYTES and head[0] == VERSION}
    retired = set(_retired().filter(pk__in=named.values()).values_list("pk", flat=True)) if named else set()
    return {head: key_id for head, key_id in named.items() if key_id in retired}


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
    column.put(key, blob, sealed)
    return True


def _last_successor(key_id: UUID) -> UUID:
    while (heir := DataKey.objects.filter(pk=key_id).values_list("successor_id", flat=True).first()) is not None:
        key_id = heir
    return key_id


# ------------------------------------------------------------------ old keys


def _destroy(rotation: KeyRotation) -> None:
    """Those that nothing names, and under which the last walk, begun after their rest, found nothing at all."""
    began = rotation.walk_began_at
    if began is None:
        return
    empty = _retired().filter(retired_at__lt=began - rest()).exclude(found_at__gte=began)
    gone = list(empty.exclude(pk__in=_in_use().values("pk")).values_list("pk", flat=True))
    count = DataKey.objects.filter(pk__in=gone, destroyed_at=None).update(wrapped=b"", destroyed_at=timezone.now())
    for key_id in gone:
        ciphers.drop(key_id)
    KeyRotation.objects.filter(pk=rotation.pk).update(destroyed=F("destroyed") + count)
