"""The line between page and house: it drops, it lies, it is refused, and no word is lost and no frame unanswered."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.pages import LONG, TalkPage, numbered

Open = Callable[..., TalkPage]


class Wire:
    """Stands between page and server: cuts, drops, doubles or invents frames."""

    def __init__(self, page: Page) -> None:
        self.routes: list[WebSocketRoute] = []
        self.refuse_with: int | None = None
        self.to_server: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda frame: frame
        self.to_page: Callable[[dict[str, Any]], list[dict[str, Any]]] = lambda frame: [frame]
        self.sent: list[dict[str, Any]] = []
        page.route_web_socket("**/ws/**", self._route)

    def _route(self, route: WebSocketRoute) -> None:
        self.routes.append(route)
        if self.refuse_with is not None:
            route.close(code=self.refuse_with)
            return
        server = route.connect_to_server()

        def up(data: str | bytes) -> None:
            frame = json.loads(data)
            self.sent.append(frame)
            if (changed := self.to_server(frame)) is not None:
                server.send(json.dumps(changed))

        def down(data: str | bytes) -> None:
            for frame in self.to_page(json.loads(data)):
                route.send(json.dumps(frame))

        route.on_message(up)
        server.on_message(down)

    def cut(self, code: int = 1011) -> None:
        self.routes[-1].close(code=code)

    def tell(self, **frame: Any) -> None:
        self.routes[-1].send(json.dumps(frame))


@pytest.fixture
def wire(page: Page) -> Wire:
    return Wire(page)


def test_a_dropped_line_comes_back_and_the_text_is_whole(wire: Wire, open_talk: Open) -> None:
    talk = open_talk("script-80-tps40").say("Hello.").wait_until_said("[4]")
    wire.cut()
    expect(talk.line_banner).to_contain_text("trying again")
    talk.page.locator("[data-line-retry]").dispatch_event("click")  # it may be back by then
    talk.wait_until_idle()
    assert talk.sources[-2:] == ["Hello.", numbered(80)]
    expect(talk.line_banner).to_be_hidden()


def test_two_drops_in_a_row(wire: Wire, open_talk: Open) -> None:
    talk = open_talk("script-90-tps40").say("Hello.").wait_until_said("[3]")
    for piece in ("[12]", "[30]"):
        wire.cut()
        talk.page.locator("[data-line-retry]").dispatch_event("click")  # it may be back by then
        talk.wait_until_said(piece)
    talk.wait_until_idle()
    assert talk.sources[-1] == numbered(90)


def test_lost_and_doubled_pieces_are_noticed(wire: Wire, open_talk: Open) -> None:
    count = 0

    def lossy(frame: dict[str, Any]) -> list[dict[str, Any]]:
        nonlocal count
        if frame["type"] != "ai_chunk" or any(sent["type"] == "resume" for sent in wire.sent):
            return [frame]
        count += 1
        return [] if count == 4 else [frame, frame]

    wire.to_page = lossy
    talk = open_talk("script-60-tps30").say("Hello.")
    expect(talk.reply_text).to_contain_text("[30]", timeout=LONG)
    asked = next(sent for sent in wire.sent if sent["type"] == "resume")
    assert asked["last_seq"] == 3
    shown = talk.reply_text.inner_text()
    assert "[3] [4] [5]" in shown
    assert shown.count("[2]") == 1
    talk.wait_until_idle()
    assert talk.sources[-1] == numbered(60)


def test_who_waits_for_the_model_sees_their_place(wire: Wire, open_talk: Open) -> None:
    def third(frame: dict[str, Any]) -> list[dict[str, Any]]:
        if frame["type"] == "ai_status" and frame["status"] == "thinking":
            return [frame | {"place": 3}]
        return [] if frame["type"] in ("ai_status", "ai_chunk", "ai_end") else [frame]

    wire.to_page = third
    talk = open_talk("script-5").say("Hello.")
    cue = talk.page.locator("[data-cue=in_line]")
    expect(cue).to_have_text("in line, place 3")
    expect(cue).to_have_attribute("aria-current", "step")
    expect(talk.page.locator("[data-cue=thinking]")).to_be_hidden()
    expect(talk.page.locator("#announcer")).to_have_text("Mira waits for the model, in line at place 3")
    wire.to_page = lambda frame: [frame]
    talk.page.reload()
    talk.ready().wait_until_idle()
    expect(cue).to_be_hidden()


def test_a_line_without_an_answer_is_sent_once_more_and_stored_once(wire: Wire, open_talk: Open) -> None:
    wire.to_page = lambda frame: [] if frame["type"] in ("ack", "ai_status", "ai_chunk", "ai_end") else [frame]
    talk = open_talk().say("Only once, please.")
    expect(talk.say_field).to_have_js_property("readOnly", True)
    wire.cut()
    expect(talk.note).to_contain_text("Your line is kept")
    expect(talk.say_field).to_have_value("Only once, please.")
    wire.to_page = lambda frame: [frame]
    talk.page.reload()
    talk.ready()
    expect(talk.say_field).to_have_value("")
    talk.wait_until_idle()
    assert talk.sources.count("Only once, please.") == 1
    said = [frame for frame in wire.sent if frame["type"] == "chat"]
    assert len(said) == 2
    assert said[0]["client_id"] == said[1]["client_id"]


@pytest.mark.parametrize(
    ("code", "told", "way"),
    [
        (4401, "You are signed out. Your line is kept", "Sign in"),
        (4404, "not here any more", "Your talks"),
        (4409, "full", "Your talks"),
        (4410, "no longer in this talk", "Your talks"),
    ],
)
def test_a_final_refusal_says_what_to_do(wire: Wire, open_talk: Open, code: int, told: str, way: str) -> None:
    talk = open_talk()
    talk.say_field.fill("A line in the making")
    wire.refuse_with = code  # for whoever is not signed in any more it is asked again before it is believed
    wire.cut(code)
    expect(talk.line_banner).to_contain_text(told, timeout=LONG)
    expect(talk.line_banner.locator("a")).to_have_text(way)
    opened = len(wire.routes)
    talk.page.wait_for_timeout(1500)  # longer than the first pause of a line that tries again
    assert len(wire.routes) == opened
    expect(talk.say_field).to_have_value("A line in the making")


@pytest.mark.parametrize(
    ("code", "told"), [(1012, "being restarted"), (4408, "too slow"), (4429, "too many windows"), (1011, "dropped")]
)
def test_other_ends_are_said_and_tried_again(wire: Wire, open_talk: Open, code: int, told: str) -> None:
    talk = open_talk()
    wire.cut(code)
    expect(talk.line_banner).to_contain_text(told)
    talk.page.locator("[data-line-retry]").dispatch_event("click")  # it may be back by then
    talk.ready()
    expect(talk.line_banner).to_be_hidden()


def test_after_ten_failures_the_line_rests(wire: Wire, open_talk: Open) -> None:
    talk = open_talk()
    talk.page.clock.install()
    talk.page.reload()
    talk.ready()
    talk.page.route("**/api/v1/conversations/**", lambda route: route.abort())  # nor is there a way around
    wire.refuse_with = 1011
    wire.cut()
    expect(talk.line_banner).to_be_visible()
    for _ in range(60):  # on a busy machine an attempt is still on its way when the clock is moved
        if "could not be restored" in talk.line_banner.inner_text():
            break
        talk.page.clock.run_for(31_000)
    expect(talk.line_banner).to_contain_text("could not be restored")
    opened = len(wire.routes)
    talk.page.clock.run_for(120_000)
    assert len(wire.routes) == opened
    wire.refuse_with = None
    talk.page.locator("[data-line-retry]").click()
    talk.page.clock.run_for(100)
    talk.ready()


def test_offline_is_said_and_a_line_waits(wire: Wire, open_talk: Open) -> None:
    talk = open_talk()
    talk.page.context.set_offline(True)
    expect(talk.line_banner).to_contain_text("You are offline")
    talk.say("Said in a tunnel.")
    expect(talk.note).to_contain_text("goes out as soon as")
    talk.page.context.set_offline(False)
    expect(talk.lines).to_have_count(3, timeout=LONG)
    talk.wait_until_idle()
    assert talk.sources[1] == "Said in a tunnel."


def test_a_reply_that_ended_meanwhile_is_announced(wire: Wire, open_talk: Open) -> None:
    talk = open_talk("script-60-tps40").say("Hello.").wait_until_said("[3]")
    other = TalkPage(talk.page.context.new_page(), talk.path.split("/")[2]).open()
    wire.refuse_with = 1011
    wire.cut()
    other.wait_until_idle()
    wire.refuse_with = None  # the page comes back by itself
    talk.wait_until_idle()
    expect(talk.page.locator("#announcer")).to_contain_text("[60]", timeout=LONG)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ({"code": "busy", "message": "A reply is still being written."}, "still speaking"),
        ({"code": "rate_limited", "message": "Fast.", "retry_after": 2}, "you can speak in"),
        ({"code": "allowance_used_up", "message": "Used up.", "limit": 20}, "Used up. Your line is kept."),
        ({"code": "too_long", "message": "Long.", "limit": 5}, "3 characters too many"),
        ({"code": "not_found", "message": "There is nothing here."}, "There is nothing here. Your line is kept."),
        ({"code": "whatever_comes", "message": "Something else."}, "Something else. Your line is kept."),
    ],
)
def test_a_line_that_is_not_taken_stays(wire: Wire, open_talk: Open, error: dict[str, Any], told: str) -> None:
    def refuse(frame: dict[str, Any]) -> dict[str, Any] | None:
        if frame["type"] != "chat":
            return frame
        wire.tell(type="error", client_id=frame["client_id"], **error)
        return None

    wire.to_server = refuse
    talk = open_talk().say("My words")
    expect(talk.note).to_contain_text(told)
    expect(talk.say_field).to_have_value("My words")
    expect(talk.say_field).to_have_js_property("readOnly", False)
    wire.to_server = lambda frame: frame
    if error["code"] == "rate_limited":
        expect(talk.speak).to_be_disabled()
    expect(talk.speak).to_be_enabled()
    talk.speak.click()
    expect(talk.lines).to_have_count(3, timeout=LONG)


def test_an_error_about_nothing_in_particular_is_a_notice(wire: Wire, open_talk: Open) -> None:
    talk = open_talk()
    wire.tell(type="error", code="nothing_running", message="Nobody is speaking right now.")
    expect(talk.toast).to_contain_text("Nobody is speaking right now.")


def test_words_taken_back_are_gone(wire: Wire, open_talk: Open) -> None:
    talk = open_talk().play()
    said = talk.last.get_attribute("data-message")
    wire.tell(type="ai_withdraw", message_id=said, reason="It broke a rule.", replacement="*She says nothing.*")
    expect(talk.reply_text).to_have_text("She says nothing.")
    expect(talk.last.locator(".msg__state")).to_contain_text("taken back")


def test_frames_of_later_versions_are_ignored(wire: Wire, open_talk: Open) -> None:
    talk = open_talk()
    wire.tell(type="presence", people=[])
    wire.tell(type="constructor")
    wire.tell(type="game_event", event_type="x", payload={}, seq=1)
    talk.play()
    assert talk.sources[-1] == numbered(30)


def test_a_server_that_falls_silent_is_left(wire: Wire, open_talk: Open) -> None:
    talk = open_talk()
    talk.page.clock.install()
    talk.page.reload()
    talk.ready()
    wire.to_server = lambda frame: None if frame["type"] == "ping" else frame
    talk.page.clock.run_for(26_000)
    talk.page.clock.run_for(11_000)
    expect(talk.line_banner).to_contain_text("dropped")
