"""Figures of the site: what is counted equals a plain recount, and nothing told speaks of fewer than ten."""

import csv
import io
import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.consents.answers import answer
from accounts.consents.words import newest
from accounts.ids import uuid7
from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import Age, DataUse, ModelUse, Operation, User
from accounts.people import create_people
from characters.discretion import LEAST, Figure
from characters.models import Character, CharacterSpan, RollUp
from characters.spans import MONTH, WEEK, beginning, following, week_of
from chat.models import Conversation, Turn
from moderation.handbook import acknowledge
from moderation.services.cases import open_case
from operations.analytics import counting
from operations.analytics.counting import count_between, count_on
from operations.analytics.figures import asked_range, site_figures
from operations.analytics.statements import STEPS
from operations.analytics.tables import spent_percent, tables_of
from operations.analytics.telling import DAY, nested
from operations.models import Tally
from tests.characters.conftest import signed_in
from tests.characters.factories import a_character
from tests.characters.talked import TODAY, id_on, talk_on
from tests.factories import PASSWORD, UserFactory

PAGE = "/admin/operations/tally/"
STATUSES = ("complete", "complete", "complete", "stopped", "withdrawn", "failed", "interrupted")


def accounts(days: list[date]) -> list[User]:
    """One account made on each of these days."""
    return create_people(
        [User(id=id_on(day), email=f"{uuid7().hex}@example.com", age=Age.ADULT) for day in days], language="en"
    )


def turns(
    talk: Conversation, days: list[date], *, by: UUID | None = None, statuses: tuple[str, ...] = ("complete",)
) -> None:
    Turn.objects.bulk_create(
        Turn(
            id=id_on(day, number % 600), conversation=talk, status=statuses[number % len(statuses)],
            error="model_too_slow" if statuses[number % len(statuses)] == "failed" else "",
            started_by_id=by or talk.owner_id, reply_id=uuid7(), parent_id=uuid7(), speaker="M", process=uuid7(),
            started_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        )
        for number, day in enumerate(days)
    )  # fmt: skip


@pytest.fixture
def alice(db: None) -> User:
    return UserFactory(name="Alice")


@pytest.fixture
def mira(alice: User) -> Character:
    return a_character(alice, name="Mira of the Lantern")


def day_of(value: UUID) -> date:
    return datetime.fromtimestamp((value.int >> 80) / 1000, UTC).date()


def recounted(refused: set[UUID]) -> dict[tuple[str, date, str, str], tuple[int, int | None]]:
    """The same by reading every turn and adding up in plain Python."""
    found: dict[tuple[str, date, str, str], tuple[int, int | None]] = {}
    every = [
        (day_of(turn.pk), turn.started_by_id, turn.status, turn.error, turn.conversation_id)
        for turn in Turn.objects.exclude(status="running").filter(conversation__expires_at=None)
    ]
    for kind in (DAY, WEEK, MONTH):
        spans: dict[date, list[Any]] = defaultdict(list)
        for row in every:
            spans[row[0] if kind == DAY else beginning(kind, row[0])].append(row)
        for since, rows in spans.items():
            said = [row for row in rows if row[1] not in refused]
            people = {row[1] for row in said}
            end = since + timedelta(days=1) if kind == DAY else following(kind, since)
            fresh = {one for one in people if since <= day_of(one) < end}
            found[kind, since, "people", ""] = len(people), len(people)
            found[kind, since, "fresh", ""] = len(fresh), len(fresh)
            found[kind, since, "turns", ""] = len(said), len(people)
            if kind == DAY:
                for status, count in Counter(row[2] for row in rows).items():
                    found[kind, since, "outcomes", status] = count, None
                for error, count in Counter(row[3] for row in rows if row[2] == "failed").items():
                    found[kind, since, "failures", error] = count, None
            if kind == WEEK:
                for cohort in {week_of(day_of(one)) for one in people}:
                    came = {one for one in people if week_of(day_of(one)) == cohort}
                    found[kind, since, "came_back", cohort.isoformat()] = len(came), len(came)
                replies = Counter(row[4] for row in said if row[2] in ("complete", "stopped"))
                for step in STEPS:
                    talks = {talk for talk, count in replies.items() if max(s for s in STEPS if s <= count) == step}
                    who = {row[1] for row in said if row[4] in talks}
                    found[kind, since, "lengths", str(step)] = len(talks), len(who)
    return {key: numbers for key, numbers in found.items() if numbers[0]}


