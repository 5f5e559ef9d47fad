"""A call in a browser whose microphone says a sentence: it is heard, answered, and the answer is heard."""

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.consents.answers import answer, newest
from accounts.models import DataUse, User
from chat.models import Message
from inference.standin.behaviours import SCENE
from tests.e2e.axe import faults_and_width
from tests.e2e.pages import LONG, TalkPage
from tests.e2e.test_aloud import EAR, HEARD, PIECES, SILENCED
from tests.e2e.test_microphone import ASKED, SAID, context
from tests.e2e.test_microphone import hold as hold_beside
from tests.e2e.test_microphone import let_go as let_go_beside

LONG_SCENE = SCENE * 20
__all__ = ["context"]  # the browser that says a sentence again and again


def test_a_call_hears_and_is_heard(page: Page, alice: User, open_talk: Callable[..., TalkPage]) -> None:
    answer(user=alice, purpose=DataUse.VOICE, given=True, version=newest(DataUse.VOICE).version)
    page.add_init_script(EAR)
    talk = open_talk("scene-1-tps60")
    page.get_by_label("Sound", exact=True).click()
    page.get_by_role("button", name="Call Mira").click()
    call = page.get_by_role("dialog", name="Mira")
    assert faults_and_width(page) == []
    expect(call.locator("[data-call-mine]")).to_have_text(SAID, timeout=LONG)
    expect(page.locator(HEARD)).to_be_attached(timeout=LONG)
    call.get_by_role("button", name="Mute").click()
    expect(call.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "true")
    expect(call.locator("[data-call-theirs]")).not_to_be_empty(timeout=LONG)
    assert sum(each["seconds"] for each in page.evaluate(PIECES)) > 0.2
    page.keyboard.press("Escape")
    expect(call).to_be_hidden()
    talk.wait_until_idle()
    assert any(SAID.search(source) for source in talk.sources)


def test_whoever_talks_while_the_character_speaks_is_listened_to(
    page: Page, alice: User, open_talk: Callable[..., TalkPage]
) -> None:
    """By voice alone: the sound ends at once, the reply with it, and what was said is the next line."""
    answer(user=alice, purpose=DataUse.VOICE, given=True, version=newest(DataUse.VOICE).version)
    page.add_init_script(EAR)
    talk = open_talk("scene-20-tps30")
    page.get_by_label("Sound", exact=True).click()
    page.get_by_role("button", name="Call Mira").click()
    call = page.get_by_role("dialog", name="Mira")
    expect(call.locator("[data-call-mine]")).to_have_text(SAID, timeout=LONG)
    expect(page.locator(HEARD)).to_be_attached(timeout=LONG)
    expect(page.locator(SILENCED)).to_be_attached(timeout=2 * LONG)
    page.keyboard.press("Escape")
    expect(call).to_be_hidden()
    talk.wait_until_idle()
    # Seconds of sound were not heard, and minutes of the reply not written.
    roles, sources = talk.roles, talk.sources
    assert roles[:3] == ["character", "player", "character"]
    assert LONG_SCENE.startswith(sources[2].rstrip("…"))
    assert len(sources[2]) < len(LONG_SCENE) / 2
    told = Message.objects.filter(conversation=UUID(talk.path.split("/")[2]), role=Message.Role.CHARACTER).order_by(
        "id"
    )
    assert told[1].status == Message.Status.STOPPED


