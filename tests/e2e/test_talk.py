"""Talking: what is said appears, can be stopped, taken again, changed and taken back, and is never lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages import LONG, TalkPage, numbered

Open = Callable[..., TalkPage]


def test_a_reply_streams_in(open_talk: Open) -> None:
    talk = open_talk("script-100-tps15").say("Hello.").wait_until_said("[1]")
    expect(talk.stop).to_be_visible()
    talk.wait_until_idle()
    assert talk.sources[-2:] == ["Hello.", numbered(100)]
    assert talk.focused() == "say"


def test_stop_keeps_what_was_said(open_talk: Open) -> None:
    talk = open_talk("script-400-tps40").say("Hello.").wait_until_said("[3]")
    talk.stop.click()
    talk.wait_until_idle()
    said = talk.sources[-1]
    assert said
    assert numbered(400).startswith(said)
    expect(talk.last.locator(".msg__state")).to_contain_text("Stopped")
    talk.page.reload()
    assert talk.ready().sources[-1] == said


def test_escape_stops_too(open_talk: Open) -> None:
    talk = open_talk("script-400-tps40").say("Hello.").wait_until_said("[2]")
    talk.page.keyboard.press("Escape")
    talk.wait_until_idle()
    expect(talk.last).to_have_attribute("data-status", "stopped")


def test_reload_midway_loses_nothing(open_talk: Open) -> None:
    talk = open_talk("script-150-tps15").say("Hello.").wait_until_said("[5]")
    talk.page.reload()
    talk.ready().wait_until_said("[1]")
    expect(talk.stop).to_be_visible()
    talk.wait_until_idle()
    assert talk.sources[-2:] == ["Hello.", numbered(150)]
    assert talk.lines.count() == 3


def test_takes_stand_beside_each_other(open_talk: Open) -> None:
    talk = open_talk().play()
    talk.last.locator(".msg__tools [data-act=regenerate]").click()
    expect(talk.last.locator("output")).to_have_text("2 / 2", timeout=LONG)
    talk.wait_until_idle()
    talk.last.locator("[data-act=previous]").click()
    expect(talk.last.locator("output")).to_have_text("1 / 2")
    assert talk.lines.count() == 3
    talk.page.locator(".stream").focus()
    talk.page.keyboard.press("ArrowRight")
    expect(talk.last.locator("output")).to_have_text("2 / 2")


def test_a_stopped_reply_can_go_on(open_talk: Open) -> None:
    talk = open_talk("script-200-tps30").say("Hello.").wait_until_said("[3]")
    talk.page.keyboard.press("Escape")
    talk.wait_until_idle()
    said = talk.sources[-1]
    talk.last.locator(".msg__state [data-act=continue]").click()
    expect(talk.last.locator("output")).to_have_text("2 / 2", timeout=LONG)
    talk.wait_until_idle()
    assert talk.sources[-1].startswith(said)
    assert len(talk.sources[-1]) > len(said)


def test_a_line_said_differently_is_answered_again(open_talk: Open) -> None:
    talk = open_talk().play("Hello.")
    talk.do(talk.lines.nth(1), "edit")
    field = talk.page.locator(".edit textarea")
    expect(field).to_have_value("Hello.")
    field.fill("Good evening.")
    talk.page.locator("[data-save]").click()
    expect(talk.lines.nth(1)).to_have_attribute("data-source", "Good evening.", timeout=LONG)
    expect(talk.lines.nth(1).locator("output")).to_have_text("2 / 2")
    expect(talk.lines).to_have_count(3, timeout=LONG)
    talk.wait_until_idle()
    talk.lines.nth(1).locator("[data-act=previous]").click()
    expect(talk.lines.nth(1)).to_have_attribute("data-source", "Hello.")
    assert talk.sources[-1] == numbered(30)


def test_their_words_can_be_changed(open_talk: Open) -> None:
    talk = open_talk().play()
    talk.do(talk.last, "edit")
    talk.page.locator(".edit textarea").fill("*She shrugs.*")
    talk.page.locator("[data-save]").click()
    expect(talk.last).to_have_attribute("data-source", "*She shrugs.*")
    expect(talk.last.locator("em.act")).to_have_text("She shrugs.")


def test_escape_leaves_an_edit_without_a_trace(open_talk: Open) -> None:
    talk = open_talk().play()
    talk.do(talk.last, "edit")
    talk.page.locator(".edit textarea").fill("Something else")
    talk.page.keyboard.press("Escape")
    expect(talk.page.locator(".edit")).to_have_count(0)
    assert talk.sources[-1] == numbered(30)
    assert talk.focused() == "more"


def test_what_was_deleted_comes_back(open_talk: Open) -> None:
    talk = open_talk().play()
    before = talk.sources
    talk.do(talk.lines.nth(1), "delete")
    expect(talk.lines).to_have_count(1)
    talk.toast.locator("[data-undo]").click()
    expect(talk.lines).to_have_count(3)
    assert talk.sources == before


def test_a_talk_comes_back_from_the_trash(open_talk: Open) -> None:
    talk = open_talk().play()
    talk.page.locator("#side [data-delete-talk]").click()
    talk.page.wait_for_url("**/talks/")
    talk.toast.locator("[data-undo]").click()
    talk.page.wait_for_url(f"**{talk.path}")
    assert talk.lines.count() == 3


def test_the_trash_gives_a_talk_back_later_too(open_talk: Open) -> None:
    talk = open_talk().play()
    talk.page.locator("#side [data-delete-talk]").click()
    talk.page.wait_for_url("**/talks/")
    talk.page.locator(".talks__bin[href*=trash]").click()
    talk.page.wait_for_url("**/talks/trash/")
    talk.page.locator(".talklist--trash button").click()
    talk.page.wait_for_url(f"**{talk.path}")
    assert talk.lines.count() == 3


def test_a_talk_gets_a_name(open_talk: Open) -> None:
    talk = open_talk()
    talk.page.locator("#talk-title").fill("A letter for Ada")
    talk.page.locator("#talk-title").press("Enter")
    expect(talk.page.locator("h1")).to_have_text("A letter for Ada")
    talk.page.reload()
    expect(talk.page.locator("h1")).to_have_text("A letter for Ada")
    expect(talk.page).to_have_title("A letter for Ada · Dramatis")


def test_two_tabs_show_the_same(open_talk: Open) -> None:
    talk = open_talk("script-200-tps20")
    other = TalkPage(talk.page.context.new_page(), talk.path.split("/")[2]).open()
    talk.say("Hello.")
    expect(other.lines.nth(1)).to_have_attribute("data-source", "Hello.", timeout=LONG)
    expect(other.stop).to_be_visible()
    other.stop.click()
    talk.wait_until_idle()
    other.wait_until_idle()
    assert talk.sources == other.sources
    talk.do(talk.lines.nth(1), "delete")
    expect(other.lines).to_have_count(1)


@pytest.mark.parametrize(
    ("model", "status", "told"),
    [
        ("500", "failed", "cannot be reached"),
        ("400", "failed", "refused"),
        ("cut-after-9", "interrupted", "did not finish"),
        ("stall-after-4", "interrupted", "fell silent"),
    ],
)
def test_a_model_that_fails_says_so_and_offers_a_way_on(open_talk: Open, model: str, status: str, told: str) -> None:
    talk = open_talk(model).say("Hello.")
    expect(talk.last.locator(".msg__state")).to_contain_text(told, timeout=LONG)
    expect(talk.last).to_have_attribute("data-status", status)
    talk.wait_until_idle()
    expect(talk.last.locator(".msg__state [data-act=regenerate]")).to_be_visible()
    assert talk.sources[1] == "Hello."


def test_a_model_cannot_make_the_page_ask_outside(open_talk: Open) -> None:
    talk = open_talk("inject-image").play()
    talk.page.reload()
    talk.ready()
    assert talk.page.title() == "Mira · Dramatis"
    assert talk.last.locator("img").count() == 1  # the face beside the name
    links = talk.last.locator(".msg__text a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert links
    assert all(link.startswith("/leave/?to=") for link in links)
    with talk.page.context.expect_page() as opened:
        talk.last.locator(".msg__text a").last.click()
    expect(opened.value.locator(".address")).to_contain_text("http://tracker.invalid/")


def test_the_page_stays_in_its_window(open_talk: Open) -> None:
    talk = open_talk()
    talk.page.set_viewport_size({"width": 1280, "height": 800})
    talk.say_field.click()
    talk.page.keyboard.press("Tab")
    assert talk.page.evaluate("[document.documentElement.scrollHeight - innerHeight, scrollY]") == [0, 0]


def test_action_marks_what_is_meant(open_talk: Open) -> None:
    talk = open_talk()
    mark = talk.page.locator("[data-mark]")
    talk.say_field.fill("“Good.”\nI nod. ")
    mark.click()
    expect(talk.say_field).to_have_value("“Good.”\n*I nod.* ")
    talk.say_field.fill("I nod and sit")
    talk.say_field.select_text()
    mark.click()
    expect(talk.say_field).to_have_value("*I nod and sit*")
    talk.say_field.fill("")
    mark.click()
    talk.page.keyboard.type("I wait.")
    expect(talk.say_field).to_have_value("*I wait.*")


def test_stars_around_nothing_are_not_said(open_talk: Open) -> None:
    talk = open_talk()
    talk.page.locator("[data-mark]").click()
    talk.speak.click()
    expect(talk.note).to_have_text("Write a line first.")
    assert talk.focused() == "say"
    assert talk.lines.count() == 1
    talk.say_field.press_sequentially("H")
    expect(talk.note).to_be_empty()


def test_a_draft_waits_in_the_browser(open_talk: Open) -> None:
    talk = open_talk()
    talk.say_field.fill("Half a tho")
    talk.page.reload()
    talk.ready()
    expect(talk.say_field).to_have_value("Half a tho")
    talk.play("ught.")
    talk.page.reload()
    talk.ready()
    expect(talk.say_field).to_have_value("")


def test_a_suggestion_lands_in_the_composer(open_talk: Open) -> None:
    talk = open_talk()
    talk.page.locator("[data-suggest]").click()
    expect(talk.say_field).to_have_value(numbered(30).strip(), timeout=LONG)
    assert talk.lines.count() == 1


def test_a_line_that_is_too_long_is_counted_and_kept(open_talk: Open) -> None:
    talk = open_talk()
    talk.say_field.fill("好" * 32_005)
    talk.say_field.press("Enter")
    expect(talk.note).to_contain_text("5 characters too many")
    expect(talk.page.locator("[data-count]")).to_have_text("32,005 of 32,000")
    assert len(talk.say_field.input_value()) == 32_005
    assert talk.lines.count() == 1
    talk.say_field.fill("Short")
    expect(talk.note).to_be_empty()


def test_composing_chinese_does_not_send(open_talk: Open) -> None:
    talk = open_talk()
    talk.say_field.focus()
    client = talk.page.context.new_cdp_session(talk.page)
    client.send("Input.imeSetComposition", {"text": "ni hao", "selectionStart": 6, "selectionEnd": 6})
    talk.page.keyboard.press("Enter")
    client.send("Input.insertText", {"text": "你好"})
    expect(talk.say_field).to_have_value(re.compile("^你好"))
    assert talk.lines.count() == 1


def test_shift_and_enter_begins_a_line(open_talk: Open) -> None:
    talk = open_talk()
    talk.say_field.fill("One")
    talk.say_field.press("Shift+Enter")
    talk.page.keyboard.type("two")
    expect(talk.say_field).to_have_value("One\ntwo")
    assert talk.lines.count() == 1


def test_names_of_frames_and_codes_are_the_servers(page: Page) -> None:
    page.goto("/account/login/")
    known = page.evaluate("import('/static/js/chat/protocol.js').then(all => ({...all}))")
    told = page.evaluate("fetch('/api/v1/protocol.json').then(answer => answer.json())")

    def tags(side: str) -> list[str]:
        names = [part["$ref"].rpartition("/")[2] for part in told[side]["oneOf"]]
        return sorted(told["$defs"][name]["properties"]["type"]["enum"][0] for name in names)

    assert sorted(known["CLIENT_FRAMES"]) == tags("client")
    assert sorted(known["SERVER_FRAMES"]) == tags("server")
    assert known["CLOSE_CODES"] == told["close_codes"]
    assert known["VERSION"] == told["version"]
    assert known["MAX_CONTENT"] == told["limits"]["content"]