def stored() -> dict[tuple[str, date, str, str], tuple[int, int | None]]:
    rows = Tally.objects.exclude(measure__in=("accounts", "waiting", "opened", "stories"))
    return {(row.span, row.since, row.measure, row.part): (row.value, row.people) for row in rows}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_what_is_counted_equals_a_plain_recount(mira: Character, seed: int) -> None:
    chance = random.Random(seed)
    first = TODAY - timedelta(days=50)
    people = accounts([first + timedelta(days=chance.randrange(40)) for _ in range(12)])
    refused = people[0]
    answer(user=refused, purpose=DataUse.ANALYTICS, given=False, version=newest(DataUse.ANALYTICS).version)
    for person in people:
        for _ in range(chance.randrange(1, 3)):
            talk = talk_on(first, person, mira)
            some = tuple(chance.choices(STATUSES, k=5))
            since = (day_of(person.pk) - first).days
            days = [first + timedelta(days=chance.randrange(since, 51)) for _ in range(chance.randrange(30))]
            turns(talk, days, statuses=some)
    passing = talk_on(first, people[1], mira)
    turns(passing, [first])
    Conversation.objects.filter(pk=passing.pk).update(expires_at=timezone.now())
    call_command("count_site", since=first, until=TODAY, verbosity=0)
    assert stored() == recounted({refused.pk})
    assert Tally.objects.filter(span=WEEK, measure="accounts").count() == len(
        {week_of(day_of(one.pk)) for one in people[1:]}
    )
    # Once more writes nothing; and what changed meanwhile takes the place of what stood there.
    before = set(Tally.objects.values_list("pk", flat=True))
    count_between(first, TODAY, today=TODAY)
    assert set(Tally.objects.values_list("pk", flat=True)) == before
    Turn.objects.filter(started_by_id=people[2].pk).delete()
    count_between(first, TODAY, today=TODAY)
    assert stored() == recounted({refused.pk})


@pytest.mark.django_db
def test_counting_goes_on_from_where_it_was_and_looks_at_yesterday_again(mira: Character) -> None:
    [person] = accounts([TODAY - timedelta(days=10)])
    talk = talk_on(TODAY, person, mira)
    turns(talk, [TODAY - timedelta(days=3)])
    assert count_on(today=TODAY) == 4
    turns(talk, [TODAY - timedelta(days=1)] * 2)
    assert count_on(today=TODAY) == 2
    assert Tally.objects.get(span=DAY, since=TODAY - timedelta(days=1), measure="turns").value == 2


@pytest.mark.django_db
def test_who_is_stopped_amid_many_days_goes_on_from_the_last_step(mira: Character, monkeypatch) -> None:
    [person] = accounts([TODAY - timedelta(days=40)])
    turns(talk_on(TODAY, person, mira), [TODAY - timedelta(days=number) for number in range(31)])
    count = counting._count
    steps: list[date] = []

    def until_the_third(since: date, until: date, *more: Any) -> int:
        if len(steps) == 2:
            raise TimeoutError
        steps.append(until)
        return count(since, until, *more)

    with monkeypatch.context() as patch:
        patch.setattr(counting, "_count", until_the_third)
        with pytest.raises(TimeoutError):
            count_on(today=TODAY)
    assert RollUp.objects.get(pk=counting.NAME).until == steps[-1] < TODAY - timedelta(days=14)
    count_on(today=TODAY)
    months = {row.since: row.value for row in Tally.objects.filter(span=MONTH, measure="turns")}
    assert months == Counter(beginning(MONTH, TODAY - timedelta(days=number)) for number in range(31))


