"""“Use”: what somebody used and what is left, on the page and through the API; nobody sees another one's."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
import redis
from django.test import Client
from django.utils.timezone import now

from accounts.api_keys import make_key
from accounts.ids import uuid7
from accounts.limits import Place, charge, looking, message_buckets
from accounts.models import Cap, ModelUse, Operation, Plan, UsageDay, User
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


# --- what the plan still allows


@pytest.mark.usefixtures("fresh_limits")
def test_the_page_says_what_the_plan_still_allows_and_when_it_is_all_there_again(alice: User, signed_in) -> None:
    Plan.objects.filter(pk="free").update(per_hour=60, burst=None, per_minute=None, turns_at_once=3)
    place = Place(alice.pk, uuid7(), 3)
    for _ in range(3):
        charge(message_buckets(alice.pk, Plan.objects.get(pk="free"), None))
    charge([], place=place)
    UsageDay.objects.create(user=alice, day=now().date(), messages=7)
    left = {line["name"]: line for line in signed_in(alice).get("/settings/use/").context["left"]}
    assert (left["Requests this hour"]["value"], left["Requests this hour"]["of"]) == (57, 60)
    assert left["Requests this hour"]["again"] == "All again in 3 minutes."
    assert left["Replies at once"]["value"] == 2
    assert (left["Messages today"]["value"], left["Messages today"]["of"]) == (493, 500)


def test_looking_takes_nothing(alice: User, signed_in) -> None:
    browser = signed_in(alice)
    for _ in range(3):
        left = browser.get("/settings/use/").context["left"]
    assert all(line["value"] == line["of"] for line in left)


def test_a_plan_without_limits_says_so(signed_in) -> None:
    page = signed_in(UserFactory(plan="unlimited")).get("/settings/use/")
    assert page.context["left"] == []
    assert "It sets no limits of its own." in page.content.decode()


def test_without_redis_the_day_alone_is_told(alice: User, signed_in, monkeypatch) -> None:
    monkeypatch.setattr(looking, "connection", lambda: redis.Redis(port=1, socket_connect_timeout=0.1))
    names = [line["name"] for line in signed_in(alice).get("/settings/use/").context["left"]]
    assert names == ["Messages today", "Letters to read today", "Letters spoken today"]


# --- the statement of a month


def test_a_statement_has_what_ones_own_keys_used_in_that_month(alice: User, signed_in) -> None:
    key = make_key(user=alice, label="=Backup", scopes=["usage:read"]).key
    used(alice, Operation.STATELESS, key=key.pk)
    used(alice)
    used(UserFactory(), key=uuid7())
    today = now().date()
    answer = signed_in(alice).get(f"/settings/use/{today.year}-{today.month}.csv")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["key"], row["key_prefix"], row["operation"], row["prompt"], row["plan"]) for row in lines] == [
        ("'=Backup", key.prefix, "stateless", "1000", "free")
    ]
    before = signed_in(alice).get("/settings/use/2025-12.csv")
    assert len(before.content.decode().splitlines()) == 1
    assert signed_in(alice).get("/settings/use/2025-13.csv").status_code == 404
