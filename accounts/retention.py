"""What goes by itself, and when: each app says what it sweeps; here it is run, counted and written down."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from accounts.errors import NotFound
from accounts.models import Sweep

logger = logging.getLogger(__name__)

KEPT_DELETED = timedelta(days=30)
KEPT_GUESTS = timedelta(days=30)
KEPT_LOGS = timedelta(days=90)

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`due` counts what would go now, by the names under which `sweep` counts what is gone. A sweep may be killed at
    any moment and called again; it leaves alone whoever is held (`accounts.holds`).
    """

    name: str
    called: Promise | str
    kept: Promise | str
    due: Callable[[datetime], Counts]
    sweep: Callable[[datetime], Counts]


_rules: dict[str, Rule] = {}


def on_retention(*rules: Rule) -> None:
    """For every app, in its `apps.py`. Repeatable."""
    _rules.update({rule.name: rule for rule in rules})


def all_rules() -> list[Rule]:
    return [_rules[name] for name in sorted(_rules)]


def rule_named(name: str) -> Rule:
    """NotFound with no such rule."""
    if name not in _rules:
        raise NotFound
    return _rules[name]


def gone_since(now: datetime | None = None) -> datetime:
    """What was thrown away before that cannot be brought back, and is deleted for good."""
    return (now or timezone.now()) - KEPT_DELETED


def run(name: str, now: datetime | None = None) -> Sweep:
    """Sweep, and write down what went. A run that fails is written down as failed, and raises."""
    rule = rule_named(name)
    swept = Sweep.objects.create(name=name)
    try:
        swept.gone = {kind: count for kind, count in rule.sweep(now or timezone.now()).items() if count}
    except Exception:
        swept.failed = True
        raise
    finally:
        swept.ended_at = timezone.now()
        swept.save(update_fields=["gone", "failed", "ended_at"])
    if swept.gone:
        logger.info("swept %s: %s", name, swept.gone)
    return swept


def latest() -> dict[str, Sweep]:
    """The last run of each rule."""
    rows: QuerySet[Sweep] = Sweep.objects.order_by("name", "-started_at").distinct("name")
    return {row.name: row for row in rows}
