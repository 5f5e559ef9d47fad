"""The ledger of erasures: a file beside the database, which no restore of the database takes back.

A line of JSON each: {"erasure", "subject", "receipt", "asked_at", "done_at", "backups_until", "counts"}, nothing of the
person. After a restore `apply_ledger` erases again whoever came back with it.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.erasure import erase
from accounts.models import Erasure, User
from accounts.privacy.receipts import subject_of
from accounts.privacy.traces import forget_traces


def note_erasures() -> int:
    """Those that are not in the file yet; returns how many. Repeatable: a line that is there twice counts once."""
    with transaction.atomic():
        unnoted = list(Erasure.objects.select_for_update(skip_locked=True).filter(noted_at=None).order_by("pk"))
        if not unnoted:
            return 0
        with _opened(Path(settings.ERASURE_LEDGER)) as file:
            file.writelines(json.dumps(_line(each)) + "\n" for each in unnoted)
        return Erasure.objects.filter(pk__in=[each.pk for each in unnoted]).update(noted_at=timezone.now())


def apply_ledger(*, dry: bool = False) -> list[UUID]:
    """Erase again whoever the ledger says is gone; returns their ids. Receipts that the restore lost come back."""
    lines = {line["subject"]: line for line in _lines(Path(settings.ERASURE_LEDGER))}
    gone = {bytes.fromhex(subject) for subject in lines} | set(_subjects())
    found = [pk for pk in User.objects.values_list("pk", flat=True).iterator() if subject_of(pk) in gone]
    if dry:
        return found
    for pk in found:
        erase(User.objects.get(pk=pk))
    forget_traces(found)
    for line in lines.values():
        _restore(line)
    return found


def _subjects() -> Iterator[bytes]:
    return (bytes(row) for row in Erasure.objects.values_list("subject", flat=True).iterator())


def _line(row: Erasure) -> dict[str, Any]:
    return {
        "erasure": str(row.pk),
        "subject": bytes(row.subject).hex(),
        "receipt": bytes(row.token_hash).hex(),
        "asked_at": row.asked_at.isoformat(),
        "done_at": row.done_at.isoformat(),
        "backups_until": row.backups_until.isoformat(),
        "counts": row.counts,
    }


def _restore(line: dict[str, Any]) -> None:
    moments = {name: datetime.fromisoformat(line[name]) for name in ("asked_at", "done_at", "backups_until")}
    Erasure.objects.get_or_create(
        subject=bytes.fromhex(line["subject"]),
        defaults={
            "id": UUID(line["erasure"]),
            "token_hash": bytes.fromhex(line["receipt"]),
            "counts": line["counts"],
            "noted_at": timezone.now(),
            **moments,
        },
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    """To add to, one process at a time; what was added is on the disk before anybody relies on it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
        file.flush()
        # The caller's transaction says that it is noted only if this has happened.
        os.fsync(file.fileno())
