"""On a screen that is touched, a finger turns to the other takes, and still scrolls."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from tests.e2e.pages import LONG, TalkPage, sideways

Open = Callable[..., TalkPage]


@pytest.fixture
def browser_context_args(browser_context_args: dict) -> dict:
    return browser_context_args | {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}


class Finger:
    """Touches as the device reports them; the browser decides what they mean."""

    def __init__(self, context: BrowserContext, talk: TalkPage) -> None:
        self.session = context.new_cdp_session(talk.page)

    def draw(self, on: Locator, x: int, y: int, steps: int = 8) -> None:
        on.scroll_into_view_if_needed()
        box = on.bounding_box()
        assert box is not None
        start = (box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 40))
        self._touch("touchStart", *start)
        for step in range(1, steps + 1):
            self._touch("touchMove", start[0] + x * step / steps, start[1] + y * step / steps)
        self._touch("touchEnd")

    def _touch(self, kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def with_two_takes(open_talk: Open) -> TalkPage:
    talk = open_talk("script-60").play()
    talk.last.locator(".msg__tools [data-act=regenerate]").click()
    expect(talk.last.locator("output")).to_have_text("2 / 2", timeout=LONG)
    return talk.wait_until_idle()


def test_a_finger_turns_to_the_other_takes_and_no_further(open_talk: Open, context: BrowserContext) -> None:
    talk = with_two_takes(open_talk)
    finger = Finger(context, talk)
    finger.draw(talk.reply_text, 120, 4)
    expect(talk.last.locator("output")).to_have_text("1 / 2")
    finger.draw(talk.reply_text, 140, 0)
    expect(talk.reply_text).not_to_have_attribute("style", "translate")
    finger.draw(talk.reply_text, -120, -4)
    expect(talk.last.locator("output")).to_have_text("2 / 2")
    assert sideways(talk.page) == 0


@pytest.mark.parametrize(("x", "y"), [(30, 0), (60, 90), (0, 120)], ids=["too short", "slanting", "upwards"])
def test_what_is_no_swipe_turns_nothing(open_talk: Open, context: BrowserContext, x: int, y: int) -> None:
    talk = with_two_takes(open_talk)
    asked = []
    talk.page.on("request", lambda request: asked.append(request.url))
    Finger(context, talk).draw(talk.reply_text, x, y)
    talk.page.evaluate("new Promise(requestAnimationFrame)")
    expect(talk.last.locator("output")).to_have_text("2 / 2")
    assert not [url for url in asked if url.endswith("/select")]


def test_up_and_down_still_scrolls_the_script(open_talk: Open, context: BrowserContext) -> None:
    talk = with_two_takes(open_talk)
    for _ in range(2):
        talk.play("More, please.")
    stream = talk.page.locator(".stream")
    before = stream.evaluate("stream => stream.scrollTop")
    Finger(context, talk).draw(talk.reply_text, 3, 200, steps=20)
    talk.page.wait_for_function("before => document.querySelector('.stream').scrollTop < before - 50", arg=before)


def test_a_line_with_one_take_stays_where_it_is(open_talk: Open, context: BrowserContext) -> None:
    talk = open_talk("script-60").play()
    Finger(context, talk).draw(talk.reply_text, -150, 0)
    assert talk.reply_text.get_attribute("style") is None
    expect(talk.lines).to_have_count(3)
