"""Who looks, and what is kept of it: times in which a service was not well, for ninety days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from operations.models import Lookout, Outage
from operations.status.states import DAYS, GRAVITY, State

MISSED = 5  # looks that nobody took: until then a process may just have been slow
Service = Outage.Service


@dataclass(frozen=True, slots=True)
class Turn:
    """What is known before a look. `mine`: this process takes it; else `states` are what another one found."""

    mine: bool
    worked_at: datetime | None
    states: dict[str, State]


def take_turn(now: datetime) -> Turn:
    """One process looks in each STATUS_SECONDS; two that ask at once are told apart by the row's lock."""
    every = timedelta(seconds=settings.STATUS_SECONDS)
    row, _made = Lookout.objects.get_or_create(pk=1)
    due = Lookout.objects.filter(Q(looked_at=None) | Q(looked_at__lte=now - every), pk=1)
    mine = bool(due.update(looked_at=now))
    if mine and row.looked_at and now - row.looked_at > MISSED * every:
        # Nobody looked: no process ran, or none could reach the database.
        Outage.objects.create(service=Service.WEB, state=State.DOWN, began_at=row.looked_at, ended_at=now)
    return Turn(mine, row.worked_at, {name: State(state) for name, state in row.states.items()})


@transaction.atomic
def record(states: Mapping[str, State], *, now: datetime) -> None:
    """Outages begin with a look that finds something wrong, get worse, and end with one that does not. What could not
    be told changes nothing."""
    Lookout.objects.filter(pk=1).update(states={name: state.value for name, state in states.items()})
    here = {each.service: each for each in Outage.objects.select_for_update().filter(ended_at=None)}
    for service, state in states.items():
        outage = here.get(service)
        if state.bad and outage is None:
            Outage.objects.create(service=service, state=state, began_at=now)
        elif state.bad and outage is not None and GRAVITY[state] > GRAVITY[State(outage.state)]:
            Outage.objects.filter(pk=outage.pk).update(state=state)
        elif state is State.OK and outage is not None:
            Outage.objects.filter(pk=outage.pk).update(ended_at=now)
    Outage.objects.filter(ended_at__lt=now - timedelta(days=DAYS + 1)).delete()


def worked() -> None:
    """A worker did what beat asked for."""
    now = timezone.now()
    if not Lookout.objects.filter(pk=1).update(worked_at=now):
        Lookout.objects.update_or_create(pk=1, defaults={"worked_at": now})
