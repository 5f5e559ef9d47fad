"""What turns of an experiment come to: counted as they were stored, by person and arm, and never by whom."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from accounts.ids import uuid7
from accounts.models import User
from chat.models import Conversation, Rating, Turn
from chat.selectors.outcomes import COUNTED, read_outcomes
from inference.experiments.outcomes import Brought, outcomes_of
from inference.experiments.running import known
from inference.models import Experiment
from tests.characters.conftest import signed_in
from tests.chat.grown import Talk
from tests.factories import UserFactory
from tests.inference.experiments.made import as_shipped, of_prompts, version
from tests.inference.experiments.test_experiment_admin import page_of, read, run
from tests.inference.prompts.test_prompt_admin import staff

pytestmark = pytest.mark.django_db
A, B = UUID(int=1), UUID(int=2)
BEGAN = datetime(2026, 11, 1, 12, tzinfo=UTC)
LATER = BEGAN + timedelta(days=20)


class Played:
    """A talk whose turns are written down as the product does it."""

    def __init__(self, owner: User, arm: UUID = A, **fields: Any) -> None:
        self.row, self.arm = Talk(owner).row, arm
        Conversation.objects.filter(pk=self.row.pk).update(**fields)

    def turn(self, at: timedelta = timedelta(), *, line: UUID | None = None, kind: str = "chat", **fields: Any) -> Turn:
        moment = BEGAN + at
        spoke: dict[str, Any] = {"first_token_at": moment, "status": "complete", "arms": [self.arm]}
        return Turn.objects.create(
            conversation=self.row,
            kind=kind,
            reply_id=uuid7(),
            parent_id=line or uuid7(),
            process=uuid7(),
            speaker="Mira",
            started_at=moment,
            **spoke | fields,
        )

    def again(self, turn: Turn) -> Turn:
        return self.turn(line=turn.parent_id, kind="regenerate")


def brought(person: User, arm: UUID = A, until: datetime = LATER) -> dict[str, int]:
    [found] = [each for each in read_outcomes([A, B], until).brought if (each.person, each.arm) == (person.pk, arm)]
    return {name: count for name, count in found._asdict().items() if isinstance(count, int) and count}


def test_replies_other_takes_and_turns_are_counted_by_line(alice: User) -> None:
    talk, other = Played(alice), Played(alice)
    first = talk.turn()
    talk.again(first)
    talk.again(first)
    talk.turn()
    talk.turn(line=first.parent_id, kind="continue")
    talk.turn(first_token_at=None, status="failed")
    other.turn()
    assert brought(alice) == {"talks": 2, "replies": 3, "swiped": 1, "ripe": 2}


def test_who_comes_back_on_another_day_within_a_week_returned(alice: User) -> None:
    def after(*hours: float) -> None:
        talk = Played(alice)
        for each in (0.0, *hours):
            talk.turn(timedelta(hours=each))

    after(11.9)  # before midnight
    after(12.1)
    after(7 * 24 - 0.1)
    after(7 * 24 + 0.1)
    after()
    found = brought(alice)
    assert (found["ripe"], found["returned"]) == (5, 2)


def test_a_week_has_to_be_over_before_it_says_anything(alice: User) -> None:
    talk = Played(alice)
    talk.turn()
    talk.turn(timedelta(days=2))
    assert "ripe" not in brought(alice, until=BEGAN + timedelta(days=6))


def test_a_rating_is_its_readers(alice: User, bob: User) -> None:
    talk = Played(alice)
    for good in (True, True, False):
        Rating.objects.create(
            user=bob, message_id=talk.turn().reply_id, conversation=talk.row, good=good, rated_at=BEGAN
        )
    assert brought(bob) == {"rated": 3, "good": 2}


def test_money_is_what_the_turns_cost_in_one_currency(alice: User) -> None:
    talk = Played(alice)
    for micros in (100, 300):
        talk.turn(usage={"micros": micros, "currency": "USD"})
    talk.turn()
    assert {name: brought(alice)[name] for name in ("calls", "micros")} == {"calls": 2, "micros": 400}
    assert read_outcomes([A], LATER).currency == "USD"
    talk.turn(usage={"micros": 5, "currency": "EUR"})
    assert read_outcomes([A], LATER).currency == ""
    assert "cost" not in [figure.measure.key for figure in outcomes_of([A, B], LATER)]


def test_other_turns_temporary_talks_and_what_came_after_do_not_count(alice: User) -> None:
    Played(alice, arm=uuid7()).turn()
    Played(alice).turn(arms=None)
    Played(alice, expires_at=LATER).turn()
    Played(alice).turn(timedelta(days=30))
    assert read_outcomes([A, B], LATER).brought == []


def test_somebody_with_talks_in_both_arms_is_told_apart(alice: User) -> None:
    Played(alice).turn()
    Played(alice, arm=B).turn()
    assert set(read_outcomes([A, B], LATER).brought) == {
        Brought(arm, alice.pk, talks=1, replies=1, ripe=1) for arm in (A, B)
    }


def twelve_people(one: UUID, other: UUID) -> None:
    """In each; with the other arm every reply is taken again, with the one a single reply is."""
    for number in range(12):
        for arm in (one, other):
            talk = Played(UserFactory(), arm)
            turns = [talk.turn(usage={"micros": 100 + number, "currency": "USD"}) for _ in range(3)]
            for turn in turns if arm == other else turns[: number == 0]:
                talk.again(turn)


def test_figures_of_two_arms(db: None) -> None:
    twelve_people(A, B)
    swipes, turns, returns, ratings, cost = outcomes_of([A, B], LATER)
    assert [of.people for of in swipes.arms] == [12, 12]
    assert [round(of.interval.value, 3) for of in swipes.arms if of.interval] == [0.028, 1.0]
    assert [each.verdict for each in swipes.against] == ["more"]
    assert [of.interval.value for of in turns.arms if of.interval] == [3, 3]
    assert [each.verdict for each in (*turns.against, *returns.against, *cost.against)] == ["unclear"] * 3
    assert [of.interval for of in ratings.arms] == [None, None], "nobody rated anything"
    assert cost.currency == "USD"


def test_the_page_of_an_experiment_tells_them_in_words() -> None:
    experiment = of_prompts(as_shipped(), version("8.9.0"))
    operator = staff("view_experiment", "run_experiment")
    run(operator, experiment, do="start")
    twelve_people(*(arm.pk for arm in experiment.arms.order_by("label")))
    Experiment.objects.filter(pk=experiment.pk).update(started_at=BEGAN, stopped_at=LATER)
    page = signed_in(operator).get(page_of(experiment))
    told = read(page)
    known.forget()
    assert "2.8 % (" in told
    assert "100.0 % (" in told
    assert "12 people" in told
    assert re.search(r"B against A: \+97\.2 \(\+\d\d\.\d to \+9\d\.\d\) points, more", told)
    assert "B against A: ±0.0 (±0.0 to ±0.0) %, no difference can be told yet" in told
    assert re.search(r"0\.000106 USD \(0\.00010\d USD to", told)
    assert told.count("too few people") == 3, "nobody rated anything"
    assert "style=" not in page.content.decode().partition('class="trial"')[2].partition("</section>\n</div>")[0]


def test_of_nine_people_nothing_is_told(db: None) -> None:
    for _ in range(9):
        Played(UserFactory(), A).turn()
    swipes = outcomes_of([A, B], LATER)[0]
    assert [(of.interval, of.people) for of in swipes.arms] == [(None, None)] * 2


def test_it_is_one_statement_and_turns_have_an_index_for_it(alice: User, django_assert_num_queries: Any) -> None:
    Played(alice).turn()
    with django_assert_num_queries(4):  # with its savepoint and its limit
        read_outcomes([A], LATER)
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        assert "where t.arms && %(arms)s" in COUNTED
        cursor.execute("explain select id from chat_turn t where t.arms && %s::uuid[]", [[A]])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "turn_of_arm" in plan