def statement_of(sql: str) -> str:
    marks = {"week": "'lengths'", "day": "'outcomes'", "models": "'calls'"}
    return next((name for name, mark in marks.items() if mark in sql), "month")


@pytest.mark.django_db
def test_on_its_way_back_each_week_and_each_month_is_counted_once(mira: Character) -> None:
    first = week_of(TODAY) - timedelta(days=60)  # a Thursday
    [person] = accounts([first])
    turns(talk_on(TODAY, person, mira), [first + timedelta(days=number) for number in range((TODAY - first).days)])
    with CaptureQueriesContext(connection) as asked:
        assert count_on(today=TODAY) == (TODAY - first).days + 1
    days = [first + timedelta(days=number) for number in range((TODAY - first).days + 1)]
    counted = Counter(statement_of(each["sql"]) for each in asked if "as measure" in each["sql"])
    assert counted["week"] == len({week_of(day) for day in days})
    assert counted["month"] == len({beginning(MONTH, day) for day in days}) > 1
    for kind in (DAY, WEEK, MONTH):
        told = {row.since: row.value for row in Tally.objects.filter(span=kind, measure="turns")}
        assert told == Counter(day if kind == DAY else beginning(kind, day) for day in days if day < TODAY)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [DAY, WEEK, MONTH])
def test_what_servers_did_is_added_up_by_the_database_in_one_query(kind: str) -> None:
    chance, first = random.Random(3), TODAY - timedelta(days=75)
    days = [first + timedelta(days=number) for number in range(76)]
    for day in days:
        for part in ("complete", "stopped", "withdrawn", "failed", "interrupted"):
            tally(day, "outcomes", chance.randrange(1, 90), people=None, part=part)
        for model in ("small", "large"):
            for measure in ("calls", "tokens_in", "tokens_out"):
                tally(day, measure, chance.randrange(1, 900), people=None, part=model)
            for unit in ("EUR", "USD"):
                tally(day, "cost", chance.randrange(1, 900), people=None, part=model, unit=unit)
        for measure in ("opened", "decided", "waiting", "appeals"):
            tally(day, measure, chance.randrange(1, 9), people=None)
        tally(day, "failures", chance.randrange(1, 9), people=None, part="model_too_slow")
        tally(day, "turns", 100, people=50)
    asked = asked_range(kind, first + timedelta(days=20), TODAY, today=TODAY)
    with CaptureQueriesContext(connection) as seen:
        told = site_figures(asked, language="en", today=TODAY)
    assert sum("operations_tally" in each["sql"] for each in seen) <= 6
    rows = [row for row in Tally.objects.filter(span=DAY, people=None) if asked.since <= row.since < asked.end]

    def plain(measure: str, *, since: date, end: date, parts: tuple[str, ...] = ()) -> int:
        return sum(
            row.value
            for row in rows
            if row.measure == measure and since <= row.since < end and (not parts or row.part in parts)
        )

    assert [(each.since, each.end) for each in told.work] == list(asked.spans())
    for each in told.work:
        within = {"since": each.since, "end": each.end}
        assert each.answered == plain("outcomes", parts=("complete", "stopped", "withdrawn"), **within)
        assert each.broken == plain("outcomes", parts=("failed", "interrupted"), **within)
        assert each.tokens == plain("tokens_in", **within) + plain("tokens_out", **within)
        assert (each.opened, each.decided) == (plain("opened", **within), plain("decided", **within))
        last = max(row.since for row in rows if row.measure == "waiting" and row.since < each.end)
        assert each.waiting == plain("waiting", since=last, end=last + timedelta(days=1))
    whole = {"since": asked.since, "end": asked.end}
    assert {(each.model, each.calls, each.tokens_in, each.tokens_out) for each in told.models} == {
        (name, *(plain(measure, parts=(name,), **whole) for measure in ("calls", "tokens_in", "tokens_out")))
        for name in ("small", "large")
    }
    assert sum(told.cost.values()) == plain("cost", **whole)
    assert set(told.cost) == {"EUR", "USD"}
    assert told.failures == [("model_too_slow", plain("failures", **whole))]
    assert told.appeals == plain("appeals", **whole)


