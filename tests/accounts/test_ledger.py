"""The ledger of what models were used: sums by day and month, that outlive whoever used them without naming them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from accounts.erasure import erase
from accounts.models import ModelUse, Operation, User
from accounts.spending.calls import Call, Spent, day_of
from accounts.spending.ledger import add, roll_up, totals
from inference.base import Usage
from inference.prices import Cost, Price
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SOME, EUR = Usage(100, 20, cached=40), Cost(1_500, "EUR")
JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 1)


@pytest.fixture
def alice() -> User:
    return UserFactory()


def call_on(day: date, user: User, operation: Operation = Operation.REPLY, **more: UUID) -> Call:
    at = int(datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC).timestamp() * 1000)
    return Call(operation, user.pk, "free", id=UUID(int=(at << 80) | uuid4().int % (1 << 76)), **more)


def spent_on(day: date, user: User, **more: UUID) -> Spent:
    return Spent(call_on(day, user, **more), "m", SOME, EUR)


def test_calls_of_one_day_are_one_line(alice: User) -> None:
    character = uuid4()
    add(spent_on(JULY, alice, character_id=character), spent_on(JULY, alice, character_id=character))
    add(spent_on(JULY, alice, character_id=character))
    line = ModelUse.objects.get()
    assert (line.calls, line.prompt, line.cached, line.completion, line.micros) == (3, 300, 120, 60, 4_500)
    assert (line.since, line.user_id, line.character_id, line.currency) == (JULY, alice.pk, character, "EUR")


@pytest.mark.parametrize("differs", ["character_id", "key_id", "user", "day", "model", "operation", "currency"])
def test_what_differs_in_anything_is_a_line_of_its_own(alice: User, differs: str) -> None:
    other: dict[str, Spent] = {
        "user": spent_on(JULY, UserFactory()),
        "day": spent_on(AUGUST, alice),
        "model": Spent(call_on(JULY, alice), "n", SOME, EUR),
        "operation": Spent(call_on(JULY, alice, Operation.SHEET), "m", SOME, EUR),
        "currency": Spent(call_on(JULY, alice), "m", SOME, Cost(1_500, "USD")),
    }
    add(spent_on(JULY, alice), other.get(differs) or spent_on(JULY, alice, **{differs: uuid4()}))
    assert [line.calls for line in ModelUse.objects.all()] == [1, 1]


def test_days_long_over_lie_in_their_month_and_nothing_is_lost(alice: User) -> None:
    add(*(spent_on(date(2026, 7, day), alice) for day in range(1, 32)), spent_on(AUGUST, alice))
    assert roll_up(today=date(2026, 10, 5)) == 31
    assert roll_up(today=date(2026, 10, 5)) == 0
    july, august = ModelUse.objects.order_by("since")
    assert (july.span, july.since, july.calls, july.micros) == ("month", date(2026, 7, 1), 31, 46_500)
    assert (august.span, august.since, august.calls) == ("day", AUGUST, 1)
    # A call that was settled late falls on its day; the next time it joins its month.
    add(spent_on(JULY, alice))
    assert roll_up(today=date(2026, 10, 5)) == 1
    assert ModelUse.objects.get(span="month").calls == 32


def test_whoever_is_erased_leaves_totals_without_a_name(alice: User) -> None:
    bob = UserFactory()
    for user in (alice, bob):
        add(spent_on(JULY, user, character_id=uuid4(), key_id=uuid4()), spent_on(JULY, user))
    erase(alice)
    nobody = ModelUse.objects.get(user_id=None)
    assert (nobody.calls, nobody.character_id, nobody.key_id, nobody.prompt) == (2, None, None, 200)
    assert ModelUse.objects.filter(user_id=bob.pk).count() == 2
    erase(bob)
    assert ModelUse.objects.get().calls == 4


def test_what_ends_after_its_person_is_gone_names_nobody(alice: User) -> None:
    late = spent_on(JULY, alice)
    erase(alice)
    add(late)
    assert ModelUse.objects.get().user_id is None


def test_totals_are_of_a_person_of_a_plan_and_of_everybody(alice: User) -> None:
    add(spent_on(JULY, alice), Spent(call_on(JULY, UserFactory()), "m", SOME, None), spent_on(AUGUST, alice))
    july = {"since": date(2026, 7, 1), "until": date(2026, 8, 1)}
    assert totals(**july, user_id=alice.pk) == {"t": 120, "m:EUR": 1_500}
    assert totals(**july, plan="free") == totals(**july) == {"t": 240, "m:EUR": 1_500}
    assert totals(**july, plan="guest") == {"t": 0}


def test_the_day_of_a_call_is_that_of_its_id() -> None:
    assert day_of(UUID("019c0000-0000-7000-8000-000000000000")) == date(2026, 1, 27)


def test_money_is_whole_and_rounded_up() -> None:
    price = Price("USD", Decimal("0.15"), Decimal("0.075"), Decimal("0.6"))
    assert price.of(Usage(1_000, 100, cached=400)) == Cost(180, "USD")
    assert price.of(Usage(1, 0)) == Cost(1, "USD")
    assert price.of(Usage(0, 0)) == Cost(0, "USD")


def test_what_goes_into_the_provider_s_cache_has_a_price_of_its_own(alice: User) -> None:
    usage = Usage(1_000, 0, cached=400, written=500)
    dearer = Price("USD", Decimal(3), Decimal("0.3"), Decimal(15), written=Decimal("3.75"))
    assert dearer.of(usage) == Cost(300 + 120 + 1_875, "USD")
    assert Price("USD", Decimal(3), Decimal("0.3"), Decimal(15)).of(usage) == Cost(1_800 + 120, "USD")
    # A cap holds the dearest that it can be.
    assert dearer.most_of(Usage(1_000, 10)) == Cost(3_750 + 150, "USD")
    assert Price("USD", Decimal(3), Decimal("0.3"), Decimal(15), Decimal(1)).most_of(usage) == Cost(3_000, "USD")
    add(Spent(call_on(JULY, alice), "m", usage, dearer.of(usage)))
    roll_up(today=date(2027, 1, 1))
    line = ModelUse.objects.get()
    assert (line.span, line.cached, line.written, line.micros) == ("month", 400, 500, 2_295)


def test_an_answer_that_was_kept_is_no_call_and_costs_nothing(alice: User) -> None:
    call = call_on(JULY, alice, Operation.SUGGESTION)
    add(Spent(call, "m", SOME), Spent(call, "m", Usage(0, 0), again=True))
    line = ModelUse.objects.get()
    assert (line.calls, line.again, line.prompt, line.completion) == (1, 1, 100, 20)
