"""The tree, in the hand: what can be done with lines, by pointer and by keyboard."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.models import User
from tests.chat.stage import mira
from tests.e2e.pages import LONG, TalkPage

Open = Callable[..., TalkPage]


def test_another_take_with_a_hint(open_talk: Open) -> None:
    talk = open_talk("echo-prompt").play()
    talk.do(talk.last, "hint")
    field = talk.page.locator("#ask-hint-text")
    expect(field).to_be_focused()
    field.fill("More rain, please.")
    field.press("Enter")
    expect(talk.last.locator("output")).to_have_text("2 / 2", timeout=LONG)
    talk.wait_until_idle()
    assert "More rain, please." in talk.sources[-1]
    talk.do(talk.last, "hint")
    expect(field).to_have_value("More rain, please.")
    talk.page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    assert talk.focused() == "more"


def test_words_change_in_place_and_come_back(open_talk: Open) -> None:
    talk = open_talk().play("Hello.")
    before = talk.sources
    talk.do(talk.lines.nth(1), "edit")
    talk.page.locator(".edit textarea").fill("Good evening.")
    talk.page.locator("[data-in-place]").click()
    expect(talk.lines.nth(1)).to_have_attribute("data-source", "Good evening.")
    assert talk.sources == [before[0], "Good evening.", before[2]], "what follows stays"
    talk.toast.locator("[data-undo]").click()
    expect(talk.lines.nth(1)).to_have_attribute("data-source", "Hello.")
    talk.do(talk.last, "edit")
    talk.page.locator(".edit textarea").fill("*She shrugs.*")
    talk.page.keyboard.press("Control+Shift+Enter")
    expect(talk.last.locator("em.act")).to_have_text("She shrugs.")
    talk.last.locator(".msg__marks [data-act=wordings]").click()
    talk.page.locator("#wordings [data-bring-back]").click()
    expect(talk.last).to_have_attribute("data-source", before[2])
    expect(talk.last.locator(".msg__marks")).to_be_hidden()


def test_one_line_is_taken_out_and_the_rest_stays(open_talk: Open) -> None:
    talk = open_talk().play("One.").play("Two.")
    before = talk.sources
    talk.do(talk.lines.nth(1), "delete-one")
    expect(talk.lines).to_have_count(4)
    assert talk.sources == [before[0], *before[2:]]
    talk.page.reload()
    talk.ready()
    assert talk.sources == [before[0], *before[2:]]
    talk.page.goto("/talks/trash/")
    talk.page.locator(".talklist--trash button").click()
    talk.page.wait_for_url(f"**{talk.path}")
    assert talk.ready().sources == before


def test_several_lines_are_chosen_by_keyboard_hidden_and_deleted(open_talk: Open) -> None:
    talk = open_talk().play("One.").play("Two.")
    other = TalkPage(talk.page.context.new_page(), talk.path.split("/")[2]).open()
    before = talk.sources
    talk.do(talk.lines.nth(1), "choose")
    expect(talk.say_field).to_be_hidden()
    talk.page.keyboard.press("Shift+ArrowDown")
    expect(talk.page.locator("[data-chosen]")).to_have_text("2 chosen")
    talk.page.locator("[data-all=mute]").click()
    expect(other.lines.nth(2).locator("[data-muted-mark]")).to_be_visible()
    expect(talk.say_field).to_be_focused()
    talk.toast.locator("[data-dismiss]").click()
    talk.do(talk.lines.nth(4), "choose")
    talk.lines.nth(2).locator(".msg__text").click(modifiers=["Shift"])
    expect(talk.page.locator("[data-chosen]")).to_have_text("3 chosen")
    talk.page.keyboard.press("Delete")
    expect(talk.lines).to_have_count(2)
    expect(other.lines).to_have_count(2)
    talk.toast.locator("[data-undo]").click()
    expect(talk.lines).to_have_count(5)
    assert talk.sources == before
    expect(talk.lines.nth(2)).to_have_attribute("data-muted", "")
    talk.do(talk.lines.nth(2), "unmute")
    expect(talk.lines.nth(2).locator("[data-muted-mark]")).to_be_hidden()
    talk.do(talk.lines.nth(2), "choose")
    talk.page.keyboard.press("Escape")
    expect(talk.say_field).to_be_visible()


def test_an_authors_note_is_written_weighed_and_put_back(open_talk: Open) -> None:
    talk = open_talk("echo-prompt")
    other = TalkPage(talk.page.context.new_page(), talk.path.split("/")[2]).open()
    box = talk.page.locator("[data-note-box]")
    box.locator("summary").click()
    box.locator("textarea").fill("It never stops raining.")
    expect(box.locator("[data-note-tokens]")).to_have_text("about 7 tokens")
    box.locator("#note-depth").fill("1")
    box.locator("button").click()
    expect(other.page.locator("#note-text")).to_have_value("It never stops raining.")
    talk.play()
    assert "It never stops raining." in talk.sources[-1]
    talk.page.locator("[data-dismiss]").last.click()
    box.locator("textarea").fill("The sun is out.")
    box.locator("button").click()
    expect(talk.toast).to_contain_text("The note is kept")
    talk.toast.locator("[data-undo]").click()
    expect(box.locator("textarea")).to_have_value("It never stops raining.")
    box.locator("#note-depth").fill("21")
    box.locator("button").click()
    assert talk.page.evaluate("document.querySelector('#note-depth').validity.rangeOverflow")


def test_a_temporary_talk_is_kept_after_all_or_ended_for_good(page: Page, alice: User) -> None:
    for end in (False, True):
        page.goto(f"/characters/{mira('script-4').pk}/")
        page.get_by_role("button", name="Temporary talk").click()
        page.wait_for_url("**/talks/*/")
        talk = TalkPage(page, page.url.split("/")[-2]).ready().play("Between us.")
        expect(page.locator(".talklist li")).to_have_count(1 if end else 0)
        banner = page.locator("[data-temporary-talk]")
        if end:
            talk.say_field.fill("Not said yet")
            page.wait_for_function("key => key in sessionStorage", arg=f"draft:{talk.path.split('/')[2]}")
            banner.locator("[data-end-talk]").click()
            page.locator("#ask-end button[value=end]").click()
            page.wait_for_url("**/characters/*/")
            kept = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
            assert [key for key in kept if talk.path.split("/")[2] in key] == []
            assert page.goto(talk.path).status == 404
        else:
            banner.locator("[data-keep-talk]").click()
            expect(banner).to_be_hidden()
            expect(page.locator("#side [data-delete-talk]")).to_be_visible()
            page.reload()
            expect(page.locator(".talklist li")).to_have_count(1)
