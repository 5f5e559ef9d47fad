"""“Use” in the browser: what was used and what is left, in both languages, on a phone, by day and night."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Operation, User
from accounts.spending.calls import Call, Spent
from accounts.spending.ledger import add
from inference.base import Usage
from inference.prices import Cost
from tests.characters.factories import a_character
from tests.e2e.axe import faults
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.pages import sideways
from tests.stack import Server


@pytest.fixture
def player(alice: User) -> User:
    """Somebody who talked on most days of the last month, and drafted a character."""
    mira = a_character(alice, name="Mira of the Lantern")
    for number in range(30):
        at = int((datetime.now(UTC) - timedelta(days=number)).timestamp() * 1000)
        for operation, tokens in ((Operation.REPLY, 9_000), (Operation.SHEET, 700)):
            call = Call(operation, alice.pk, "unlimited", mira.pk, id=UUID(int=(at << 80) | uuid4().int % (1 << 76)))
            usage = Usage(tokens * (number % 7), 40 * (number % 5), cached=60 * (number % 3))
            add(Spent(call, "a-model-with-a-long-name-2026-11", usage, Cost(usage.prompt // 3, "USD")))
    return alice


@in_every_look
def test_axe_finds_nothing_on_the_page_of_use(
    page: Page, context: BrowserContext, server: Server, player: User, language: str, width: int, theme: Theme
) -> None:
    context.add_cookies(
        [{"name": "django_language", "value": "zh-hans" if language == "zh-CN" else "en", "url": server.base_url}]
    )
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/settings/")
    page.locator("a[href='/settings/use/']").click()
    page.locator("main details summary").click()
    expect(page.locator(".use__table").first.locator("tbody tr").first).to_be_visible()
    assert page.locator(".use__bar").count() > 20
    assert (faults(page), sideways(page)) == ([], 0)
