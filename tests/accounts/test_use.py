"""“Use”: what somebody used and what is left, on the page and through the API; nobody sees another one's."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django.test import Client
from django.utils.timezone import now

from accounts.api_keys import make_key
from accounts.models import Cap, ModelUse, Operation, User
from accounts.spending import caps
from accounts.spending.calls import Call, Spent
from accounts.spending.ledger import add
from accounts.spending.usage import Total, use_of
from inference.base import Usage
from inference.prices import Cost
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return UserFactory()


@pytest.fixture
def known_caps() -> Iterator[None]:
    yield
    caps.known.forget()


def used(user: User, operation: Operation = Operation.REPLY, *, model: str = "small", key: UUID | None = None) -> None:
    call = Call(operation, user.pk, "free", key_id=key)
    add(Spent(call, model, Usage(1_000, 234, cached=100), Cost(2_500, "USD") if model == "dear" else None))


def test_the_page_adds_up_what_is_mine(alice: User, signed_in, known_caps: None) -> None:
    used(alice)
    used(alice, Operation.SHEET, model="dear")
    used(UserFactory(), model="another one's")
    Cap.objects.create(scope="each", plan_id="free", span="day", tokens=10_000)
    Cap.objects.create(scope="platform", span="day", tokens=777_777)
    caps.known.refresh()
    page = signed_in(alice).get("/settings/use/").content.decode()
    for said in ("2,468", "0.0025 USD", "Drafted characters", "7,532 tokens of 10,000 tokens a day", "24 % used"):
        assert said in page
    for hidden in ("another one", "777,777"):
        assert hidden not in page


def test_a_month_is_what_its_days_add_up_to_of_every_currency(alice: User) -> None:
    for since, currency in (("2026-06-30", "USD"), ("2026-07-01", "EUR"), ("2026-07-01", ""), ("2026-07-02", "EUR")):
        line = {"since": since, "currency": currency, "operation": "reply", "user_id": alice.pk}
        ModelUse.objects.create(**line, calls=1, prompt=10, cached=4, completion=2, micros=5 if currency else 0)
    use = use_of(alice, today=date(2026, 7, 2))
    assert use.month == Total(calls=3, prompt=30, cached=12, completion=6, micros={"EUR": 10})
    assert use.today == Total(calls=1, prompt=10, cached=4, completion=2, micros={"EUR": 5})


def test_whoever_used_nothing_is_told_so(alice: User, signed_in) -> None:
    assert "No model was asked for anything yet." in signed_in(alice).get("/settings/use/").content.decode()


def test_the_page_costs_the_same_however_much_was_used(alice: User, signed_in, django_assert_max_num_queries) -> None:
    client = signed_in(alice)
    for model in "abcdefgh":
        used(alice, model=model)
    client.get("/settings/use/")
    with django_assert_max_num_queries(16):
        client.get("/settings/use/")


def test_a_program_is_told_the_same(alice: User, known_caps: None) -> None:
    made = make_key(user=alice, label="bot", scopes=["usage:read"])
    used(alice, key=made.key.pk)
    used(alice, model="dear")
    Cap.objects.create(scope="person", user=alice, span="month", money=Decimal("0.01"))
    caps.known.refresh()
    told = Client(headers={"Authorization": f"Bearer {made.secret}"}).get("/api/v1/usage/").json()
    assert told["today"] == told["month"]
    assert told["today"] == {
        "calls": 2,
        "kept_answers": 0,
        "prompt_tokens": 2_000,
        "cached_tokens": 200,
        "written_tokens": 0,
        "completion_tokens": 468,
        "cost": [{"currency": "USD", "micros": 2_500}],
    }
    assert [day["day"] for day in told["days"]] == [str(now().date())]
    assert [(key["id"], key["name"], key["calls"]) for key in told["keys"]] == [(str(made.key.pk), "bot", 1)]
    [cap] = told["caps"]
    assert (cap["span"], cap["measure"], cap["limit"], cap["used"], cap["left"]) == (
        "month", "money", 10_000, 2_500, 7_500,
    )  # fmt: skip
