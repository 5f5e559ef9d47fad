"""The library in a browser: by keyboard, on a phone, and from a search to the line that was found."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from chat.models import Conversation
from chat.services.folders import add_folder
from tests.chat.library import say, talk_of
from tests.chat.stage import sign_in
from tests.e2e.pages import LONG, sideways
from tests.stack import Server

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
pytestmark = [pytest.mark.stack, pytest.mark.browser]


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    wrong = [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
    return wrong + ([f"{sideways(page)} px too wide"] if sideways(page) > 0 else [])


def test_talks_are_arranged_by_keyboard_and_everything_can_be_taken_back(page: Page, alice: User) -> None:
    for title in ("First", "Second", "Third"):
        talk_of(alice, title=title)
    page.goto("/talks/")
    rows = page.locator(".talklist--shelf li")
    expect(page.locator("[data-bar]")).to_be_hidden()
    rows.nth(0).locator("a").focus()
    for key in ("x", "ArrowDown", "ArrowDown", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-chosen]")).to_have_text("2 chosen")
    page.keyboard.press("Delete")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Second")
    expect(rows.locator("a")).to_be_focused()
    page.locator("[data-toast]").get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(3)
    assert not Conversation.objects.filter(owner=alice, deleted_at__isnull=False).exists()


def test_from_a_search_to_the_line_in_its_talk(page: Page, alice: User) -> None:
    talk = talk_of(alice)
    said = say(talk, [f"Line {number}, and it goes on for a while. " * 8 for number in range(10)])
    [wanted] = say(talk, ["The lighthouse burns."])
    say(talk, [f"Line {number}, and it goes on for a while. " * 8 for number in range(10)])
    page.goto("/talks/")
    page.get_by_role("searchbox").fill("lighthouse")
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_have_text("lighthouse")
    page.locator(".hits a").click()
    expect(page.locator("html[data-line-open]")).to_be_attached(timeout=LONG)
    line = page.locator(f"#m-{wanted.pk}")
    expect(line).to_be_in_viewport()
    assert line.evaluate("line => line.matches(':target')")
    expect(page.locator(f"#m-{said[0].pk}")).not_to_be_in_viewport()


@pytest.mark.parametrize(("language", "width"), [("en-GB", 1280), ("zh-CN", 360)])
def test_the_pages_are_for_everybody(browser: Browser, server: Server, alice: User, language: str, width: int) -> None:
    folder = add_folder(user=alice, name="Winter", colour="gold")
    add_folder(user=alice, name="灯塔", parent_id=folder.pk)
    for _ in range(3):
        say(talk_of(alice, title="A rather long title of a rather long evening"), ["The lighthouse.", "灯塔。"] * 30)
    far = Conversation.objects.filter(owner=alice).latest("pk")
    line = far.messages.order_by("pk")[5]
    context = browser.new_context(
        locale=language, viewport={"width": width, "height": 800}, base_url=server.base_url, color_scheme="dark"
    )
    context.add_cookies([{"name": "sessionid", "value": sign_in(alice).cookie, "url": server.base_url}])
    page = context.new_page()
    for path in (
        "/talks/?sort=length",
        "/talks/folders/",
        "/talks/search/?q=灯塔&by=character",
        f"/talks/{far.pk}/at/{line.pk}/",
    ):
        page.goto(path)
        if "sort" in path:
            page.locator("input[name=talks]").first.check()
        assert faults(page) == [], path
    context.close()
