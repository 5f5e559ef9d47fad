"""Bringing a take-out: it is stored as it came, then taken in by a task, whole or not at all."""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from accounts import tasks
from accounts.encryption import Cipher, Place, cipher_for, cipher_of, key_id_of
from accounts.errors import Conflict, ContentLost, Invalid, NotFound
from accounts.models import Restoration, RestorationPiece, User
from accounts.one_by_one import is_alone
from accounts.queueing import queue_on_commit
from accounts.restore.file import PIECE, PIECES, open_file
from accounts.restore.guard import MAX_FILE, MB, BadArchive, Brought
from accounts.restore.people import keep_language
from accounts.restore.work import Problem, Work

TABLE = Restoration._meta.db_table
QUIET = timedelta(minutes=2)
MOST_ATTEMPTS = 3
EVERY_SECONDS = 0.5
ALIVE_SECONDS = 60
# The weakest lock there is, and what rows of theirs take anyway: before that of the restoration, as erasures do.
HOLD_PERSON = """
select 1 from accounts_user u join accounts_restoration r on r.user_id = u.id where r.id = %s for key share of u
"""

State = Restoration.State


class RestorationUnderWay(Conflict):
    code = "restoration_under_way"
    message = _("A file is being taken in already.")


class RestoredBefore(Conflict):
    code = "restored_before"
    message = _("This very file was taken in before.")


class CalledOff(Exception):
    """Somebody cancelled it while it was taken in."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it."""

    counts: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def restorations_of(user: User) -> QuerySet[Restoration]:
    """The newest first."""
    return Restoration.objects.filter(user=user)


def bring(*, user: User, chunks: Iterable[bytes]) -> Restoration:
    """Raises Invalid (empty, too large), RestorationUnderWay, RestoredBefore."""
    try:
        with transaction.atomic():
            return _stored(user, chunks)
    except IntegrityError:
        raise RestorationUnderWay from None


