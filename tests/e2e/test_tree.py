"""The tree, in the hand: what can be done with lines, by pointer and by keyboard."""

from collections.abc import Callable

from playwright.sync_api import expect

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
