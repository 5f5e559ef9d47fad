"""What creators are told of their characters: counted right, counted once, and of nobody in particular."""

from datetime import date, timedelta

import pytest
from django.conf import settings

from accounts.models import Plan, User
from characters.models import (
    Character,
    CharacterDay,
    CharacterSpan,
    Delivery,
    GreetingStat,
    LoreStat,
    Milestone,
    TalkLength,
)
from characters.services import popularity
from characters.services.webhooks import make_webhook
from characters.spans import following, month_of, name_of_month, week_of
from chat import tasks
from chat.services.statistics import roll_up_days, roll_up_lore, roll_up_spans, roll_up_talks
from tests.characters.factories import a_character
from tests.characters.talked import TODAY, people, replies_on, talk_on
from tests.factories import UserFactory

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def mira(alice: User) -> Character:
    return a_character(alice)


def day_of(character: Character, day: date) -> dict[str, int]:
    names = ("talks", "players", "returning", "replies", "takes", "premium_tokens")
    return CharacterDay.objects.filter(character=character, day=day).values(*names).first() or {}


def test_a_day_is_counted_without_its_author(mira: Character, alice: User, bob: User) -> None:
    carol = UserFactory()
    first = talk_on(YESTERDAY, bob, mira)
    replies_on(YESTERDAY, first, 3)
    replies_on(TODAY, first, 2)
    second = talk_on(TODAY, carol, mira)
    replies_on(TODAY, second, 1)
    replies_on(TODAY, second, 1, kind="regenerate")
    replies_on(TODAY, second, 1, status="failed")
    replies_on(TODAY, talk_on(TODAY, alice, mira), 9)
    roll_up_days(today=TODAY)
    assert day_of(mira, YESTERDAY) == {
        "talks": 1, "players": 1, "returning": 0, "replies": 3, "takes": 0, "premium_tokens": 0,
    }  # fmt: skip
    assert day_of(mira, TODAY) == {
        "talks": 1, "players": 2, "returning": 1, "replies": 4, "takes": 1, "premium_tokens": 0,
    }  # fmt: skip


def test_counting_twice_counts_once_and_what_is_gone_goes(mira: Character, bob: User) -> None:
    talk = talk_on(TODAY, bob, mira)
    replies_on(TODAY, talk, 2)
    assert roll_up_days(today=TODAY) >= 1
    row = CharacterDay.objects.get(character=mira)
    roll_up_days(today=TODAY)
    assert CharacterDay.objects.get(character=mira).pk == row.pk
    talk.turns.all().delete()
    talk.delete()
    roll_up_days(today=TODAY)
    assert not CharacterDay.objects.filter(character=mira).exists()


def test_days_before_yesterday_are_final_and_missed_ones_are_made_up_for(mira: Character, bob: User) -> None:
    old = TODAY - timedelta(days=10)
    replies_on(old, talk_on(old, bob, mira), 2)
    roll_up_days(today=TODAY)
    assert day_of(mira, old)["replies"] == 2
    replies_on(old, talk_on(old, bob, mira), 2)
    assert roll_up_days(today=TODAY) == 2
    assert day_of(mira, old)["replies"] == 2
    assert roll_up_days(today=TODAY + timedelta(days=5)) == 7


def test_tokens_of_premium_plans_are_counted_apart(mira: Character, bob: User) -> None:
    Plan.objects.filter(code="unlimited").update(premium=True)
    payer = UserFactory(plan="unlimited")
    replies_on(TODAY, talk_on(TODAY, payer, mira), 3)
    replies_on(TODAY, talk_on(TODAY, bob, mira), 3)
    roll_up_days(today=TODAY)
    assert day_of(mira, TODAY)["premium_tokens"] == 150


def test_who_comes_twice_a_week_is_one_player(mira: Character, bob: User) -> None:
    talk = talk_on(TODAY - timedelta(days=2), bob, mira)
    replies_on(TODAY - timedelta(days=2), talk, 1)
    replies_on(TODAY, talk, 1)
    roll_up_spans(today=TODAY)
    week = CharacterSpan.objects.get(character=mira, kind="week", since=week_of(TODAY))
    assert (week.players, week.returning, week.replies, week.talks) == (1, 0, 2, 1)
    month = CharacterSpan.objects.get(character=mira, kind="month", since=month_of(TODAY))
    assert (month.players, month.replies) == (1, 2)


def test_weeks_lie_in_months_and_none_is_left_out() -> None:
    day = date(2024, 1, 1)
    while day < date(2031, 1, 1):
        month = month_of(day)
        assert month.weekday() == 0
        assert month <= week_of(day) <= day < following("month", month)
        assert month_of(following("month", month)) == following("month", month)
        assert abs((name_of_month(month) - month).days) < 4
        day += timedelta(days=1)


