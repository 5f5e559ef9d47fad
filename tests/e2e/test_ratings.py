"""A reply is rated by keyboard: it stays rated, is taken back by the same key, and is found on older lines."""

import os

from playwright.sync_api import Browser, Page, expect

from accounts import plans
from chat.services.conversations import start_conversation
from tests.chat.stage import mira, sign_in
from tests.e2e.axe import faults
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.pages import TalkPage, sideways
from tests.factories import UserFactory
from tests.stack import Server


@in_every_look
def test_a_reply_is_rated_and_the_rating_taken_back(
    browser: Browser, server: Server, language: str, width: int, theme: Theme
) -> None:
    alice, character = UserFactory(plan=plans.UNLIMITED), mira("script-12")
    assert character.published is not None
    talk = start_conversation(owner=alice, character=character, version=character.published)
    context = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, reduced_motion="reduce",
        viewport={"width": width, "height": 800},
    )  # fmt: skip
    context.add_cookies([{"name": "sessionid", "value": sign_in(alice).cookie, "url": server.base_url}])
    page = context.new_page()
    here = TalkPage(page, talk.pk).open()
    expect(here.last.locator(".msg__rate")).to_be_hidden()  # an opening
    here.play("Is anybody there?")
    good, bad = here.last.locator("[data-act=good]"), here.last.locator("[data-act=bad]")

    def press(button: object) -> None:
        with page.expect_response("**/rate") as answer:
            button.press("Enter")  # type: ignore[attr-defined]
        assert answer.value.ok

    press(bad)
    press(good)
    expect(good).to_have_attribute("aria-pressed", "true")
    expect(bad).to_have_attribute("aria-pressed", "false")
    expect(good).to_be_focused()
    assert faults(page) == []
    assert sideways(page) <= 0
    look(page, f"rated-{language}-{width}-{theme}")
    page.reload()
    here.ready()
    expect(good).to_have_attribute("aria-pressed", "true")
    here.play("Who are you?")
    # On an older line what was pressed still shows; the menu has both.
    older = here.lines.nth(2)
    expect(older.locator("[data-act=good]")).to_be_visible()
    expect(older.locator("[data-act=bad]")).to_be_hidden()
    more = older.locator("[data-act=more]")
    more.focus()
    page.keyboard.press("Enter")
    expect(here.menu.locator("[data-act=good]")).to_have_attribute("aria-checked", "true")
    assert faults(page) == []
    look(page, f"rated-menu-{language}-{width}-{theme}")
    with page.expect_response("**/rate"):
        here.menu.locator("[data-act=good]").press("Enter")
    expect(older.locator("[data-act=good]")).to_be_hidden()
    page.reload()
    here.ready()
    expect(older.locator("[aria-pressed=true]")).to_have_count(0)
    context.close()


def look(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")
