"""The audit log: append-only, each entry bound to the one before it.

    mark = SHA-256(before | canonical JSON of [number, at, actor, action, kind, subject, detail])

Whoever can write to the database can write the whole chain anew: keep `head()` elsewhere (every entry's mark goes to
the process log, too), and a chain that was rewritten no longer holds it.
"""

import datetime
import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from moderation.models import AuditEntry

logger = logging.getLogger(__name__)

START = bytes(32)
LOCK = 0x61756469_74  # one writer at a time: a number is given once, and none is left out


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold, and why: `missing`, `changed` or `unlinked`."""

    number: int
    why: str


@transaction.atomic
def record(action: str, *, by: User | None, kind: str, subject: UUID | None, **detail: Any) -> AuditEntry:
    """In the transaction of what is recorded: both happened, or neither. `detail`: codes, ids, numbers."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
    last = AuditEntry.objects.order_by("-number").first()
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=timezone.now(),
        actor=by.pk if by else None,
        action=action,
        kind=kind,
        subject=subject,
        detail=detail,
        before=bytes(last.mark) if last else START,
    )
    entry.mark = mark_of(entry)
    entry.save(force_insert=True)
    logger.info("audit %s: %s of %s %s, mark %s", entry.number, action, kind, subject, entry.mark.hex())
    return entry


def mark_of(entry: AuditEntry) -> bytes:
    told = [
        entry.number,
        entry.at.astimezone(datetime.UTC).isoformat(),
        str(entry.actor) if entry.actor else None,
        entry.action,
        entry.kind,
        str(entry.subject) if entry.subject else None,
        entry.detail,
    ]
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(bytes(entry.before) + text.encode()).digest()


def head() -> tuple[int, str]:
    """The last entry's number and mark; (0, "") for an empty log."""
    last = AuditEntry.objects.order_by("-number").values_list("number", "mark").first()
    return (last[0], bytes(last[1]).hex()) if last else (0, "")


def breaks() -> Iterator[Break]:
    """Every place where the log does not hold together. Reads all of it, a batch at a time."""
    before, expected = START, 1
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=2_000):
        if entry.number != expected:
            yield Break(expected, "missing")
        elif bytes(entry.before) != before:
            yield Break(entry.number, "unlinked")
        if mark_of(entry) != bytes(entry.mark):
            yield Break(entry.number, "changed")
        before, expected = bytes(entry.mark), entry.number + 1