def test_openings_tell_how_they_were_received(mira: Character, bob: User) -> None:
    version = mira.versions.get()
    replies_on(TODAY, talk_on(TODAY, bob, mira), 1)
    replies_on(TODAY, talk_on(TODAY, bob, mira), 1, under=1)
    talk_on(TODAY, bob, mira)
    left = talk_on(TODAY, bob, mira, greeting=1)
    left.head_id = left.messages.order_by("id").first().pk
    left.save()
    replies_on(TODAY, talk_on(TODAY, bob, mira, greeting=1), 1)
    roll_up_talks(today=TODAY)
    found = GreetingStat.objects.filter(version=version).order_by("greeting")
    assert list(found.values_list("greeting", "talks", "players", "answered", "swiped")) == [
        (0, 3, 1, 1, 1),
        (1, 2, 1, 1, 1),
    ]


def test_lengths_tell_where_people_stop(mira: Character, bob: User, alice: User) -> None:
    for count in (0, 1, 3, 3, 70):
        talk = talk_on(TODAY, bob, mira)
        replies_on(TODAY, talk, count)
    replies_on(TODAY, talk_on(TODAY, alice, mira), 5)
    roll_up_talks(today=TODAY)
    roll_up_talks(today=TODAY)
    found = TalkLength.objects.filter(character=mira).order_by("replies").values_list("replies", "talks")
    assert list(found) == [(0, 1), (1, 1), (2, 2), (64, 1)]


def test_lore_is_counted_from_what_turns_recorded(mira: Character, alice: User, bob: User) -> None:
    book = mira.lorebooks.create(scope="character", name="Harbour")
    lamp, never = book.entries.create(name="Lamp"), book.entries.create(name="Never")
    fired = {"lore": [{"id": str(lamp.pk)}], "cut": {"lore": [{"id": str(never.pk)}]}}
    talk = talk_on(TODAY, bob, mira)
    replies_on(TODAY, talk, 2, manifest=fired)
    replies_on(TODAY, talk, 1, manifest={"lore": "nonsense"})
    replies_on(TODAY, talk_on(TODAY, alice, mira), 5, manifest=fired)
    roll_up_lore(today=TODAY)
    roll_up_lore(today=TODAY)
    stat = LoreStat.objects.get(entry=lamp)
    assert (stat.fired, stat.cut, stat.players) == (2, 0, 1)
    assert LoreStat.objects.get(entry=never).cut == 2
    roll_up_lore(today=TODAY + timedelta(days=60))
    assert not LoreStat.objects.exists()


def test_who_is_talked_to_warms_up_and_cools_again(mira: Character, bob: User) -> None:
    other = a_character(UserFactory())
    for player in people(3):
        replies_on(TODAY, talk_on(TODAY, player, mira), 1)
    talk = talk_on(TODAY, bob, other)
    replies_on(TODAY, talk, 100)
    roll_up_days(today=TODAY)
    mira.refresh_from_db()
    other.refresh_from_db()
    assert mira.heat == 3 > other.heat == 1
    popularity.warm_up(today=TODAY + timedelta(days=popularity.HALF_LIFE))
    mira.refresh_from_db()
    assert mira.heat == pytest.approx(1.5)
    popularity.warm_up(today=TODAY + timedelta(days=40))
    mira.refresh_from_db()
    assert mira.heat == 0


def test_a_round_number_is_told_once(mira: Character) -> None:
    assert [each.talks for each in popularity.mark_milestones({mira.pk: 120})] == [100]
    assert popularity.mark_milestones({mira.pk: 130}) == []
    assert [each.talks for each in popularity.mark_milestones({mira.pk: 1_000})] == [1_000]
    assert Milestone.objects.filter(character=mira).count() == 2


def test_a_round_number_is_told_to_the_creators_webhook(mira: Character, alice: User) -> None:
    hook, _ = make_webhook(owner=alice, url="https://creator.example.org/hook", events=["character.milestone"])
    popularity.mark_milestones({mira.pk: 1_234})
    told = [delivery.payload["data"] for delivery in Delivery.objects.filter(webhook=hook).order_by("id")]
    assert told == [{"character_id": str(mira.pk), "talks": 100}, {"character_id": str(mira.pk), "talks": 1_000}]


@pytest.mark.usefixtures("db")
def test_every_count_is_on_the_timetable() -> None:
    timetable = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {each.name for each in (tasks.count_days, tasks.count_spans, tasks.count_talks)} <= timetable
    tasks.count_days()
    tasks.count_spans()
    tasks.count_talks()
