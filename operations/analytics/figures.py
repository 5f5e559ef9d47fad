"""What operators are told of their site. Nobody in particular can be seen in it (operations/analytics/telling.py).

What counts people, and what they did, is hidden where fewer than ten are behind it. What counts the work of servers and
of the team (calls, tokens, money, turns by how they ended, cases) is exact: it says nothing of a person.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connections, router
from django.db.models import Sum
from django.utils import timezone

from characters.discretion import HIDDEN, LEAST, NOTHING, Figure, figure, share
from characters.models import Character, CharacterSpan, Visibility
from characters.selectors import edition_of
from characters.selectors.statistics import end_of
from characters.spans import MONTH, WEEK, following, month_of, week_of
from operations.analytics import statements
from operations.analytics.telling import DAY, KINDS, nested, summed_parts
from operations.models import Tally
from stories.models import Story
from stories.selectors import shown_version

SHOWN = {DAY: 30, WEEK: 26, MONTH: 12}
"""How many of each there are where nothing else was asked for."""
MOST = 120  # bars that a chart has room for
EARLIEST = date(2000, 1, 1)  # that is asked for: before it no span is looked for
SETTLING = timedelta(days=1)  # so long what is over may still change
COHORTS, LISTED = 12, 20
Measure = Tally.Measure
ANSWERED = ("complete", "stopped", "withdrawn")
BROKEN = ("failed", "interrupted")


@dataclass(frozen=True, slots=True)
class Range:
    """From the day `since` to the day `until`, both included, by days, weeks or months: whole ones, so it may be wider
    than was asked for."""

    kind: str
    since: date
    until: date

    def spans(self) -> Iterator[tuple[date, date]]:
        """Beginning and end (exclusive) of each, oldest first."""
        since = self.since
        while since <= self.until:
            yield since, (end := end_of(self.kind, since))
            since = end

    @property
    def end(self) -> date:
        return max((end for _since, end in self.spans()), default=self.until)

    def beginning(self, day: date) -> date:
        return {DAY: day, WEEK: week_of(day), MONTH: month_of(day)}[self.kind]


@dataclass(frozen=True, slots=True)
class Line:
    """One day, week or month of people."""

    since: date
    end: date
    people: Figure = NOTHING
    fresh: Figure = NOTHING
    returning: Figure = NOTHING
    turns: Figure = NOTHING


@dataclass(frozen=True, slots=True)
class Cohort:
    """People by the week of their account: how many of them came in that week and those after it, in per cent; None
    while it is hidden or still ahead."""

    monday: date
    people: Figure
    percent: list[int | None]


@dataclass(frozen=True, slots=True)
class Ranked:
    name: str
    number: Figure


@dataclass(frozen=True, slots=True)
class Used:
    """One model. `micros` by currency."""

    model: str
    calls: int
    tokens_in: int
    tokens_out: int
    micros: dict[str, int]


@dataclass(frozen=True, slots=True)
class Work:
    """What servers and the team did in one span. `waiting`: at its end; None while it was not counted."""

    since: date
    end: date
    tokens: int = 0
    opened: int = 0
    decided: int = 0
    waiting: int | None = None
    answered: int = 0
    broken: int = 0


@dataclass(frozen=True, slots=True)
class Site:
    range: Range
    lines: list[Line]
    lengths: list[tuple[int, Figure]]
    cohorts: list[Cohort]
    characters: list[Ranked]
    stories: list[Ranked]
    models: list[Used]
    work: list[Work]
    failures: list[tuple[str, int]]
    appeals: int = 0
    cost: dict[str, int] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        return sum(each.answered for each in self.work)

    @property
    def broken(self) -> int:
        return sum(each.broken for each in self.work)

    @property
    def empty(self) -> bool:
        """Nothing was counted in it at all."""
        return not (self.models or self.answered or self.broken or any(each.people.value != 0 for each in self.lines))


def asked_range(kind: str = "", since: date | None = None, until: date | None = None, *, today: date) -> Range:
    """What can be shown of what was asked: whole spans, none ahead, MOST of them."""
    kind = kind if kind in KINDS else DAY
    until = max(EARLIEST, min(until or today, today))
    since = since and max(EARLIEST, since)
    whole = Range(kind, until, until)
    until = whole.beginning(until)
    first = until
    for _ in range((MOST if since else SHOWN[kind]) - 1):
        first = whole.beginning(first - timedelta(days=1))
    return Range(kind, max(whole.beginning(min(since, until)), first) if since else first, until)


def site_figures(asked: Range, *, language: str, today: date | None = None) -> Site:
    """Thirteen queries at most, and two for each story that is listed."""
    today = today or timezone.now().date()
    weeks = _weeks(asked, today)
    work, models, failures, appeals = _work(asked)
    cost: Counter[str] = Counter()
    for each in models:
        cost.update(each.micros)
    return Site(
        range=asked,
        lines=_lines(asked, today),
        lengths=[
            (int(step), number) for step, number in sorted(_parts(Measure.LENGTHS, weeks), key=lambda p: int(p[0]))
        ],
        cohorts=_cohorts(weeks[-1] if weeks else None, today),
        characters=_characters(weeks, language),
        stories=_stories(weeks, language),
        models=models,
        work=work,
        failures=failures,
        appeals=appeals,
        cost=dict(cost),
    )


# --- people ---


def _lines(asked: Range, today: date) -> list[Line]:
    """Whole months are read: only together they say what each week and day may show."""
    low, high = month_of(asked.since), following(MONTH, month_of(asked.end - timedelta(days=1)))
    rows: dict[str, dict[str, dict[date, tuple[int, int]]]] = defaultdict(lambda: defaultdict(dict))
    kinds = KINDS[KINDS.index(asked.kind) :]
    found = Tally.objects.filter(
        span__in=kinds, since__gte=low, since__lt=high, measure__in=(Measure.PEOPLE, Measure.FRESH, Measure.TURNS)
    )
    for row in found:
        rows[row.measure][row.span][row.since] = row.value, row.people or 0
    told: dict[str, set[tuple[str, date]]] = {
        measure: nested({kind: {since: min(pair) for since, pair in of.items()} for kind, of in rows[measure].items()})
        for measure in (Measure.PEOPLE, Measure.FRESH, Measure.TURNS)
    }

    def number(measure: str, since: date, end: date) -> Figure:
        value, people = rows[measure][asked.kind].get(since, (0, 0))
        shown = (asked.kind, since) in told[measure]
        return figure(value, shown=shown, people=people, growing=end > today - SETTLING)

    lines = []
    for since, end in asked.spans():
        people, fresh = number(Measure.PEOPLE, since, end), number(Measure.FRESH, since, end)
        everybody = rows[Measure.PEOPLE][asked.kind].get(since, (0, 0))[0]
        new = rows[Measure.FRESH][asked.kind].get(since, (0, 0))[0]
        returning = figure(everybody - new, growing=end > today - SETTLING)
        if people.hidden or (fresh.hidden and everybody):
            returning = HIDDEN
        if 0 < everybody - new < LEAST and not people.hidden:
            fresh = HIDDEN  # or the few who were no news would be what is left
        lines.append(Line(since, end, people, fresh, returning, number(Measure.TURNS, since, end)))
    return lines


def _weeks(asked: Range, today: date) -> list[date]:
    """Those within, and those that begin before or end after it; without what may still change."""
    monday, found = week_of(asked.since), []
    while monday < asked.end:
        if following(WEEK, monday) <= today - SETTLING:
            found.append(monday)
        monday = following(WEEK, monday)
    return found


def _parts(measure: str, weeks: Sequence[date]) -> list[tuple[str, Figure]]:
    by_week: dict[date, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in Tally.objects.filter(span=WEEK, measure=measure, since__in=weeks).order_by("since", "part"):
        by_week[row.since][row.part] = row.value, row.people or 0
    return list(summed_parts(by_week.values()).items())


def _cohorts(last: date | None, today: date) -> list[Cohort]:
    if last is None:
        return []
    first = last - timedelta(weeks=COHORTS - 1)
    rows = Tally.objects.filter(span=WEEK, since__gte=first, since__lte=last)
    made = dict(rows.filter(measure=Measure.ACCOUNTS).values_list("since", "value"))
    came = {
        (date.fromisoformat(part), since): value
        for part, since, value in rows.filter(measure=Measure.CAME_BACK).values_list("part", "since", "value")
    }
    found = []
    for number in range(COHORTS):
        monday = first + timedelta(weeks=number)
        size = made.get(monday, 0)
        weeks = (monday + timedelta(weeks=later) for later in range(COHORTS - number))
        percent = [share(min(size, came.get((monday, week), 0)), size) for week in weeks]
        if size:
            told = [each if size >= LEAST else None for each in percent]
            found.append(Cohort(monday, figure(size), told + [None] * number))
    return found


def _characters(weeks: Sequence[date], language: str) -> list[Ranked]:
    """Of weeks in which ten people or more spoke with them; only those whom everybody can find have a name here."""
    rows = CharacterSpan.objects.filter(
        kind=WEEK, since__in=weeks, players__gte=LEAST, replies__gte=LEAST,
        character__visibility=Visibility.PUBLIC, character__deleted_at=None, character__published__isnull=False,
    )  # fmt: skip
    ranked = dict(rows.values_list("character").annotate(sum=Sum("replies")).order_by("-sum", "character")[:LISTED])
    named = {each.pk: each for each in Character.objects.filter(pk__in=ranked)}
    return [Ranked(edition_of(named[pk], language).name, Figure(number)) for pk, number in ranked.items()]


def _stories(weeks: Sequence[date], language: str) -> list[Ranked]:
    rows = Tally.objects.filter(
        span=WEEK, measure=Measure.STORIES, since__in=weeks, people__gte=LEAST, value__gte=LEAST
    )
    ranked = dict(rows.values_list("part").annotate(sum=Sum("value")).order_by("-sum", "part"))
    public = Story.objects.filter(pk__in=list(ranked), visibility="public", deleted_at=None, published__isnull=False)
    named = {str(each.pk): each for each in public}
    listed = [(named[part], number) for part, number in ranked.items() if part in named][:LISTED]
    return [Ranked(shown_version(story).called(language), Figure(number)) for story, number in listed]


# --- the work of servers and of the team ---


def _work(asked: Range) -> tuple[list[Work], list[Used], list[tuple[str, int]], int]:
    spans = list(asked.spans())
    done: dict[date, Counter[str]] = defaultdict(Counter)
    waiting: dict[date, int] = {}
    used: dict[str, Counter[str]] = defaultdict(Counter)
    money: dict[str, Counter[str]] = defaultdict(Counter)
    failures: Counter[str] = Counter()
    for kind, since, part, unit, value in _added(spans):
        if part == Measure.WAITING and kind == "work":
            waiting[since] = value
        elif kind == "work":
            done[since][part] = value
        elif kind == Measure.COST:
            money[part][unit] = value
        elif kind == Measure.FAILURES:
            failures[part] = value
        else:
            used[part][kind] = value
    work = [
        Work(
            since, end, done[since]["tokens"], done[since][Measure.OPENED], done[since][Measure.DECIDED],
            waiting.get(since), done[since]["answered"], done[since]["broken"],
        )
        for since, end in spans
    ]  # fmt: skip
    models = [
        Used(name, of[Measure.CALLS], of[Measure.TOKENS_IN], of[Measure.TOKENS_OUT], dict(money[name]))
        for name, of in sorted(
            used.items(), key=lambda pair: (-pair[1][Measure.TOKENS_IN] - pair[1][Measure.TOKENS_OUT], pair[0])
        )
    ]
    worst = sorted(failures.items(), key=lambda pair: (-pair[1], pair[0]))[:LISTED]
    appeals = sum(of[Measure.APPEALS] for of in done.values())
    return work, models, worst, appeals


def _added(spans: Sequence[tuple[date, date]]) -> list[tuple[str, date, str, str, int]]:
    """As the database adds it up: as many rows as the page shows, however many days there are."""
    where: dict[str, Any] = {
        "starts": [since for since, _end in spans],
        "ends": [end for _since, end in spans],
        "broken": list(BROKEN),
    }
    with connections[router.db_for_read(Tally)].cursor() as cursor:
        cursor.execute(statements.WORK, where)
        return cursor.fetchall()
