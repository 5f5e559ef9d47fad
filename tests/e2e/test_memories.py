"""What a character knows, in a browser: put right by keyboard, in two windows, and beside the talk; in every look."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from chat.services.remembering import remember_talk
from tests.chat.stage import sign_in
from tests.e2e.axe import faults
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.pages import TalkPage, sideways
from tests.memory.known import Acquainted
from tests.stack import Server

pytestmark = [pytest.mark.stack, pytest.mark.browser]
TRAITS = {"trust": {"value": 35, "pinned": False, "low": 15, "high": 85}}


def test_it_is_put_right_by_keyboard_and_true_in_the_other_window(
    page: Page, context: BrowserContext, alice: User
) -> None:
    talk = Acquainted(owner=alice)
    for text in ("Ada keeps bees.", "Ada likes plums."):
        talk.write(text)
    path = f"/memories/{talk.character_id}/"
    page.goto(path)
    other = context.new_page()
    other.goto(path)
    facts, elsewhere = page.locator(".fact"), other.locator(".fact")
    expect(facts).to_have_count(2)

    facts.first.locator("[data-edit]").press("Enter")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Ada eats plums.")
    facts.first.get_by_role("button", name="Save").press("Enter")
    expect(facts.first).to_contain_text("Ada eats plums.")
    expect(elsewhere.first).to_contain_text("Ada eats plums.")

    facts.first.get_by_role("button", name="Forget: Ada eats plums.").press("Enter")
    expect(facts).to_have_count(1)
    expect(facts.first.locator(".fact__act button").first).to_be_focused()
    page.locator("[data-toast]").last.get_by_role("button", name="Undo").click()
    expect(facts).to_have_count(2)
    expect(elsewhere).to_have_count(2)

    for number in (0, 1):
        facts.nth(number).locator("input[name=memories]").check()
    page.locator("#merge-text").fill("Ada keeps bees and eats plums.")
    page.locator("#merge").get_by_role("button", name="Put together").click()
    expect(facts).to_have_count(1)

    page.get_by_role("searchbox").fill("whales")
    expect(page.get_by_text("Nothing here fits that.")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_a_line_is_remembered_beside_the_talk_and_forgotten_there(open_talk: Callable[..., TalkPage]) -> None:
    talk = open_talk("script-5")
    page = talk.page
    talk.play("My brother is called Jonas.")
    talk.do(talk.lines.nth(1), "remember")
    expect(talk.toast).to_contain_text("Mira will remember this.")
    page.locator("[data-known] summary").click()
    known = page.locator(".knows li")
    expect(known).to_have_count(1)
    expect(known).to_contain_text("My brother is called Jonas.")
    known.get_by_role("button").click()
    expect(page.locator("[data-known]")).to_contain_text("knows nothing about you yet")
    page.locator("[data-toast]").last.get_by_role("button", name="Undo").click()
    expect(known).to_have_count(1)


@in_every_look
def test_axe_finds_nothing_on_any_of_it(
    browser: Browser, server: Server, committed: None, language: str, width: int, theme: Theme
) -> None:
    talk = Acquainted(traits=TRAITS)
    talk.script("Thank you. I trust you. Call me Bird.", "Bird it is.")
    remember_talk(talk.id)
    talk.write("Ada keeps bees.")
    context = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, viewport={"width": width, "height": 900}
    )
    context.add_cookies([{"name": "sessionid", "value": sign_in(talk.owner).cookie, "url": server.base_url}])
    page = context.new_page()
    for show in ("known", "archive", "story", "bond"):
        page.goto(f"/memories/{talk.character_id}/?show={show}")
        if show == "known":
            page.locator(".mem__new summary").click()
            page.locator("[data-edit]").first.click()
        assert faults(page) == []
        assert sideways(page) == 0
    page.goto("/memories/")
    assert faults(page) == []
    assert sideways(page) == 0
    context.close()
