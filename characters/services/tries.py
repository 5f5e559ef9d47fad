"""When texts and lorebooks are asked to be read again (characters/services/reading.py), and when that ends.

Whoever saves something writes down with it that it is to be read (`to_read`) and hurries the task. A sweep asks again
for what came to nothing, each time later, and gives up in the end: then the author has a button.
"""

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from characters.models import Knowledge, Lorebook, Passage

# After the save, then after each try of the sweep. The first is longer than the retries of one task.
WAITS = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
A_SWEEP = 200
READ: dict[str, Any] = {"tries": 0, "try_at": None, "failure": ""}

Kind = type[Knowledge] | type[Lorebook]
logger = logging.getLogger(__name__)


def to_read() -> dict[str, Any]:
    """What to write into the row of a text or lorebook that has something new."""
    return {"tries": 0, "try_at": timezone.now() + WAITS[0], "failure": ""}


def could_not_read(kind: Kind, row_id: UUID, code: str, *, again: bool) -> None:
    """The author is told and may try again; with `again` so does the sweep. What was read before stays in use."""
    told: dict[str, Any] = {"failure": code[:40]}
    if kind is Knowledge:
        told["state"] = Knowledge.State.FAILED
    if not again:
        told["try_at"] = None
    # What was read meanwhile did not fail.
    kind._default_manager.filter(pk=row_id, try_at__isnull=False).update(**told)
    logger.warning("%s %s could not be read: %s", kind.__name__, row_id, code)


def due() -> tuple[list[UUID], list[UUID]]:
    """Texts and lorebooks to be asked for again, or whose vectors another model made. Each call counts as a try."""
    return _handed_out(Knowledge, "knowledge"), _handed_out(Lorebook, "entry__book")


@transaction.atomic
def _handed_out(kind: Kind, named: str) -> list[UUID]:
    passages = Passage.objects.filter(**{named: OuterRef("pk")})
    elsewhere = passages.exclude(model__startswith=f"{settings.EMBEDDING_MODEL}/")
    waiting = Q(try_at__lte=timezone.now()) | Q(Exists(elsewhere), try_at=None, failure="")
    rows: QuerySet[Any] = kind._default_manager.filter(waiting, deleted_at=None).only("tries", "try_at", "failure")
    again = []
    for row in rows.select_for_update(skip_locked=True, of=("self",)).order_by("try_at", "pk")[:A_SWEEP]:
        if row.tries >= len(WAITS):
            could_not_read(kind, row.pk, row.failure or "not_read", again=False)
            continue
        row.tries, row.try_at = row.tries + 1, timezone.now() + WAITS[row.tries]
        again.append(row)
    kind._default_manager.bulk_update(again, ["tries", "try_at"])
    return [row.pk for row in again]
