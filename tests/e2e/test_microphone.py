"""Speaking instead of typing, with a browser whose microphone plays a sentence."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page, expect

from accounts.consents.answers import answer, newest
from accounts.models import DataUse, User
from tests.e2e.axe import faults_and_width
from tests.e2e.pages import LONG, TalkPage
from tests.e2e.speaking import speaking_browser

Open = Callable[..., TalkPage]
SAID = re.compile("good evening")
DENIED = (
    """() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError")); }"""
)


# What the page asks of a microphone, and what the browser made of it.
ASKED = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
window.asked = [];
window.tracks = [];
navigator.mediaDevices.getUserMedia = async (wanted) => {
  window.asked.push(wanted);
  const stream = await ask(wanted);
  window.tracks.push(...stream.getTracks());
  return stream;
};
"""


@pytest.fixture
def context(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    browser_context_args: dict[str, Any],
    tmp_path: Path,
) -> Iterator[BrowserContext]:
    with speaking_browser(browser_type, browser_type_launch_args, browser_context_args, tmp_path) as speaking:
        yield speaking


def hold(page: Page) -> None:
    page.keyboard.down("Alt")
    page.keyboard.down("KeyM")


def let_go(page: Page) -> None:
    page.keyboard.up("KeyM")
    page.keyboard.up("Alt")


def test_the_browser_is_asked_to_take_out_the_echo_and_the_noise(open_talk: Open, page: Page, alice: User) -> None:
    answer(user=alice, purpose=DataUse.VOICE, given=True, version=newest(DataUse.VOICE).version)
    page.add_init_script(ASKED)
    open_talk("script-3")
    microphone = page.locator("[data-microphone]")
    microphone.click()
    expect(microphone).to_have_attribute("data-state", "on", timeout=LONG)
    wanted = {"echoCancellation": True, "noiseSuppression": True, "autoGainControl": True}
    [asked] = page.evaluate("window.asked")
    assert asked["audio"].items() >= wanted.items()
    assert not asked["video"]
    # And it does so.
    [given] = page.evaluate("window.tracks.map((track) => track.getSettings())")
    assert given.items() >= wanted.items()
    page.keyboard.press("Escape")
    expect(microphone).to_have_attribute("data-state", "off", timeout=LONG)
    assert page.evaluate("window.tracks.map((track) => track.readyState)") == ["ended"]


def test_what_is_said_is_written_as_it_is_said_and_sent_when_one_likes(open_talk: Open, page: Page) -> None:
    talk = open_talk("script-3")
    microphone, field = page.locator("[data-microphone]"), talk.say_field
    page.evaluate(DENIED)
    microphone.click()
    expect(talk.note).to_contain_text("does not let this page hear the microphone", timeout=LONG)
    expect(microphone).to_have_attribute("aria-pressed", "false")
    # The first time the house asks, too.
    page.evaluate("delete navigator.mediaDevices.getUserMedia")
    microphone.click()
    dialog = page.locator("#microphone-consent")
    expect(dialog).to_be_visible(timeout=LONG)
    assert faults_and_width(page) == []
    field.evaluate("field => { field.value = 'Oh,'; }")
    dialog.get_by_role("button", name="Agree and speak").click()
    expect(microphone).to_have_attribute("data-state", "on", timeout=LONG)
    expect(field).to_have_value(re.compile("^Oh, good evening"), timeout=LONG)
    assert microphone.evaluate("button => Number(button.style.getPropertyValue('--level'))") >= 0
    microphone.click()
    expect(microphone).to_have_attribute("data-state", "off", timeout=LONG)
    # It stands there to be changed.
    written = field.input_value()
    field.press("End")
    field.type(" Now.")
    field.press("Enter")
    expect(talk.lines).to_have_count(3, timeout=LONG)
    assert talk.sources[1] == f"{written} Now."
    talk.wait_until_idle()

    # Said at once, for as long as a key is held; Escape drops what was said.
    page.locator("[data-microphone-menu] summary").click()
    page.get_by_label("Say at once what was heard").check()
    assert faults_and_width(page) == []
    page.keyboard.press("Escape")
    hold(page)
    expect(field).to_have_value(SAID, timeout=LONG)
    page.keyboard.press("Escape")
    let_go(page)
    expect(microphone).to_have_attribute("data-state", "off", timeout=LONG)
    expect(field).to_have_value("")
    hold(page)
    expect(field).to_have_value(SAID, timeout=LONG)
    let_go(page)
    expect(talk.lines).to_have_count(5, timeout=LONG)
    assert SAID.search(talk.sources[3])


def test_hands_free_phrases_end_by_themselves_and_an_upload_outlives_the_line(
    open_talk: Open, page: Page, context: BrowserContext, alice: User
) -> None:
    answer(user=alice, purpose=DataUse.VOICE, given=True, version=newest(DataUse.VOICE).version)
    context.add_init_script("localStorage.setItem('microphone', JSON.stringify({ atOnce: true, handsFree: true }))")
    context.add_init_script(
        "window.WebSocket = class extends WebSocket { constructor(...given) { super(...given); window.line = this; } }"
    )
    talk = open_talk("script-3")
    microphone = page.locator("[data-microphone]")
    microphone.click()
    expect(talk.say_field).to_have_value(SAID, timeout=LONG)
    page.evaluate("window.line.close()")
    expect(talk.lines).to_have_count(3, timeout=2 * LONG)
    assert SAID.search(talk.sources[1])
    expect(microphone).to_have_attribute("data-state", "on")
    microphone.click()
    expect(microphone).to_have_attribute("data-state", "off", timeout=LONG)
