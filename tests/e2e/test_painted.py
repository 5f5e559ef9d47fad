"""A portrait by a model, in a browser: asked for, waited for, given up, chosen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from characters.models import Asset, Draft
from tests.e2e.pages import LONG
from tests.stack import Server

PAINTER = "understudy-paints"


@pytest.fixture
def server(request: pytest.FixtureRequest, start_server: Callable[..., Server]) -> Server:
    """A site where somebody paints."""
    return start_server(IMAGE_MODEL=getattr(request, "param", PAINTER))


def begin(page: Page, alice: User) -> Draft:
    draft = Draft.objects.create(owner=alice, language="en", content={"name": "Mira"})
    page.goto(f"/create/{draft.pk}/look/")
    page.get_by_role("tab", name="Painted").click()
    page.locator("#look-wish").fill("by candle light")
    return draft


def test_what_is_painted_is_offered_and_chosen(page: Page, alice: User) -> None:
    draft = begin(page, alice)
    page.get_by_role("button", name="Paint one").click()
    first = page.get_by_role("button", name="Use painting 1")
    expect(first).to_be_visible(timeout=LONG)
    expect(first).to_have_attribute("aria-pressed", "false")
    assert not Draft.objects.get(pk=draft.pk).content.get("picture"), "nothing is used unasked"
    first.click()
    expect(first).to_have_attribute("aria-pressed", "true")
    asset = Asset.objects.get(owner=alice)
    expect(page.locator("[data-print]")).to_have_attribute("src", f"/pictures/{asset.pk}")
    page.get_by_role("button", name="Undo").click()
    expect(first).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("server", ["draw-forever"], indirect=True)
def test_waiting_is_seen_and_can_be_given_up(page: Page, alice: User) -> None:
    begin(page, alice)
    page.get_by_role("button", name="Paint one").press("Enter")
    cancel = page.locator("[data-paint-stop]")
    expect(cancel).to_be_focused()
    expect(page.locator("[data-painting]")).to_contain_text("1 s", timeout=LONG)
    cancel.press("Enter")
    expect(page.get_by_role("button", name="Paint one")).to_be_focused()
    expect(page.locator("[data-painting]")).to_be_hidden()
    expect(page.locator("#look-wish")).to_have_value("by candle light")


@pytest.mark.parametrize("server", ["503"], indirect=True)
def test_a_failure_is_said_in_words(page: Page, alice: User) -> None:
    begin(page, alice)
    page.get_by_role("button", name="Paint one").click()
    expect(page.locator("[data-paint-wrong]")).to_contain_text("cannot be reached", timeout=LONG)


@pytest.mark.parametrize("server", [""], indirect=True)
def test_where_nobody_paints_there_is_no_such_tab(page: Page, alice: User) -> None:
    draft = Draft.objects.create(owner=alice, language="en", content={"name": "Mira"})
    page.goto(f"/create/{draft.pk}/look/")
    expect(page.get_by_role("tab")).to_have_count(2)
