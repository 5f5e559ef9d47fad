"""Counting days, weeks and months. What is counted again takes the place of what stood there, so it may run twice."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.ids import moment_of
from accounts.spending.ledger import DAYS_KEPT
from characters.models import RollUp
from characters.spans import MONTH, WEEK, beginning, following, week_of
from chat.models import Turn
from chat.services.statistics import id_at
from operations.analytics import statements
from operations.models import Tally

LOCK = 7_264_551_014  # advisory: two workers that count at once take turns
NAME = "site"
ONE = timedelta(days=1)
LATE = ONE  # yesterday is counted again: a turn that began before midnight may end after it
DAYS_A_RUN = 62
COHORTS = 26  # weeks back that somebody who comes is looked for
Measure = Tally.Measure
OF_MODELS = (Measure.CALLS, Measure.TOKENS_IN, Measure.TOKENS_OUT, Measure.COST)


def count_on(*, today: date | None = None) -> int:
    """Count what was not final the last time, yesterday and today in any case; returns how many days that were."""
    today = today or timezone.now().date()
    mark = RollUp.objects.filter(pk=NAME).first()
    since = mark.until if mark else _first_day() or today - LATE
    end = min(today, since + timedelta(days=DAYS_A_RUN))
    counted = 0
    while since <= end:
        # A week is a step, finished by itself: a task that is ended for its time goes on from the last one.
        until = min(end, following(WEEK, week_of(since)) - timedelta(days=1))
        # Months are made of weeks: each is counted with its last one, and that under way with the run's last.
        months = [month for month in [beginning(MONTH, until)] if until in (end, following(MONTH, month) - ONE)]
        counted += _count(since, until, months, today)
        RollUp.objects.update_or_create(pk=NAME, defaults={"until": min(until, today - LATE)})
        since = until + timedelta(days=1)
    return counted


def count_between(since: date, until: date, *, today: date | None = None) -> int:
    """Count these days, both included, and the weeks and months they lie in; returns how many days."""
    months = {beginning(MONTH, day) for day in _days(since, until)}
    return _count(since, until, sorted(months), today or timezone.now().date())


def _days(since: date, until: date) -> list[date]:
    return [since + timedelta(days=number) for number in range((until - since).days + 1)]


def _count(since: date, until: date, months: Sequence[date], today: date) -> int:
    days = _days(since, until)
    for day in days:
        _count_day(day, today)
    for week in sorted({week_of(day) for day in days}):
        _count_week(week)
    for month in months:
        _replace(Tally.Span.MONTH, month, statements.MONTH, _bounds(month, following(MONTH, month)))
    return len(days)


def _count_day(day: date, today: date) -> None:
    end = day + timedelta(days=1)
    at = {"from": datetime.combine(day, time(), UTC), "to": datetime.combine(end, time(), UTC)}
    _replace(Tally.Span.DAY, day, statements.DAY, _bounds(day, end) | at, but=OF_MODELS)
    # The ledger has laid older days together into their months: of those what was counted in time stays.
    if day >= (today - timedelta(days=DAYS_KEPT)).replace(day=1):
        _replace(Tally.Span.DAY, day, statements.MODELS, {"day": day}, only=OF_MODELS)


def _count_week(week: date) -> None:
    cohorts = [week - timedelta(weeks=number) for number in range(COHORTS)]
    where: dict[str, Any] = {
        "steps": list(statements.STEPS),
        "cohorts": cohorts,
        "lows": [id_at(cohort) for cohort in cohorts],
        "highs": [id_at(following(WEEK, cohort)) for cohort in cohorts],
    }
    _replace(Tally.Span.WEEK, week, statements.WEEK, _bounds(week, following(WEEK, week)) | where)


def _bounds(start: date, end: date) -> dict[str, Any]:
    return {"start": id_at(start), "end": id_at(end)}


@transaction.atomic
def _replace(
    span: str,
    since: date,
    statement: str,
    where: dict[str, Any],
    *,
    only: tuple[str, ...] = (),
    but: tuple[str, ...] = (),
) -> None:
    """Nothing is no row, but that none waits is one: else the last day with some would stand for the end of a week.
    Without changed numbers nothing is written."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(statement, where)
        found = {row[:3]: row[3:] for row in cursor.fetchall() if row[3] or row[0] == Measure.WAITING}
    here = Tally.objects.filter(span=span, since=since).exclude(measure__in=but)
    if only:
        here = here.filter(measure__in=only)
    stood = {(row.measure, row.part, row.unit): (row.pk, (row.value, row.people)) for row in here}
    gone = [pk for key, (pk, numbers) in stood.items() if found.get(key) != numbers]
    Tally.objects.filter(pk__in=gone).delete()
    Tally.objects.bulk_create(
        (
            Tally(span=span, since=since, measure=key[0], part=key[1], unit=key[2], value=numbers[0], people=numbers[1])
            for key, numbers in found.items()
            if key not in stood or stood[key][1] != numbers
        ),
        batch_size=1_000,
    )


def _first_day() -> date | None:
    first = Turn.objects.order_by("pk").values_list("pk", flat=True).first()
    return moment_of(first).date() if first else None
