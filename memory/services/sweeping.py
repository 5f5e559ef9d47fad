"""Every night: what lost its colour fades, near-duplicates become one, what was forgotten long ago is emptied."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db.models import F
from django.utils import timezone

from accounts.retention import gone_since
from inference.base import ModelError
from memory.fading import FADES_BELOW, same, terms_of, vividness
from memory.models import Memory, Pair, Provenance, State, Sweep
from memory.selectors.came_up import opened
from memory.services.embedding import embed_pair
from memory.services.forgetting import forget_orphans
from memory.services.memories import absorb
from memory.services.pairs import writing

log = structlog.get_logger(__name__)

OFTEN = timedelta(hours=20)  # a pair is swept once a night, however often the task runs
KEEPS = (Provenance.BY_HAND, Provenance.ASKED)  # what somebody wanted remembered does not fade


@dataclass(slots=True)
class Swept:
    faded: int = 0
    merged: int = 0
    orphaned: int = 0
    emptied: int = 0
    embedded: int = 0


def sweep(*, until: datetime) -> Sweep:
    """As many pairs as there is time for, those first that were swept longest ago. What was done is written down."""
    row = Sweep.objects.create()
    due = timezone.now() - OFTEN
    while timezone.now() < until:
        pair_id = _next(due)
        if pair_id is None:
            break
        found = sweep_pair(pair_id)
        Sweep.objects.filter(pk=row.pk).update(
            pairs=F("pairs") + 1,
            **{name: F(name) + getattr(found, name) for name in Swept.__slots__},
        )
    Sweep.objects.filter(pk=row.pk).update(ended_at=timezone.now())
    row.refresh_from_db()
    figures = {name: getattr(row, name) for name in ("pairs", *Swept.__slots__)}
    log.info("memories_swept", **figures)
    return row


def sweep_pair(pair_id: UUID, *, now: datetime | None = None) -> Swept:
    """Whole or not at all; twice is once."""
    now = now or timezone.now()
    swept = Swept()
    try:
        with writing(pair_id) as pair:
            swept.orphaned = forget_orphans(pair_id)
            swept.merged = _merge(pair)
            swept.faded = _fade(pair, now)
            swept.emptied = _empty(pair)
            Pair.objects.filter(pk=pair_id).update(swept_at=now)
    except Pair.DoesNotExist:
        return swept
    try:
        swept.embedded = embed_pair(pair_id)
    except ModelError as error:
        log.warning("memories_not_embedded", pair=str(pair_id), code=error.code)
    return swept


def _next(due: datetime) -> UUID | None:
    rows = Pair.objects.order_by(F("swept_at").asc(nulls_first=True)).values_list("pk", "swept_at")
    for pair_id, swept_at in rows[:1]:
        if swept_at is None or swept_at < due:
            found: UUID = pair_id
            return found
    return None


def _fade(pair: Pair, now: datetime) -> int:
    rows = Memory.objects.filter(pair=pair, state=State.ACTIVE, pinned=False).exclude(provenance__in=KEEPS)
    faded = [row.pk for row in rows.defer("embedding") if vividness_of(row, now) < FADES_BELOW]
    return Memory.objects.filter(pk__in=faded).update(state=State.FADED, changed_at=now)


def vividness_of(row: Memory, now: datetime) -> float:
    last = max(row.created_at, row.changed_at, row.recalled_at or row.created_at)
    return vividness(importance=row.importance, recalled=row.recalled, last=last, now=now)


def _merge(pair: Pair) -> int:
    """The one that was told first keeps the lines of both."""
    rows = Memory.objects.filter(pair=pair, state=State.ACTIVE).order_by("said_at", "id").defer("embedding")
    groups: defaultdict[tuple[str, int | None], list[Memory]] = defaultdict(list)
    for row in rows:
        groups[row.kind, row.slot].append(row)
    return sum(_merge_group(group) for group in groups.values())


def _merge_group(rows: Iterable[Memory]) -> int:
    kept: list[tuple[Memory, frozenset[str]]] = []
    merged = 0
    for row in rows:
        terms = terms_of(opened(row))
        twin = next((other for other, its in kept if same(terms, its)), None)
        if twin is None or row.pinned:
            kept.append((row, terms))
            continue
        twin.importance, twin.recalled = max(twin.importance, row.importance), twin.recalled + row.recalled
        twin.save(update_fields=["importance", "recalled"])
        absorb(twin, row)
        merged += 1
    return merged


def _empty(pair: Pair) -> int:
    """Its words go; that it was forgotten stays, or it would be learnt anew from its lines."""
    old = Memory.objects.filter(pair=pair, state=State.FORGOTTEN, changed_at__lt=gone_since()).exclude(text=b"")
    return old.update(text=b"", embedding=None, model="")
