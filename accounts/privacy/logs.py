"""Logs in the database are kept for ninety days: a rule of retention. The audit log stays: it has bare ids."""

from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import Q, QuerySet

from accounts.holds import held_people
from accounts.models import LegalHold, Sweep
from accounts.retention import KEPT_LOGS


def due(now: datetime) -> dict[str, int]:
    return {name: rows.count() for name, rows in _old(now).items()}


def sweep(now: datetime) -> dict[str, int]:
    return {name: rows.delete()[0] for name, rows in _old(now).items()}


def _old(now: datetime) -> "dict[str, QuerySet[Any]]":
    since = now - KEPT_LOGS
    return {
        "entries": LogEntry.objects.filter(action_time__lt=since).exclude(user__in=held_people(now)),
        "sweeps": Sweep.objects.filter(started_at__lt=since),
        "holds": LegalHold.objects.filter(Q(lifted_at__lt=since) | Q(until__lt=since)),
    }
