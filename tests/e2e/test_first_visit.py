"""Somebody comes by for the first time."""

from playwright.sync_api import Browser, Page, expect

from tests.e2e.pages import TalkPage, bill_of
from tests.stack import Server


def test_a_guest_sees_a_reply_stream_after_one_click(page: Page) -> None:
    page.goto("/")
    page.locator(".hero__cues button").first.click()
    page.wait_for_url("**/talks/*/")
    talk = TalkPage(page, page.url.split("/")[-2])
    talk.wait_until_said()
    early = len(talk.reply_text.inner_text())
    talk.wait_until_idle()
    assert len(talk.reply_text.inner_text()) >= early > 0
    assert talk.roles == ["character", "player", "character"]


def test_two_clicks_from_a_bill_to_the_opening(page: Page) -> None:
    page.goto("/")
    bill_of(page, "socrates").click()
    page.locator(".person__act .button--lead").click()
    page.wait_for_url("**/talks/*/")
    expect(page.locator("#lines > article")).to_have_count(1)


def test_the_opening_on_view_is_the_one_that_begins(page: Page) -> None:
    page.goto("/")
    bill_of(page, "knight").click()
    first = page.locator("#opening .msg__text").inner_text()
    page.locator("#opening-next").click()
    expect(page.locator("#opening output")).to_have_text("2 / 4")
    second = page.locator("#opening .msg__text").inner_text()
    assert second != first
    page.locator(".person__act .button--lead").click()
    page.wait_for_url("**/talks/*/")
    expect(page.locator("#lines > article .msg__text")).to_have_text(second, use_inner_text=True)
    expect(page.locator("#lines > article output")).to_have_text("2 / 4")


def test_search_and_tags_narrow_the_cast(page: Page) -> None:
    page.goto("/")
    socrates, knight = bill_of(page, "socrates"), bill_of(page, "knight")
    page.locator("#q").fill("Socrates")
    expect(knight).to_have_count(0)
    expect(socrates).to_be_visible()
    page.locator("#q").fill("nobody of that name")
    expect(page.locator("#cast .empty")).to_be_visible()
    page.locator("#cast .empty a").click()
    expect(page.locator("#q")).to_have_value("")
    expect(socrates).to_be_visible()
    page.locator("#tag-adventure").click()
    expect(page.locator("#tag-adventure")).to_have_attribute("aria-current", "true")
    expect(socrates).to_have_count(0)
    expect(knight).to_be_visible()


def test_what_was_found_comes_into_view(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/")
    page.locator("#q").press_sequentially("nobody of that name")
    expect(page.locator("#cast .empty h2")).to_be_in_viewport()
    expect(page.locator("#q")).to_be_focused()


def test_a_password_can_be_looked_at(page: Page) -> None:
    page.goto("/account/login/")
    field = page.locator("input[name=password]")
    field.fill("a phrase")
    page.locator("[data-reveal]").click()
    expect(field).to_have_attribute("type", "text")
    page.locator("[data-reveal]").click()
    expect(field).to_have_attribute("type", "password")


def test_pages_speak_chinese_when_asked(page: Page) -> None:
    page.goto("/")
    page.locator("button[name=language][value=zh-hans]").click()
    expect(page.locator("html[lang=zh-Hans]")).to_be_attached()
    expect(page.locator("h1")).to_have_text("有人在等你的台词。")
    page.locator("button[name=language][value=en]").click()
    expect(page.locator("h1")).to_have_text("Somebody is waiting for your line.")


def test_lights_change_at_once_and_stay(page: Page) -> None:
    page.goto("/")
    page.locator(".top [data-lights]").locator("xpath=..").locator("summary").click()
    page.locator(".top [data-lights] button[value=dark]").click()
    expect(page.locator("html[data-theme=dark]")).to_be_attached()
    page.wait_for_function("() => document.cookie.includes('theme=dark')")
    page.goto("/talks/")
    expect(page.locator("html[data-theme=dark]")).to_be_attached()


def test_without_scripts_the_house_can_be_read(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=server.base_url, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto("/")
    bill_of(page, "knight").click()
    page.locator("#opening-next").click()
    expect(page.locator("#opening output")).to_have_text("2 / 4")
    page.locator(".person__act .button--lead").click()
    expect(page.locator("#lines > article")).to_have_count(1)
    context.close()
