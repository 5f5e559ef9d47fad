"""The ledger: whole numbers, month by month, and what is closed stays closed."""

from datetime import date

import pytest

from accounts.models import User
from characters.models import Character, CharacterDay, Earning, RevenueShare
from characters.services.earnings import micros_for, write_ledger
from tests.characters.factories import a_character

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture
def mira(alice: User) -> Character:
    return a_character(alice)


def said(character: Character, day: date, tokens: int) -> None:
    CharacterDay.objects.create(character=character, day=day, premium_tokens=tokens)


def share(since: date, micros: int, currency: str = "USD") -> RevenueShare:
    return RevenueShare.objects.create(since=since, micros_per_million_tokens=micros, currency=currency)


def lines() -> list[tuple[date, int, int, bool]]:
    return list(Earning.objects.order_by("month").values_list("month", "tokens", "micros", "closed"))


def test_each_month_is_paid_by_the_share_of_its_time(mira: Character) -> None:
    share(date(2026, 9, 15), 2_000_000)
    share(NOVEMBER, 3_000_000)
    said(mira, date(2026, 10, 31), 500_000)
    said(mira, date(2026, 11, 1), 250_000)
    said(mira, date(2026, 11, 2), 1)
    write_ledger(today=date(2026, 11, 10))
    assert lines() == [(OCTOBER, 500_000, 1_000_000, True), (NOVEMBER, 250_001, 750_003, False)]


def test_a_closed_month_does_not_change(mira: Character) -> None:
    rate = share(OCTOBER, 2_000_000)
    said(mira, date(2026, 10, 30), 100)
    assert write_ledger(today=date(2026, 11, 2)) == 1
    assert lines() == [(OCTOBER, 100, 200, False)]
    said(mira, date(2026, 10, 31), 100)
    write_ledger(today=date(2026, 11, 4))
    write_ledger(today=date(2026, 11, 4))
    assert lines() == [(OCTOBER, 200, 400, True)]
    rate.micros_per_million_tokens = 9_000_000
    rate.save()
    said(mira, date(2026, 10, 29), 100)
    write_ledger(today=date(2026, 12, 24))
    assert lines() == [(OCTOBER, 200, 400, True)]


def test_without_a_share_nothing_is_written_and_presets_earn_nobody_anything(mira: Character) -> None:
    said(mira, date(2026, 11, 2), 100)
    said(Character.objects.filter(owner=None).first(), date(2026, 11, 2), 100)
    assert write_ledger(today=date(2026, 11, 10)) == 0
    share(date(2026, 12, 1), 1)
    assert write_ledger(today=date(2026, 11, 10)) == 0
    share(OCTOBER, 1_000_000)
    assert write_ledger(today=date(2026, 11, 10)) == 1


def test_money_is_rounded_down_to_a_millionth() -> None:
    assert micros_for(1, RevenueShare(micros_per_million_tokens=999_999)) == 0
    assert micros_for(3_333_333, RevenueShare(micros_per_million_tokens=1_234_567)) == 4_115_222


@pytest.mark.parametrize("written_last", [date(2026, 10, 30), date(2026, 11, 10)])
def test_the_line_outlives_its_character(mira: Character, alice: User, written_last: date) -> None:
    share(OCTOBER, 1_000_000)
    said(mira, date(2026, 10, 2), 100)
    write_ledger(today=written_last)
    mira.delete()
    write_ledger(today=date(2026, 10, 31))
    write_ledger(today=date(2026, 11, 10))
    line = Earning.objects.get(creator=alice)
    assert (line.name, line.tokens, line.closed) == ("Mira", 100, True)