def test_held_to_talk_is_heard_while_it_is_held_and_only_then(
    page: Page, alice: User, open_talk: Callable[..., TalkPage]
) -> None:
    answer(user=alice, purpose=DataUse.VOICE, given=True, version=newest(DataUse.VOICE).version)
    page.add_init_script(ASKED)
    talk = open_talk("script-3")
    page.get_by_label("Sound", exact=True).click()
    page.get_by_role("button", name="Call Mira").click()
    call = page.get_by_role("dialog", name="Mira")
    mine, talks, state = (call.locator(f"[data-call-{key}]") for key in ("mine", "talk", "state"))
    call.get_by_role("button", name="Mute").click()
    call.get_by_role("button", name="Hands-free").click()

    # Muted, to hold it is in vain, and that is said.
    page.keyboard.down("Space")
    told = page.get_by_text("You are muted, so this is not heard.")
    expect(told).to_be_visible(timeout=LONG)
    assert faults_and_width(page) == []
    # It stands above what one reads and presses, on a phone too.
    size = page.viewport_size
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        over, below = told.bounding_box(), state.bounding_box()
        assert over
        assert below
        assert over["y"] + over["height"] < below["y"]
    assert size
    page.set_viewport_size(size)
    page.keyboard.up("Space")
    expect(talks).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("m")
    expect(state).to_have_text("Hold the button, or the space bar, and talk", timeout=LONG)
    assert open_microphones(page) == 0

    # Held by the space bar, and by the finger: each time one line.
    heard = talk.lines.count()
    page.keyboard.down("Space")
    expect(talks).to_have_attribute("aria-pressed", "true")
    expect(mine).to_have_text(SAID, timeout=LONG)
    page.keyboard.up("Space")
    expect(talk.lines).to_have_count(heard + 2, timeout=LONG)
    talk.wait_until_idle()
    talks.hover()
    page.mouse.down()
    expect(mine).to_be_empty()
    expect(mine).to_have_text(SAID, timeout=LONG)
    page.mouse.up()
    expect(talk.lines).to_have_count(heard + 4, timeout=LONG)

    # Who mutes while they hold it has let go of it.
    page.keyboard.down("Space")
    expect(talks).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("m")
    page.keyboard.up("Space")
    page.keyboard.press("m")
    expect(talks).to_have_attribute("aria-pressed", "false")
    expect(state).to_have_text("Hold the button, or the space bar, and talk", timeout=LONG)
    # The microphone of the written line stays out of a call.
    hold_beside(page)
    let_go_beside(page)
    expect(call.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("[data-microphone]")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Escape")
    expect(call).to_be_hidden()
    talk.wait_until_idle()
    assert open_microphones(page) == 0
    assert talk.lines.count() == heard + 4


@pytest.mark.parametrize(
    "let_go_of",
    [
        lambda call, _talks: (call.page.keyboard.down("Control"), call.page.keyboard.up("Space")),
        lambda call, _talks: (call.get_by_role("button", name="Mute").focus(), call.page.keyboard.up("Space")),
        lambda call, _talks: call.page.evaluate("window.dispatchEvent(new Event('blur'))"),
        lambda call, _talks: call.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))"),
        lambda _call, talks: talks.dispatch_event("lostpointercapture"),
    ],
    ids=["with-another-key", "at-another-button", "in-another-window", "on-another-page", "by-a-finger-that-slid"],
)
def test_however_it_is_let_go_of_nobody_is_heard_after_it(
    page: Page,
    alice: User,
    open_talk: Callable[..., TalkPage],
    let_go_of: Callable[[Locator, Locator], object],
) -> None:
    answer(user=alice, purpose=DataUse.VOICE, given=True, version=newest(DataUse.VOICE).version)
    open_talk("script-3")
    page.get_by_label("Sound", exact=True).click()
    page.get_by_role("button", name="Call Mira").click()
    call = page.get_by_role("dialog", name="Mira")
    call.get_by_role("button", name="Hands-free").click()
    talks = call.locator("[data-call-talk]")
    page.keyboard.down("Space")
    expect(talks).to_have_attribute("aria-pressed", "true")
    let_go_of(call, talks)
    expect(talks).to_have_attribute("aria-pressed", "false")
    expect(call.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "false")


def test_a_call_begins_and_whoever_was_dictating_is_heard_once(
    page: Page, alice: User, open_talk: Callable[..., TalkPage]
) -> None:
    answer(user=alice, purpose=DataUse.VOICE, given=True, version=newest(DataUse.VOICE).version)
    page.add_init_script(ASKED)
    open_talk("script-3")
    beside = page.locator("[data-microphone]")
    beside.click()
    expect(beside).to_have_attribute("data-state", "on", timeout=LONG)
    page.get_by_label("Sound", exact=True).click()
    page.get_by_role("button", name="Call Mira").click()
    expect(beside).to_have_attribute("data-state", "off", timeout=LONG)
    page.wait_for_function("window.tracks.length === 2")
    assert open_microphones(page) == 1


def open_microphones(page: Page) -> int:
    found: int = page.evaluate("window.tracks.filter((track) => track.readyState === 'live').length")
    return found
