"""Caps and the ledger in the admin: what an operator sets, sees and takes along."""

import csv
import io
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.ids import uuid7
from accounts.models import Cap, ModelUse, Operation, User
from accounts.spending.calls import Call, Spent
from accounts.spending.ledger import add
from accounts.spending.words import money
from inference.base import Usage
from inference.prices import Cost
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
CAPS, USE = reverse("admin:accounts_cap_add"), reverse("admin:accounts_modeluse_changelist")


@pytest.fixture
def operator(signed_in) -> Client:
    return signed_in(User.objects.create_superuser(email="operator@example.com", password="one good password"))


def cap(operator: Client, **fields: str):
    return operator.post(CAPS, {"span": "month", "currency": "USD", "enabled": "on", **fields})


def test_an_operator_sets_caps(operator: Client) -> None:
    user = UserFactory()
    assert cap(operator, scope="platform", money="12.50").status_code == 302
    assert cap(operator, scope="each", plan="guest", tokens="20000", span="day").status_code == 302
    assert cap(operator, scope="person", user=str(user.pk), tokens="0").status_code == 302
    assert sorted(Cap.objects.values_list("scope", "tokens", "money")) == [
        ("each", 20_000, None),
        ("person", 0, None),
        ("platform", None, Decimal("12.500000")),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"scope": "platform"},
        {"scope": "platform", "plan": "free", "tokens": "1"},
        {"scope": "plan", "tokens": "1"},
        {"scope": "person", "tokens": "1"},
        {"scope": "platform", "money": "-1"},
        {"scope": "platform", "money": "1", "currency": "usd"},
    ],
)
def test_a_cap_that_says_nothing_is_none(operator: Client, fields: dict[str, str]) -> None:
    assert cap(operator, **fields).status_code == 200
    assert not Cap.objects.exists()


def test_there_is_one_cap_of_a_kind(operator: Client) -> None:
    assert [cap(operator, scope="platform", tokens=str(n)).status_code for n in (1, 2)] == [302, 200]


def test_the_ledger_adds_up_what_is_listed_and_can_be_taken_along(operator: Client) -> None:
    for model, micros in (("small", 1_000), ("large", 2_000_000)):
        call = Call(Operation.SHEET, uuid7(), "free")
        add(Spent(call, model, Usage(1_200, 34), Cost(micros, "USD")))
    page = operator.get(USE).content.decode()
    assert "2.00 USD" in page
    assert "Drafted characters" in page
    only = operator.get(USE, {"model__exact": "small"}).content.decode()
    assert "2.00 USD" not in only
    ids = [str(pk) for pk in ModelUse.objects.values_list("pk", flat=True)]
    answer = operator.post(USE, {"action": "as_csv", "_selected_action": ids})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert sorted((row["model"], row["prompt"], row["micros"]) for row in rows) == [
        ("large", "1200", "2000000"),
        ("small", "1200", "1000"),
    ]


def test_a_file_of_the_ledger_runs_nothing_in_a_spreadsheet(operator: Client) -> None:
    add(Spent(Call(Operation.REPLY), "=1+1", Usage(1, 1)))
    only = ModelUse.objects.get()
    answer = operator.post(USE, {"action": "as_csv", "_selected_action": [str(only.pk)]})
    assert ",'=1+1," in answer.content.decode()


@pytest.mark.parametrize(
    ("micros", "said"),
    [
        (0, "0.00 USD"),
        (1, "0.000001 USD"),
        (1_234, "0.0013 USD"),
        (70_000, "0.070 USD"),
        (1_239_000_000, "1,239.00 USD"),
    ],
)
def test_money_is_said_as_finely_as_it_needs(micros: int, said: str) -> None:
    assert money(micros, "USD") == said
