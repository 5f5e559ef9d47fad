"""The next line may be written while the character speaks: it waits, and is said once, by nobody's mistake twice."""

from collections.abc import Callable

from playwright.sync_api import expect

from chat.models import Turn
from tests.e2e.pages import LONG, TalkPage, numbered

Open = Callable[..., TalkPage]


def waiting(talk: TalkPage, text: str = "And then?") -> TalkPage:
    """A long reply is under way, and this line waits for its end."""
    talk.say("Hello.").wait_until_said("[1]")
    talk.say(text)
    expect(talk.page.locator("[data-waits]")).to_contain_text(text)
    expect(talk.say_field).to_have_value("")
    return talk


def test_a_line_that_waits_goes_out_when_the_reply_has_ended(open_talk: Open) -> None:
    talk = waiting(open_talk("script-160-tps40"))
    talk.say_field.fill("Something for later")
    expect(talk.lines).to_have_count(5, timeout=LONG)
    talk.wait_until_idle()
    assert talk.sources[-4:] == ["Hello.", numbered(160), "And then?", numbered(160)]
    expect(talk.page.locator("[data-waits]")).to_be_hidden()
    expect(talk.say_field).to_have_value("Something for later")


def test_it_waits_on_over_a_reload_and_is_said_once_by_two_tabs(open_talk: Open) -> None:
    talk = waiting(open_talk("script-900-tps20"))
    other = TalkPage(talk.page.context.new_page(), talk.path.split("/")[2]).open()
    expect(other.page.locator("[data-waits]")).to_contain_text("And then?")
    talk.page.reload()
    talk.ready()
    expect(talk.page.locator("[data-waits]")).to_contain_text("And then?")
    talk.stop.click()
    for tab in (talk, other):
        expect(tab.lines).to_have_count(5, timeout=LONG)
        expect(tab.page.locator("[data-waits]")).to_be_hidden()
    other.stop.click()
    talk.wait_until_idle()
    other.wait_until_idle()
    assert talk.sources == other.sources
    assert talk.sources.count("And then?") == 1
    assert Turn.objects.filter(conversation_id=talk.path.split("/")[2]).count() == 2


def test_a_line_that_waits_is_changed_or_called_off(open_talk: Open) -> None:
    talk = waiting(open_talk("script-900-tps20"))
    talk.say("A second one")
    expect(talk.note).to_contain_text("One line waits already")
    talk.page.locator("[data-change]").click()
    expect(talk.say_field).to_have_value("And then?\n\nA second one")
    expect(talk.page.locator("[data-waits]")).to_be_hidden()
    talk.page.locator("[data-queue]").click()
    talk.page.locator("[data-drop]").click()
    expect(talk.page.locator("[data-waits]")).to_be_hidden()
    talk.toast.locator("[data-undo]").click()
    expect(talk.page.locator("[data-waits]")).to_contain_text("A second one")
    talk.page.locator("[data-drop]").click()
    talk.stop.click()
    talk.wait_until_idle()
    assert talk.lines.count() == 3


def test_it_asks_when_something_else_was_said_in_between(open_talk: Open) -> None:
    talk = waiting(open_talk("script-900-tps20"))
    talk.page.goto("/help/connect-model/")
    elsewhere = talk.page.context.browser.new_context(base_url=talk.page.url.split("/help")[0], locale="en-GB")
    elsewhere.add_cookies(talk.page.context.cookies())
    other = TalkPage(elsewhere.new_page(), talk.path.split("/")[2]).open()
    other.stop.click()
    other.wait_until_idle().say("I was faster.").wait_until_running()
    talk.open()
    waits = talk.page.locator("[data-waits]")
    expect(waits).to_contain_text("Something else was said in between")
    other.stop.click()
    talk.wait_until_idle()
    assert talk.sources.count("And then?") == 0
    waits.locator("[data-say-it]").click()
    expect(waits).to_be_hidden()
    expect(talk.lines.nth(5)).to_have_attribute("data-source", "And then?", timeout=LONG)
    elsewhere.close()


def test_it_asks_when_the_reply_broke_off(open_talk: Open) -> None:
    talk = open_talk("cut-after-120-tps20").say("Hello.").wait_until_said()
    talk.say("And then?")
    waits = talk.page.locator("[data-waits]")
    expect(waits).to_contain_text("did not come to its end", timeout=LONG)
    talk.wait_until_idle()
    assert talk.sources.count("And then?") == 0
    waits.locator("[data-change]").click()
    expect(talk.say_field).to_have_value("And then?")