def _stored(user: User, chunks: Iterable[bytes]) -> Restoration:
    cipher = cipher_of(user)
    brought = Restoration.objects.create(user=user)
    digest = hashlib.blake2b(key=cipher.derive("restoration 1"), digest_size=32)
    for position, piece in enumerate(_pieces(chunks)):
        brought.size += len(piece)
        if brought.size > MAX_FILE:
            said = _("A file may have %(limit)d MB at most.")
            raise Invalid(said % {"limit": MAX_FILE // MB}, field="file", limit=MAX_FILE)
        digest.update(piece)
        row = RestorationPiece(of=brought, position=position)
        row.body = cipher.seal_bytes(piece, Place(PIECES, row.pk))
        row.save(force_insert=True)
    if not brought.size:
        raise Invalid(_("The file is empty."), field="file")
    brought.digest = digest.digest()
    if restorations_of(user).filter(digest=brought.digest, state=State.DONE).exists():
        raise RestoredBefore
    brought.save(update_fields=["size", "digest"])
    queue_on_commit(tasks.restore_takeout, str(brought.pk))
    return brought


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    if held:
        yield bytes(held)


@transaction.atomic
def call_off(*, user: User, restoration_id: UUID) -> None:
    """One that is under way; nothing of it stays. NotFound for other people's, Conflict for one that is over."""
    row = restorations_of(user).select_for_update().filter(pk=restoration_id).first()
    if row is None:
        raise NotFound
    if row.state not in Restoration.AT_WORK:
        raise Conflict
    row.delete()


def report_of(restoration: Restoration) -> Report:
    if not restoration.told:
        return Report()
    try:
        said = cipher_for(key_id_of(restoration.told)).open(restoration.told, Place(TABLE, restoration.pk))
    except ContentLost:
        return Report()
    told = json.loads(said)
    return Report(told["counts"], told["refused"], [Problem(**each) for each in told["problems"]])


# --- for the task


def run(restoration_id: UUID) -> None:
    """Safe to run twice: the second finds it done, or begins anew what a dead process never committed."""
    if not _begun(restoration_id):
        return
    try:
        with transaction.atomic():
            _hold_person(restoration_id)
            if not is_alone(restoration_id):
                return
            row = _running(restoration_id).select_related("user").get()
            with translation.override(row.user.language or None):
                report = _taken(row)
            _finish(row, report)
    except BadArchive as error:
        fail(restoration_id, error.code)
    except (CalledOff, Restoration.DoesNotExist, RestorationPiece.DoesNotExist):
        return  # nothing of it stays


def _running(restoration_id: UUID) -> QuerySet[Restoration]:
    """Not locked while the work goes on: whoever calls it off deletes the row, and does not wait."""
    return Restoration.objects.filter(pk=restoration_id, state=State.RUNNING)


def _finish(row: Restoration, report: Report) -> None:
    sealed = _sealed(cipher_of(row.user), row, report)
    if not _running(row.pk).update(state=State.DONE, told=sealed, ended_at=timezone.now()):
        raise CalledOff
    RestorationPiece.objects.filter(of=row).delete()


def _hold_person(restoration_id: UUID) -> None:
    """An erasure waits until all is taken in, and takes it along; one that came before is waited for."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD_PERSON, [restoration_id])


def _begun(restoration_id: UUID) -> bool:
    with transaction.atomic():
        found = Restoration.objects.select_for_update().filter(pk=restoration_id, state__in=Restoration.AT_WORK)
        row = found.first() if is_alone(restoration_id) else None
        if row is None:
            return False
        row.attempts += 1
        row.state, row.touched_at = State.RUNNING, timezone.now()
        row.save(update_fields=["attempts", "state", "touched_at"])
    if row.attempts > MOST_ATTEMPTS:
        fail(restoration_id, "internal")
        return False
    return True


def _taken(row: Restoration) -> Report:
    brought = Brought(open_file(row))
    progress = _Progress(row.pk, max(1, _counted(brought.manifest.get("sections"))))
    work = Work(row.user, brought, progress.tell)
    work.run()
    keep_language(row.user)
    progress.end()
    return Report(dict(work.counts), dict(work.refused), work.problems)


def _counted(sections: Any) -> int:
    """How many rows the manifest says there are: it is believed for the progress alone."""
    found = (
        [each.get("rows") for each in sections.values() if isinstance(each, dict)] if isinstance(sections, dict) else []
    )
    return sum(rows for rows in found if isinstance(rows, int) and rows > 0)


def _sealed(cipher: Cipher, row: Restoration, report: Report) -> bytes:
    return cipher.seal(json.dumps(asdict(report)), Place(TABLE, row.pk))


class _Progress:
    """Told now and then, beside the transaction; without Redis nobody hears of it, and the work goes on.

    Raises CalledOff.
    """

    def __init__(self, restoration_id: UUID, total: int) -> None:
        self._id, self._key, self._total = restoration_id, _key(restoration_id), total
        self._done, self._told = 0, 0.0

    def tell(self) -> None:
        self._done += 1
        if time.monotonic() - self._told < EVERY_SECONDS:
            return
        self._told = time.monotonic()
        if not _running(self._id).exists():
            raise CalledOff
        with suppress(RedisError, OSError):
            cache.set(self._key, min(1.0, round(self._done / self._total, 3)), ALIVE_SECONDS)

    def end(self) -> None:
        with suppress(RedisError, OSError):
            cache.delete(self._key)


def _key(restoration_id: UUID) -> str:
    return f"restoration:{restoration_id.hex}"


def progress_of(restoration_id: UUID) -> float | None:
    """From 0 to 1; None where nobody tells."""
    with suppress(RedisError, OSError):
        told: float | None = cache.get(_key(restoration_id))
        return told
    return None


def fail(restoration_id: UUID, code: str) -> None:
    """It cannot be taken; nothing of it was."""
    at_work = Restoration.objects.filter(pk=restoration_id, state__in=Restoration.AT_WORK)
    if at_work.update(state=State.FAILED, error=code[:40], ended_at=timezone.now()):
        RestorationPiece.objects.filter(of=restoration_id).delete()


def left_behind() -> list[UUID]:
    """At work, but nobody tells of it any more. To begin one twice does no harm: one task is at it."""
    quiet = Restoration.objects.filter(state__in=Restoration.AT_WORK, touched_at__lt=timezone.now() - QUIET)
    found = list(quiet.values_list("pk", flat=True)[:100])
    left = [each for each in found if progress_of(each) is None]
    Restoration.objects.filter(pk__in=left).update(touched_at=timezone.now())
    return left
