"""How far an import has come, and how it ends."""

import time
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

from chat.models import Import
from chat.selectors.imports import AT_WORK, progress_key, progress_of

EVERY_SECONDS = 0.3
ALIVE_SECONDS = 60  # who tells nothing for so long is not at work any more
LEFT = timedelta(minutes=2)
IDLE = timedelta(days=7)


class Progress:
    """Told now and then; without Redis nobody hears of it, and the work goes on."""

    def __init__(self, import_id: UUID) -> None:
        self._key = progress_key(import_id)
        self._told = 0.0

    def tell(self, part: float) -> None:
        if time.monotonic() - self._told < EVERY_SECONDS:
            return
        self._told = time.monotonic()
        with suppress(RedisError, OSError):
            cache.set(self._key, round(min(part, 1.0), 3), ALIVE_SECONDS)

    def end(self) -> None:
        with suppress(RedisError, OSError):
            cache.delete(self._key)


def fail(import_id: UUID, code: str) -> None:
    """It cannot go on; what was taken stays."""
    at_work = Import.objects.filter(pk=import_id, state__in=AT_WORK)
    if at_work.update(state=Import.State.FAILED, error=code[:40], ended_at=timezone.now()):
        drop_file(import_id)


def drop_file(import_id: UUID) -> None:
    Import.objects.get(pk=import_id).pieces.all().delete()
    Progress(import_id).end()


def left_behind() -> list[tuple[UUID, str]]:
    """At work, but nobody tells of it any more: a worker died. Named once in LEFT; to begin them twice does no harm."""
    quiet = Import.objects.filter(state__in=AT_WORK, touched_at__lt=timezone.now() - LEFT)
    found = dict(quiet.values_list("pk", "state")[:100])
    told = progress_of(list(found))
    left = [(pk, state) for pk, state in found.items() if pk not in told]
    Import.objects.filter(pk__in=[pk for pk, _ in left]).update(touched_at=timezone.now())
    return left


def forget_idle() -> None:
    """Files that were looked through, and whose owner never came back."""
    Import.objects.filter(state=Import.State.LOOKED, touched_at__lt=timezone.now() - IDLE).delete()
