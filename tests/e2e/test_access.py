"""Keyboard alone, a phone, a screen reader: gates, not extras."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.pages import LONG, TalkPage, bill_of, sideways
from tests.stack import Server

Open = Callable[..., TalkPage]
PAGES = ["/", "/?q=nobody-of-that-name", "/talks/", "/help/connect-model/", "/leave/?to=https://example.org/a",
         "/account/login/", "/account/signup/", "/account/password/reset/", "/nothing-here/"]  # fmt: skip


@in_every_look
def test_axe_finds_nothing_on_any_page(
    browser: Browser, server: Server, theme: Theme, language: str, width: int
) -> None:
    context = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, reduced_motion="reduce",
        viewport={"width": width, "height": 800},
    )  # fmt: skip
    page = context.new_page()
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        if wrong := faults_and_width(page):
            found[name] = wrong

    for path in PAGES:
        page.goto(path)
        look(path)
    page.goto("/")
    bill_of(page, "knight").click()
    page.wait_for_url("**/characters/*/")
    look("character")
    page.goto("/")
    page.locator(".hero__cues button").first.click()
    page.wait_for_url("**/talks/*/")
    talk = TalkPage(page, page.url.split("/")[-2]).ready()
    look("running")
    talk.wait_until_idle()
    look("talk")
    talk.last.locator("[data-act=more]").click()
    look("menu")
    page.keyboard.press("Escape")
    talk.do(talk.last, "edit")
    look("edit")
    page.locator(".edit textarea").fill("*nods*")
    page.locator("[data-in-place]").click()
    talk.toast.locator("[data-dismiss]").click()
    talk.last.locator(".msg__marks [data-act=wordings]").click()
    look("earlier words")
    page.keyboard.press("Escape")
    talk.do(talk.last, "mute")
    look("hidden from the model")
    talk.do(talk.last, "checkpoint")
    look("checkpoint")
    page.locator("#ask-name-text").fill("Here")
    page.keyboard.press("Enter")
    talk.toast.locator("[data-dismiss]").click()
    talk.do(talk.last, "choose")
    look("choosing")
    page.keyboard.press("Escape")
    talk.do(talk.last, "map")
    look("map")
    page.locator("[data-as-list]").click()
    look("map as a list")
    page.keyboard.press("Escape")
    if width < 1024:
        page.locator("[data-panel]").click()
    page.locator("details.fold > summary").evaluate_all("all => all.forEach((fold) => fold.click())")
    expect(page.locator(".places li")).to_have_count(1)
    look("panel")
    for path in ("/talks/", "/settings/", "/settings/personas/add/"):
        page.goto(path)
        look(f"{path} as a guest with a talk")
    context.close()
    assert found == {}


def test_everything_is_reached_by_keyboard(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("#first").focus()
    page.keyboard.type("Good evening.")
    page.keyboard.press("Enter")
    page.wait_for_url("**/talks/*/")
    talk = TalkPage(page, page.url.split("/")[-2]).ready().wait_until_idle()
    assert talk.focused() == "say"
    page.keyboard.type("*I nod.*")
    page.keyboard.press("Enter")
    expect(talk.lines).to_have_count(5, timeout=LONG)
    talk.wait_until_idle()
    # Back from the composer to the tools of the last reply.
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if talk.focused() == "more":
            break
    assert talk.focused() == "more"
    page.keyboard.press("Enter")
    expect(talk.menu).to_be_visible()
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    expect(talk.menu).to_be_hidden()
    assert talk.focused() == "more"
    for tool in ("bad", "good", "regenerate"):
        page.keyboard.press("Shift+Tab")
        assert talk.focused() == tool
    page.keyboard.press("Enter")
    expect(talk.last.locator("output")).to_have_text("2 / 2", timeout=LONG)


def test_the_finished_reply_is_announced_once(open_talk: Open) -> None:
    talk = open_talk("script-20-tps20")
    talk.page.evaluate(
        """() => { window.heard = []; new MutationObserver(() => window.heard.push(
        document.getElementById('announcer').textContent))
        .observe(document.getElementById('announcer'), {childList: true}); }"""
    )
    talk.play()
    heard = talk.page.evaluate("window.heard")
    assert len([said for said in heard if "[20]" in said]) == 1
    assert len([said for said in heard if "[1]" in said]) == 1
    assert any("thinking" in said or "searching" in said for said in heard)


@pytest.fixture
def phone(browser: Browser, server: Server) -> BrowserContext:
    return browser.new_context(
        base_url=server.base_url, locale="en-GB", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )


def test_a_phone_on_its_side_shows_the_script(phone: BrowserContext) -> None:
    page = phone.new_page()
    page.set_viewport_size({"width": 740, "height": 360})
    page.goto("/")
    page.locator(".hero__cues button").first.tap()
    page.wait_for_url("**/talks/*/")
    TalkPage(page, page.url.split("/")[-2]).ready().wait_until_idle()
    assert sideways(page) <= 0
    assert page.evaluate("document.querySelector('.stream').offsetHeight / innerHeight") >= 0.5
    nature = page.locator("[data-nature]")
    expect(nature).to_contain_text("is an AI")
    # On its side, a small one, upright with its keyboard open.
    for width, height in ((740, 360), (568, 320), (360, 330)):
        page.set_viewport_size({"width": width, "height": height})
        expect(nature).to_be_in_viewport(ratio=1)
        line = page.evaluate("document.querySelector('.scene__ai').getBoundingClientRect().toJSON()")
        assert line["bottom"] <= height, (width, height)
        assert line["height"] <= 24, (width, height)
        # Some words of a line can be seen while it is written.
        assert page.locator("#say").evaluate("field => field.clientWidth") >= 180, (width, height)
        assert sideways(page) <= 0
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/low-{width}-{height}.png")
    phone.close()


def test_a_phone_can_do_it_all(phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto("/")
    page.locator("#first").fill("Good evening.")
    page.locator("[data-first-line] button").tap()
    page.wait_for_url("**/talks/*/")
    talk = TalkPage(page, page.url.split("/")[-2]).ready().wait_until_idle()
    assert sideways(page) <= 0
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, a, summary, input, select, textarea')]
        .filter(e => e.checkVisibility() && !e.closest('.msg__text') && !e.matches('.skip'))
        .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
        .filter(([, box]) => box.width < 44 || box.height < 44)
        .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
    )
    assert small == []
    page.locator("[data-panel]").tap()
    expect(page.locator("#panel")).to_be_visible()
    page.locator("#panel form[method=dialog] button").tap()
    expect(page.locator("#panel")).to_be_hidden()
    talk.lines.nth(1).locator("[data-act=more]").tap()
    expect(talk.menu).to_be_visible()
    talk.menu.locator("[data-act=copy]").tap()
    expect(talk.toast).to_be_visible()
    page.locator(".scene__back").tap()
    page.wait_for_url("**/talks/")
    expect(page.locator(".talklist a")).to_have_count(1)
    phone.close()
