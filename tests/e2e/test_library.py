"""The library in a browser: by keyboard, on a phone, and from a search to the line that was found."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from chat.models import Conversation
from chat.services import imports
from chat.services.folders import add_folder
from chat.services.shares import share_branch
from tests.chat import exported
from tests.chat.library import say, talk_of
from tests.chat.stage import sign_in
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.pages import LONG
from tests.stack import Server

pytestmark = [pytest.mark.stack, pytest.mark.browser]


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


def test_a_file_is_brought_looked_through_and_taken_in(page: Page, alice: User, tmp_path: Path) -> None:
    (tmp_path / "Seraphina.jsonl").write_bytes(exported.sillytavern())
    (tmp_path / "diary.txt").write_bytes(b"Dear diary")
    page.goto("/talks/import/")
    alive = page.locator("[data-dropzone][data-live]")
    expect(alive).to_be_visible()
    page.locator("#files").set_input_files([tmp_path / "Seraphina.jsonl", tmp_path / "diary.txt"])
    file = page.locator("[data-import]", has_text="Seraphina.jsonl")
    expect(file).to_contain_text("1 talk, 5 lines.", timeout=LONG)
    expect(page.locator("[data-import]", has_text="diary.txt")).to_contain_text("neither JSON nor an archive")
    file.get_by_role("button", name="Take them in").click()
    expect(file).to_contain_text("1 talk is here now.", timeout=LONG)
    expect(alive).to_be_visible()
    page.locator("#files").set_input_files([tmp_path / "Seraphina.jsonl"])
    expect(page.locator("[data-sending]")).to_contain_text("You have brought this very file before.")
    file.get_by_role("link", name="Report").click()
    page.get_by_role("link", name="Seraphina").click()
    expect(page.locator("#lines")).to_contain_text("Where am I?")


@in_every_look
def test_the_pages_are_for_everybody(
    browser: Browser, server: Server, alice: User, language: str, width: int, theme: Theme
) -> None:
    folder = add_folder(user=alice, name="Winter", colour="gold")
    add_folder(user=alice, name="灯塔", parent_id=folder.pk)
    for _ in range(3):
        say(talk_of(alice, title="A rather long title of a rather long evening"), ["The lighthouse.", "灯塔。"] * 30)
    far = Conversation.objects.filter(owner=alice).latest("pk")
    line = far.messages.order_by("pk")[5]
    brought = imports.bring(user=alice, name="a.jsonl", chunks=[exported.sillytavern()])
    imports.look(brought.pk)
    _, token = share_branch(user=alice, conversation_id=far.pk, named=True, days=7)
    context = browser.new_context(
        locale=language, viewport={"width": width, "height": 800}, base_url=server.base_url, color_scheme=theme
    )
    context.add_cookies([{"name": "sessionid", "value": sign_in(alice).cookie, "url": server.base_url}])
    page = context.new_page()
    for path in (
        "/talks/?sort=length",
        "/talks/folders/",
        "/talks/search/?q=灯塔&by=character",
        f"/talks/{far.pk}/at/{line.pk}/",
        "/talks/import/",
        f"/talks/import/{brought.pk}/",
        f"/talks/{far.pk}/course/",
        f"/talks/{far.pk}/share/",
        "/talks/shared/",
        f"/shared/{token}/",
    ):
        page.goto(path)
        if "sort" in path:
            page.locator("input[name=talks]").first.check()
        wrong = faults_and_width(page)
        assert wrong == [], path
    context.close()