@pytest.mark.django_db
def test_models_and_errors_of_equal_sums_come_by_name() -> None:
    names = list("gcjaheibdf")
    for name in names:
        tally(TODAY, "calls", 7, people=None, part=name)
        tally(TODAY, "failures", 7, people=None, part=name)
    told = site_figures(asked_range(DAY, TODAY, TODAY, today=TODAY), language="en", today=TODAY)
    assert [each.model for each in told.models] == sorted(names)
    assert [name for name, _number in told.failures] == sorted(names)[: len(told.failures)]
    assert len(told.failures) > 1


@pytest.mark.django_db
def test_what_the_ledger_laid_together_keeps_the_days_that_were_counted() -> None:
    ModelUse.objects.create(
        since=TODAY, model="m", operation=Operation.REPLY, currency="USD", calls=3, prompt=10, completion=5, micros=70
    )
    count_between(TODAY, TODAY, today=TODAY)
    numbers = {row.measure: (row.part, row.unit, row.value) for row in Tally.objects.filter(people=None)}
    assert numbers.pop("waiting") == ("", "", 0)
    assert numbers == {
        "calls": ("m", "", 3), "tokens_in": ("m", "", 10), "tokens_out": ("m", "", 5), "cost": ("m", "USD", 70),
    }  # fmt: skip
    ModelUse.objects.all().delete()
    count_between(TODAY, TODAY, today=TODAY + timedelta(days=200))
    assert Tally.objects.filter(measure="cost").count() == 1
    count_between(TODAY, TODAY, today=TODAY)
    assert not Tally.objects.exclude(measure="waiting").exists()


# --- what is told ---


@given(st.dictionaries(st.integers(0, 60), st.integers(1, 40), max_size=40))
def test_what_is_told_of_days_weeks_and_months_leaves_no_small_group(days: dict[int, int]) -> None:
    """Nobody comes twice, so the parts add up, which is what gives most away."""
    people: dict[str, dict[date, int]] = {DAY: {}, WEEK: Counter(), MONTH: Counter()}
    for number, count in days.items():
        day = date(2026, 10, 1) + timedelta(days=number)
        people[DAY][day] = count
        people[WEEK][beginning(WEEK, day)] += count
        people[MONTH][beginning(MONTH, day)] += count
    told = nested(people)
    assert all(people[kind][since] >= LEAST for kind, since in told)
    for kind, over in ((WEEK, MONTH), (DAY, WEEK)):
        for whole, count in people[over].items():
            inside = {since: each for since, each in people[kind].items() if beginning(over, since) == whole}
            seen = sum(each for since, each in inside.items() if (kind, since) in told)
            if (over, whole) not in told:
                assert not seen
            elif seen:
                assert not 0 < count - seen < LEAST


def tally(since: date, measure: str, value: int, *, span: str = DAY, people: int | None = -1, **rest: str) -> None:
    behind = value if people == -1 else people
    Tally.objects.create(span=span, since=since, measure=measure, value=value, people=behind, **rest)


@pytest.mark.django_db
def test_new_people_who_are_few_hide_who_came_back_too() -> None:
    month, week = beginning(MONTH, TODAY), week_of(TODAY)
    for span, since in ((MONTH, month), (WEEK, week)):
        tally(since, "people", 60, span=span)
        tally(since, "fresh", 55, span=span)
    asked = asked_range(WEEK, week, week, today=TODAY + timedelta(days=30))
    [line] = site_figures(asked, language="en", today=TODAY + timedelta(days=30)).lines
    assert (line.people, line.fresh.value, line.returning.value) == (Figure(60), None, None)
    Tally.objects.filter(measure="fresh").update(value=40, people=40)
    [line] = site_figures(asked, language="en", today=TODAY + timedelta(days=30)).lines
    assert (line.people.value, line.fresh.value, line.returning.value) == (60, 40, 20)


