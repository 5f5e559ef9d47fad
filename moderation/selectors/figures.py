"""How the queue is worked: figures for the team, never anybody's words."""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from moderation.models import Appeal, Case
from moderation.selectors.cases import open_cases

DAYS = 30
MOST = 50_000
Outcome = Case.Outcome
Span = datetime.timedelta


class Decided(NamedTuple):
    by: UUID | None
    begun: datetime.datetime
    at: datetime.datetime
    outcome: str
    rule: str

    @property
    def took(self) -> Span:
        return self.at - self.begun

    @property
    def founded(self) -> bool:
        return self.outcome != Outcome.DISMISSED


@dataclass(frozen=True, slots=True)
class Worker:
    """`overturned` of `appealed` decisions were taken back by somebody else."""

    user: User
    decided: int
    took: Span
    founded: int
    holds: int
    appealed: int
    overturned: int

    @property
    def share(self) -> int:
        return round(100 * self.founded / self.decided) if self.decided else 0

    @property
    def per_day(self) -> float:
        return self.decided / DAYS


@dataclass(frozen=True, slots=True)
class RuleFigures:
    rule: str
    decided: int
    founded: int

    @property
    def share(self) -> int:
        return round(100 * self.founded / self.decided)


@dataclass(frozen=True, slots=True)
class Figures:
    days: list[tuple[datetime.date, int, int]]  # opened, decided
    open: list[tuple[int, int]]  # severity, how many
    age: Span | None
    took: Span | None
    workers: list[Worker]
    rules: list[RuleFigures]
    appealed: int
    overturned: int

    @property
    def rate(self) -> int | None:
        return round(100 * self.overturned / self.appealed) if self.appealed else None


def figures(*, days: int = DAYS) -> Figures:
    """Of the last so many days. Seven queries."""
    now = timezone.now()
    since = now - Span(days=days)
    rows = Case.objects.filter(decided_at__gte=since)
    columns = rows.values_list("decided_by", "opened_at", "decided_at", "outcome", "rule")
    decided = [Decided(by, begun, at, outcome, rule) for by, begun, at, outcome, rule in columns[:MOST] if at]
    opened = Case.objects.filter(opened_at__gte=since).values_list("opened_at", flat=True)[:MOST]
    came, went = Counter(at.date() for at in opened), Counter(row.at.date() for row in decided)
    waiting = list(open_cases().values_list("opened_at", flat=True)[:MOST])
    appeals = _appeals(since)
    return Figures(
        days=[(day, came[day], went[day]) for day in (now.date() - Span(days=ago) for ago in reversed(range(days)))],
        open=list(open_cases().order_by("-severity").values_list("severity").annotate(count=Count("pk"))),
        age=_median([now - at for at in waiting]),
        took=_median([row.took for row in decided]),
        workers=_workers(decided, appeals),
        rules=_rules(decided),
        appealed=sum(all_ for all_, _won in appeals.values()),
        overturned=sum(won for _all, won in appeals.values()),
    )


def _workers(decided: list[Decided], appeals: dict[object, tuple[int, int]]) -> list[Worker]:
    by: dict[object, list[Decided]] = defaultdict(list)
    for row in decided:
        by[row.by].append(row)
    held = Case.objects.filter(claimed_until__gt=timezone.now(), outcome="").exclude(claimed_by=None)
    holds = dict(held.order_by().values_list("claimed_by").annotate(count=Count("pk")))
    people = User.objects.filter(Q(pk__in=[*filter(None, by), *holds])).select_related("profile")
    found = []
    for person in people:
        rows = by.get(person.pk, [])
        appealed, overturned = appeals.get(person.pk, (0, 0))
        found.append(
            Worker(
                user=person,
                decided=len(rows),
                took=_median([row.took for row in rows]) or Span(),
                founded=sum(row.founded for row in rows),
                holds=holds.get(person.pk, 0),
                appealed=appealed,
                overturned=overturned,
            )
        )
    return sorted(found, key=lambda worker: -worker.decided)


def _appeals(since: datetime.datetime) -> dict[object, tuple[int, int]]:
    """Decided since then, by whoever had decided before: how many, and how many of them were granted."""
    found: dict[object, tuple[int, int]] = {}
    rows = Appeal.objects.filter(decided_at__gte=since).exclude(state=Appeal.State.OPEN)
    for by, imposed, state in rows.values_list("notice__case__decided_by", "notice__sanction__imposed_by", "state"):
        all_, won = found.get(by or imposed, (0, 0))
        found[by or imposed] = all_ + 1, won + (state == Appeal.State.GRANTED)
    return found


def _rules(decided: list[Decided]) -> list[RuleFigures]:
    count = Counter(row.rule for row in decided)
    founded = Counter(row.rule for row in decided if row.founded)
    return [RuleFigures(rule, number, founded[rule]) for rule, number in count.most_common(20)]


def _median(spans: list[Span]) -> Span | None:
    return Span(seconds=round(median(span.total_seconds() for span in spans))) if spans else None
