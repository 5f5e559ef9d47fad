"""Asking for an archive, building it, having it, and letting it go."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts import tasks
from accounts.encryption import Place, cipher_for, cipher_of, key_id_of
from accounts.errors import Conflict, NotFound
from accounts.ids import uuid7
from accounts.models import Takeout, TakeoutPiece, User
from accounts.queueing import queue_on_commit
from accounts.takeout.archive import Pieces
from accounts.takeout.build import Build, rows_to_take
from accounts.takeout.letters import say_ready

PIECES = TakeoutPiece._meta.db_table
KEPT = timedelta(days=7)
REMEMBERED = timedelta(days=30)
QUIET = timedelta(minutes=2)  # who tells nothing for so long is not at work any more
MOST_ATTEMPTS = 3
TOLD_EVERY = 0.5

State = Takeout.State


class UnderWay(Conflict):
    """`takeout_id` is the one that is."""

    code = "takeout_under_way"
    message = _("Your data are being put together already.")


class CalledOff(Exception):
    """Somebody cancelled, or another task took over."""


def takeouts_of(user: User) -> QuerySet[Takeout]:
    """The newest first."""
    return Takeout.objects.filter(user=user)


def ask(*, user: User, site: str, language: str) -> Takeout:
    """Raises UnderWay: one at a time."""
    try:
        with transaction.atomic():
            wanted = Takeout.objects.create(user=user, site=site, language=language, rows=rows_to_take(user))
            queue_on_commit(tasks.build_takeout, str(wanted.pk))
    except IntegrityError:
        at_work = takeouts_of(user).filter(state__in=Takeout.AT_WORK).first()
        raise UnderWay(takeout_id=str(at_work.pk) if at_work else None) from None
    return wanted


@transaction.atomic
def call_off(*, user: User, takeout_id: UUID) -> None:
    """One that is being built stops, one that is ready goes. NotFound for other people's."""
    if not takeouts_of(user).filter(pk=takeout_id).delete()[0]:
        raise NotFound


def file_of(*, user: User, takeout_id: UUID) -> tuple[int, Iterator[bytes]]:
    """Its size and its pieces, opened one by one. NotFound for other people's, and for what is not there any more."""
    found = takeouts_of(user).filter(pk=takeout_id, state=State.READY, expires_at__gt=timezone.now()).first()
    if found is None:
        raise NotFound
    return found.size, _opened(found)


def _opened(takeout: Takeout) -> Iterator[bytes]:
    for pk in list(takeout.pieces.order_by("position").values_list("pk", flat=True)):
        body = TakeoutPiece.objects.values_list("body", flat=True).get(pk=pk)
        yield cipher_for(key_id_of(body)).open_bytes(body, Place(PIECES, pk))


# --- for the task ---


def build(takeout_id: UUID) -> None:
    """From the beginning, whatever an earlier try left. May run twice at once: the one that came last goes on."""
    takeout = _begun(takeout_id)
    if takeout is None:
        return
    keeper = _Keeper(takeout)
    with translation.override(takeout.user.language or takeout.language):
        try:
            pieces = Pieces(keeper.keep)
            Build(takeout.user, keeper.tick).write(pieces)
            keeper.finish(pieces.size)
        except CalledOff:
            return
        except Exception:
            if keeper.is_wanted():
                raise
            return  # its person is gone meanwhile, and what there was to read with them
        takeout.refresh_from_db()
        say_ready(takeout)


@transaction.atomic
def _begun(takeout_id: UUID) -> Takeout | None:
    rows = Takeout.objects.select_for_update(of=("self",)).select_related("user")
    takeout = rows.filter(pk=takeout_id, state__in=Takeout.AT_WORK).first()
    if takeout is None:
        return None
    takeout.pieces.all().delete()
    takeout.attempts += 1
    takeout.state, takeout.run, takeout.done, takeout.touched_at = State.RUNNING, uuid7(), 0, timezone.now()
    if takeout.attempts > MOST_ATTEMPTS:
        takeout.state = State.FAILED
    takeout.save(update_fields=["attempts", "state", "run", "done", "touched_at"])
    return takeout if takeout.state == State.RUNNING else None


@dataclass(slots=True)
class _Keeper:
    """Keeps the pieces of one run, and tells how far it is. Raises CalledOff."""

    takeout: Takeout
    position: int = 0
    done: int = 0
    told_at: float = 0.0

    def keep(self, piece: bytes) -> None:
        row = TakeoutPiece(of=self.takeout, position=self.position)
        row.body = cipher_of(self.takeout.user).seal_bytes(piece, Place(PIECES, row.pk))
        with transaction.atomic():
            if not self._mine().select_for_update().exists():
                raise CalledOff
            row.save(force_insert=True)
        self.position += 1

    def tick(self, rows: int) -> None:
        self.done += rows
        if time.monotonic() - self.told_at < TOLD_EVERY:
            return
        self.told_at = time.monotonic()
        if not self._mine().update(done=self.done, touched_at=timezone.now()):
            raise CalledOff

    @transaction.atomic
    def finish(self, size: int) -> None:
        now = timezone.now()
        ended = {"state": State.READY, "size": size, "done": self.done, "rows": self.done, "ready_at": now}
        if not self._mine().update(**ended, expires_at=now + KEPT):
            raise CalledOff
        # The one before is of no use any more.
        takeouts_of(self.takeout.user).exclude(pk=self.takeout.pk).delete()

    def is_wanted(self) -> bool:
        return self._mine().exists()

    def _mine(self) -> QuerySet[Takeout]:
        return Takeout.objects.filter(pk=self.takeout.pk, run=self.takeout.run, state=State.RUNNING)


def fail(takeout_id: UUID) -> None:
    """It cannot be built: nothing of it is kept."""
    if Takeout.objects.filter(pk=takeout_id, state__in=Takeout.AT_WORK).update(state=State.FAILED):
        TakeoutPiece.objects.filter(of=takeout_id).delete()


def forget_takeouts(user: User) -> None:
    """With their person. A piece that is being kept is waited for; whoever comes to keep the next one stops."""
    held = list(takeouts_of(user).select_for_update().values_list("pk", flat=True))
    Takeout.objects.filter(pk__in=held).delete()


# --- for the sweep ---


def left_behind() -> list[UUID]:
    """At work, but nobody tells of it any more: a worker died, or a task was lost."""
    quiet = Takeout.objects.filter(state__in=Takeout.AT_WORK, touched_at__lt=timezone.now() - QUIET)
    found = list(quiet.values_list("pk", flat=True)[:100])
    Takeout.objects.filter(pk__in=found).update(touched_at=timezone.now())
    return found


def let_go() -> int:
    """Archives after seven days; that there was one, after thirty. Returns how many archives went."""
    now = timezone.now()
    over = list(Takeout.objects.filter(state=State.READY, expires_at__lt=now).values_list("pk", flat=True)[:100])
    for takeout_id in over:
        with transaction.atomic():
            Takeout.objects.filter(pk=takeout_id).update(state=State.EXPIRED)
            TakeoutPiece.objects.filter(of=takeout_id).delete()
    Takeout.objects.filter(state__in=(State.EXPIRED, State.FAILED), asked_at__lt=now - REMEMBERED).delete()
    return len(over)