@pytest.mark.django_db
def test_cohorts_characters_and_stories_name_no_small_group_and_nothing_private(mira: Character, alice: User) -> None:
    week = week_of(TODAY) - timedelta(weeks=2)
    hers = a_character(alice, name="A secret")
    Character.objects.filter(pk=hers.pk).update(visibility="private")
    for character, players in ((mira, 12), (hers, 30)):
        for number in range(2):
            CharacterSpan.objects.create(
                character=character, kind=WEEK, since=week - timedelta(weeks=number), players=players - 5 * number,
                replies=100,
            )  # fmt: skip
    tally(week, "accounts", 40, span=WEEK)
    tally(week, "came_back", 31, span=WEEK, part=week.isoformat())
    tally(week + timedelta(weeks=1), "came_back", 12, span=WEEK, part=week.isoformat())
    tally(week - timedelta(weeks=1), "accounts", 9, span=WEEK)
    told = site_figures(asked_range(WEEK, week - timedelta(weeks=3), today=TODAY), language="en", today=TODAY)
    assert [(each.name, each.number.value) for each in told.characters] == [("Mira of the Lantern", 100)]
    small, cohort = told.cohorts
    # 31 of 40 leaves nine who did not come; nine accounts are none to speak of.
    assert (cohort.people.value, cohort.percent[:2]) == (40, [None, 30])
    assert (small.people.value, set(small.percent)) == (None, {None})


@pytest.mark.django_db
def test_the_error_budget_is_what_may_fail() -> None:
    tally(TODAY, "outcomes", 990, people=None, part="complete")
    tally(TODAY, "outcomes", 6, people=None, part="failed")
    tally(TODAY, "outcomes", 4, people=None, part="interrupted")
    tally(TODAY, "failures", 6, people=None, part="model_too_slow")
    told = site_figures(asked_range(today=TODAY), language="en", today=TODAY)
    assert (told.answered, told.broken, told.failures) == (990, 10, [("model_too_slow", 6)])
    assert spent_percent(990, 10) == 200
    with override_settings(REPLIES_OBJECTIVE=1.0):
        assert spent_percent(990, 10) is None


@given(
    st.sampled_from(("day", "week", "month", "nonsense")),
    st.none() | st.dates() | st.dates(date(2020, 1, 1), date(2027, 12, 31)),
    st.none() | st.dates() | st.dates(date(2020, 1, 1), date(2027, 12, 31)),
)
def test_a_range_is_whole_spans_none_ahead_and_no_more_than_fit(
    kind: str, since: date | None, until: date | None
) -> None:
    asked = asked_range(kind, since, until, today=TODAY)
    spans = list(asked.spans())
    assert 1 <= len(spans) <= 120
    assert spans[-1][0] <= TODAY
    assert all(asked.beginning(begin) == begin for begin, _end in spans)


@pytest.mark.django_db
def test_what_waits_at_the_end_of_a_week_is_that_of_its_last_day() -> None:
    monday = week_of(TODAY) - timedelta(weeks=2)
    case = open_case(kind="player", subject=UserFactory().pk, rule="minors", severity=4, told=1)
    type(case).objects.filter(pk=case.pk).update(
        opened_at=datetime(monday.year, monday.month, monday.day, 12, tzinfo=UTC),
        decided_at=datetime(monday.year, monday.month, monday.day, 12, tzinfo=UTC) + timedelta(days=2),
        outcome="none",
    )
    count_between(monday, monday + timedelta(days=6), today=TODAY)
    told = site_figures(asked_range(DAY, monday, monday + timedelta(days=2), today=TODAY), language="en", today=TODAY)
    assert [each.waiting for each in told.work] == [1, 1, 0]
    told = site_figures(asked_range(WEEK, monday, TODAY, today=TODAY), language="en", today=TODAY)
    assert [each.waiting for each in told.work] == [0, None, None]


