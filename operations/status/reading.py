"""What everybody is told: states, ninety days of each service, incidents. Kept in the process for half a minute."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError
from django.db.models import Q
from django.utils import timezone

from operations.models import IncidentNote, Lookout, Outage
from operations.status.states import DAYS, Day, Span, State, days_of, overall, percent_up
from operations.status.watch import is_fresh, seen

KEPT_SECONDS = 30.0
LISTED = 50
SHORT = timedelta(minutes=2)  # one bad look is in the figures, but no incident to read of
Service = Outage.Service


@dataclass(frozen=True, slots=True)
class Line:
    service: Service
    state: State
    days: Sequence[Day]
    percent: float | None


@dataclass(frozen=True, slots=True)
class Board:
    state: State
    lines: Sequence[Line]
    outages: Sequence[Outage]
    notes: Sequence[IncidentNote]
    seen_at: datetime | None
    # False while the past could not be read: then there are no days, and the states are of this process alone.
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Past:
    """`states` are what the process whose turn it was found last."""

    since: datetime | None = None
    looked_at: datetime | None = None
    states: dict[str, State] = field(default_factory=dict)
    outages: Sequence[Outage] = ()
    notes: Sequence[IncidentNote] = ()


_lock = threading.Lock()
_kept: tuple[float, Past | None] = (-KEPT_SECONDS, None)


def board() -> Board:
    """Two threads do not read at once, and nobody waits longer for an absent database than one of them."""
    past = _past()
    theirs = past.states if past and is_fresh(past.looked_at) else {}
    states = dict(seen.states if seen.fresh else theirs)
    states = {service: states.get(service, State.UNKNOWN) for service in Service.values}
    states[Service.WEB] = State.OK  # whoever reads this was answered
    if past is None:
        states[Service.DATABASE] = State.DOWN
    now = timezone.now()
    return Board(
        state=overall(states),
        lines=[_line(Service(name), state, past, now) for name, state in states.items()],
        outages=[each for each in past.outages if not each.ended_at or each.ended_at - each.began_at >= SHORT][:LISTED]
        if past
        else [],
        notes=past.notes if past else [],
        seen_at=seen.at if seen.fresh else past.looked_at if past else None,
        whole=past is not None,
    )


def _line(service: Service, state: State, past: Past | None, now: datetime) -> Line:
    if past is None or past.since is None:
        return Line(service, state, [], None)
    spans = [
        Span(State(each.state), each.began_at, each.ended_at or now) for each in past.outages if each.service == service
    ]
    days = days_of(spans, today=now.date(), since=past.since.date())
    return Line(service, state, days, percent_up(spans, since=past.since, now=now))


def _past() -> Past | None:
    """None while the database is away."""
    global _kept
    with _lock:
        at, past = _kept
        if time.monotonic() - at < KEPT_SECONDS:
            return past
        try:
            past = _read()
        except (OperationalError, InterfaceError):
            past = None
        _kept = time.monotonic(), past
        return past


def forget() -> None:
    """What is kept is read anew: an operator wrote something."""
    global _kept
    with _lock:
        _kept = -KEPT_SECONDS, None


def _read() -> Past:
    since = timezone.now() - timedelta(days=DAYS)
    row = Lookout.objects.filter(pk=1).first()
    recent = Q(ended_at=None) | Q(ended_at__gte=since)
    return Past(
        since=row.first_at if row else None,
        looked_at=row.looked_at if row else None,
        states={name: State(state) for name, state in row.states.items()} if row else {},
        outages=list(Outage.objects.filter(recent)[:2_000]),
        notes=list(IncidentNote.objects.filter(recent, shown=True)[:LISTED]),
    )
