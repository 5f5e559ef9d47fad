"""A talk on a model that has a price says what the last reply cost."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from inference.models import Endpoint, Model
from tests.e2e.pages import TalkPage
from tests.stack import Server, StandIn


@pytest.fixture
def priced(standin: StandIn, committed: None) -> Iterator[Model]:
    endpoint = Endpoint.objects.create(name="priced", kind="openai", base_url=standin.model_url)
    yield Model.objects.create(name="script-20", endpoint=endpoint, price_in=Decimal(100), price_out=Decimal(900))
    endpoint.delete()


@pytest.fixture
def server(priced: Model, start_server: Callable[..., Server]) -> Server:
    """One that knows the price from its start."""
    return start_server()


def test_the_side_says_what_the_reply_cost(page: Page, open_talk: Callable[..., TalkPage]) -> None:
    talk = open_talk("script-20")
    talk.say("Good evening")
    expect(page.locator("[data-receipt] span")).to_contain_text(" USD, and the next about as much")
