"""Where sockets do not get through, the talk goes on by another way, says so, and comes back to the socket later."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.chat.proxy import Wall
from tests.e2e.pages import LONG, TalkPage, numbered
from tests.stack import Server

Open = Callable[..., TalkPage]
AROUND, IN_PORTIONS = "takes another way", "come in portions"


@pytest.fixture
def wall(server: Server) -> Iterator[Wall]:
    wall = Wall(server.port)
    yield wall
    wall.close()


@pytest.fixture
def context(context: BrowserContext, wall: Wall, server: Server) -> BrowserContext:
    """A browser behind the wall: whatever it asks the server for goes through there."""
    context.unroute_all()
    context.route(f"{server.base_url}/**", lambda route: route.abort())
    return context


@pytest.fixture
def behind(open_talk: Open, wall: Wall, monkeypatch: pytest.MonkeyPatch) -> Open:
    """open_talk, on the other side of the wall."""

    def goto(talk: TalkPage) -> TalkPage:
        talk.page.goto(f"{wall.base_url}{talk.path}")
        return talk.ready()

    monkeypatch.setattr(TalkPage, "open", goto)
    return open_talk


def test_a_reply_streams_without_a_socket(behind: Open, wall: Wall) -> None:
    talk = behind("script-200-tps40")
    expect(talk.line_banner).to_contain_text(AROUND)
    talk.say("Hello.").wait_until_said("[4]")
    expect(talk.reply_text).not_to_contain_text("[200]")
    talk.wait_until_idle()
    assert talk.sources[1:] == ["Hello.", numbered(200)]
    assert talk.roles == ["character", "player", "character"]
    assert not [line for line in wall.asked if "/poll/" in line]


def test_a_reload_midway_loses_nothing(behind: Open) -> None:
    talk = behind("script-160-tps40").say("Hello.").wait_until_said("[10]")
    talk.page.reload()
    talk.ready().wait_until_said("[12]")
    talk.wait_until_idle()
    assert talk.sources[1:] == ["Hello.", numbered(160)]


def test_a_stream_that_is_cut_goes_on_where_it_was(behind: Open, wall: Wall) -> None:
    talk = behind("script-120-tps60").say("Hello.").wait_until_said("[10]")
    wall.cut()
    talk.wait_until_said("[60]")
    shown = talk.reply_text.inner_text()
    assert all(shown.count(f"[{number}]") == 1 for number in range(1, 60))
    talk.wait_until_idle()
    assert talk.sources[-1] == numbered(120)


def test_where_streams_are_held_back_replies_come_in_portions(page: Page, behind: Open, wall: Wall) -> None:
    wall.streams = "held"
    talk = behind("script-400-tps60")
    expect(talk.line_banner).to_contain_text(IN_PORTIONS)
    talk.say("Hello.").wait_until_said("[4]")
    expect(talk.reply_text).not_to_contain_text("[400]")
    page.reload()
    talk.ready()
    expect(talk.lines).to_have_count(3, timeout=LONG)
    talk.wait_until_idle()
    assert talk.sources[1:] == ["Hello.", numbered(400)]


def test_everything_that_is_done_by_socket_is_done_around_it(behind: Open) -> None:
    talk = behind("script-60-tps40").say("Hello.").wait_until_said("[3]")
    talk.stop.click()
    talk.wait_until_idle()
    expect(talk.last.locator(".msg__state")).to_contain_text("Stopped")
    talk.do(talk.last, "regenerate")
    expect(talk.last.locator(".swipe output")).to_have_text("2 / 2")
    talk.wait_until_idle()
    talk.page.locator("[data-suggest]").click()
    expect(talk.say_field).to_have_value(numbered(60).strip(), timeout=LONG)


def test_the_next_line_waits_on_the_way_around_too(behind: Open, wall: Wall) -> None:
    talk = behind("script-240-tps40").say("Hello.").wait_until_said("[3]")
    talk.say("And then?")
    waits = talk.page.locator("[data-waits]")
    expect(waits).to_contain_text("And then?")
    expect(talk.say_field).to_have_value("")
    # Also over a cut and a reload: it is the browser that keeps it.
    wall.cut()
    talk.page.reload()
    talk.ready()
    expect(waits).to_contain_text("And then?")
    expect(talk.lines).to_have_count(5, timeout=LONG)
    expect(waits).to_be_hidden()
    talk.wait_until_idle()
    assert talk.sources[1:] == ["Hello.", numbered(240), "And then?", numbered(240)]


def test_the_next_line_waits_where_replies_come_in_portions(behind: Open, wall: Wall) -> None:
    wall.streams = "held"
    talk = behind("script-240-tps40")
    expect(talk.line_banner).to_contain_text(IN_PORTIONS)
    talk.say("Hello.").wait_until_said("[4]")
    talk.say("And then?")
    expect(talk.page.locator("[data-waits]")).to_contain_text("And then?")
    expect(talk.lines).to_have_count(5, timeout=LONG)
    talk.wait_until_idle()
    assert talk.sources[1:] == ["Hello.", numbered(240), "And then?", numbered(240)]


def test_a_waiting_line_that_the_house_does_not_take_asks(behind: Open) -> None:
    talk = behind("script-160-tps40").say("Hello.").wait_until_said("[3]")
    talk.page.route("**/messages/", lambda route: route.abort())
    talk.say("And then?")
    waits = talk.page.locator("[data-waits]")
    expect(waits).to_contain_text("cannot be reached", timeout=LONG)
    talk.page.unroute("**/messages/")
    waits.locator("[data-say-it]").click()
    expect(talk.lines).to_have_count(5, timeout=LONG)
    talk.wait_until_idle()
    assert talk.sources.count("And then?") == 1


def test_a_line_that_is_not_taken_stays(behind: Open, wall: Wall) -> None:
    talk = behind()
    talk.page.route("**/messages/", lambda route: route.abort())
    talk.say("My words")
    expect(talk.note).to_contain_text("cannot be reached")
    expect(talk.say_field).to_have_value("My words")
    talk.page.unroute("**/messages/")
    talk.speak.click()
    expect(talk.lines).to_have_count(3, timeout=LONG)
    talk.wait_until_idle()
    assert talk.sources.count("My words") == 1


def test_another_window_s_lines_appear(behind: Open, server: Server) -> None:
    talk = behind()
    other = talk.page.context.new_page()
    other.goto(talk.page.url)
    there = TalkPage(other, talk.path.split("/")[2]).ready()
    there.play("From over there.")
    expect(talk.lines).to_have_count(3, timeout=LONG)
    talk.wait_until_idle()
    assert talk.sources == there.sources


def test_the_page_comes_back_to_the_socket(behind: Open, wall: Wall) -> None:
    talk = behind("script-120-tps60").say("Hello.").wait_until_said("[5]")
    wall.sockets = "open"
    talk.page.locator("[data-line-retry]").click()
    expect(talk.line_banner).to_be_hidden(timeout=LONG)
    talk.wait_until_idle()
    assert talk.sources[-1] == numbered(120)
    asked = len(wall.asked)
    talk.play("And now?")
    assert not [line for line in wall.asked[asked:] if "/messages/" in line]


def test_a_socket_that_is_swallowed_is_not_waited_for_for_ever(behind: Open, wall: Wall) -> None:
    wall.sockets = "swallowed"
    talk = behind()
    expect(talk.line_banner).to_contain_text(AROUND)
    talk.play()
    assert talk.sources[-1] == numbered(30)


def test_whoever_is_signed_out_is_told(behind: Open) -> None:
    talk = behind()
    talk.page.context.clear_cookies(name="sessionid")
    talk.say("Are you there?")
    expect(talk.note).to_contain_text("kept")
    talk.page.locator("[data-line-retry]").click()
    expect(talk.say_field).to_have_value("Are you there?")