# --- the page ---


@pytest.mark.django_db
def test_the_page_is_for_operators_alone() -> None:
    moderator = make_demo_account(role="moderator", email="m@example.com", password=PASSWORD)
    acknowledge(moderator)
    assert signed_in(UserFactory()).get(PAGE).status_code == 302
    assert signed_in(moderator).get(PAGE).status_code == 403
    operator = UserFactory(is_staff=True, is_superuser=True)
    page = signed_in(operator).get(PAGE)
    assert "Nothing was counted for these days" in page.content.decode()
    assert PAGE in signed_in(operator).get("/admin/").content.decode()
    assert PAGE not in signed_in(moderator).get("/admin/").content.decode()
    # Raw rows, in which small groups stand, have no page.
    tally(TODAY, "people", 3)
    row = Tally.objects.get()
    assert signed_in(operator).get(f"{PAGE}{row.pk}/change/").status_code == 404


@pytest.mark.django_db
def test_tables_are_the_same_as_csv_and_hide_the_same(django_assert_max_num_queries: Any) -> None:
    operator = signed_in(UserFactory(is_staff=True, is_superuser=True))
    day = timezone.now().date() - timedelta(days=20)
    for span, since in ((DAY, day), (WEEK, week_of(day)), (MONTH, beginning(MONTH, day))):
        tally(since, "people", 12 if span == DAY else 30, span=span)
        tally(since, "turns", 80, span=span, people=12)
    tally(day + timedelta(days=1), "people", 4)
    tally(day, "cost", 1_500_000, people=None, part="=cmd()", unit="USD")
    tally(day, "calls", 7, people=None, part="=cmd()")
    page = operator.get(PAGE, {"since": day.isoformat()}).content.decode()
    assert "fewer than ten" in page
    assert "1.50 USD" in page
    answer = operator.get(PAGE, {"since": day.isoformat(), "table": "people"})
    rows = {row[0]: row for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))}
    assert rows[day.isoformat()][1] in ("12", "hidden")
    assert rows[(day + timedelta(days=1)).isoformat()][1] == "fewer than ten"
    models = operator.get(PAGE, {"since": day.isoformat(), "table": "models"}).content.decode("utf-8-sig")
    assert "'=cmd()" in models
    assert operator.get(PAGE, {"table": "nothing"}).status_code == 404
    with django_assert_max_num_queries(14):
        site_figures(asked_range(today=timezone.now().date()), language="en")


@pytest.mark.django_db
def test_a_range_the_wrong_way_round_is_said() -> None:
    operator = signed_in(UserFactory(is_staff=True, is_superuser=True))
    page = operator.get(PAGE, {"since": "2026-05-05", "until": "2026-05-01"})
    assert (page.status_code, "must not lie after the last" in page.content.decode()) == (200, True)
    assert operator.get(PAGE, {"since": "x"}).status_code == 200


@pytest.mark.django_db
def test_every_table_has_as_many_cells_as_words_at_its_head() -> None:
    open_case(kind="player", subject=UserFactory().pk, rule="minors", severity=4, told=1)
    today = timezone.now().date()
    count_between(today, today)
    for language in ("en", "zh-hans"):
        with translation.override(language):
            tables = tables_of(site_figures(asked_range(today=today), language=language))
        assert len({table.key for table in tables}) == len(tables)
        for table in tables:
            assert all(len(row) == len(table.head) for row in table.rows), table.key
    [cases] = [table for table in tables if table.key == "cases"]
    assert cases.rows[-1][1:] == (1, 0, 1)
