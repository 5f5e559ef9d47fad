"""What an act will cost is said by its button, where that is known; what was asked is in the ledger."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import ModelUse, User
from characters.models import Draft
from inference import catalogue
from inference.models import Endpoint, Model
from tests.chat.events import all_events
from tests.chat.stage import Stage, in_database
from tests.factories import UserFactory


@pytest.fixture
def draft(db: None) -> Draft:
    return Draft.objects.create(owner=UserFactory(), language="en", content={"name": "Mira"})


@pytest.fixture
def priced(db: None) -> Iterator[Model]:
    endpoint = Endpoint.objects.create(name="priced", kind="openai", base_url="http://127.0.0.1:9/v1")
    made = Model.objects.create(name="dear", endpoint=endpoint, price_in=Decimal(10), price_out=Decimal(100))
    catalogue.known.refresh()
    yield made
    catalogue.known.forget()


def builder(owner: User, draft: Draft, step: str) -> str:
    client = Client()
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get(f"/create/{draft.pk}/{step}/", follow=True).content.decode()


def test_a_draft_says_about_what_it_costs(draft: Draft, priced: Model) -> None:
    page = builder(draft.owner, draft, "background")
    assert "about 0.1" in page
    assert "USD" in page


def test_a_picture_says_what_it_costs(draft: Draft, settings: Any) -> None:
    settings.IMAGE_MODEL, settings.IMAGE_PRICE, settings.PRICE_CURRENCY = "painter", Decimal("0.25"), "EUR"
    assert "about 0.25 EUR" in builder(draft.owner, draft, "look")


@pytest.mark.parametrize("step", ["look", "background"])
def test_what_has_no_price_says_none(draft: Draft, settings: Any, step: str) -> None:
    settings.IMAGE_MODEL = "painter"
    assert "data-cost" not in builder(draft.owner, draft, step)


async def test_what_was_painted_and_drafted_is_in_the_ledger(start_server: Any, standin: Any, committed: None) -> None:
    stage = Stage(start_server(IMAGE_MODEL="understudy-paints", IMAGE_PRICE="0.25"))
    player = await stage.player()
    draft = await in_database(lambda: Draft.objects.create(owner=player.user, language="en", content={"name": "M"}))
    browser = stage.browser(player)
    await all_events(browser, f"/create/{draft.pk}/paint", wish="", changes={})
    await all_events(browser, f"/create/{draft.pk}/assist", sentence="A ferryman who counts the drowned", changes={})
    uses = await in_database(lambda: list(ModelUse.objects.filter(user_id=player.user.pk).order_by("operation")))
    assert [(use.operation, use.calls, use.micros, use.currency) for use in uses] == [
        ("picture", 1, 250_000, "USD"),
        ("sheet", 1, 0, ""),
    ]
    assert uses[1].completion > 100
