"""Where sockets do not get through: what is said into a microphone goes as a whole, and its text comes around, too."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page, expect

from accounts.consents.answers import answer, newest
from accounts.models import DataUse, User
from tests.chat.proxy import Wall
from tests.e2e.pages import LONG
from tests.e2e.speaking import speaking_browser
from tests.e2e.test_detour import AROUND, Open, behind, wall
from tests.e2e.test_microphone import SAID
from tests.stack import Server

LOUD = re.compile(r"--level: 0\.[4-9]")
__all__ = ["behind", "wall"]


@pytest.fixture
def context(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    browser_context_args: dict[str, Any],
    tmp_path: Path,
    wall: Wall,
    server: Server,
) -> Iterator[BrowserContext]:
    """Behind the wall: whatever it asks the server for goes through there."""
    with speaking_browser(browser_type, browser_type_launch_args, browser_context_args, tmp_path) as speaking:
        speaking.route(f"{server.base_url}/**", lambda route: route.abort())
        yield speaking


def test_a_recording_is_posted_and_its_text_can_be_changed(behind: Open, wall: Wall, page: Page, alice: User) -> None:
    answer(user=alice, purpose=DataUse.VOICE, given=True, version=newest(DataUse.VOICE).version)
    talk = behind("script-3")
    expect(talk.line_banner).to_contain_text(AROUND)
    microphone, field = page.locator("[data-microphone]"), talk.say_field
    microphone.click()
    expect(microphone).to_have_attribute("data-state", "on", timeout=LONG)
    with page.expect_response(re.compile("/audio/")) as posted:
        expect(microphone).to_have_attribute("style", LOUD, timeout=LONG)
        microphone.click()
    told = posted.value.json()
    assert posted.value.ok
    assert posted.value.request.headers["content-type"].startswith("audio/webm")
    expect(field).to_have_value(told["text"], timeout=LONG)
    expect(microphone).to_have_attribute("data-state", "off", timeout=LONG)
    # It came twice, with the answer and by the event stream, and stands there once.
    field.press("End")
    field.type(" Now.")
    field.press("Enter")
    expect(talk.lines).to_have_count(3, timeout=LONG)
    talk.wait_until_idle()
    assert talk.sources[1] == f"{told['text']} Now."
    assert [line for line in wall.asked if "/audio/" in line]


def test_hands_free_what_is_said_around_is_said_at_once(
    behind: Open, page: Page, context: BrowserContext, alice: User
) -> None:
    answer(user=alice, purpose=DataUse.VOICE, given=True, version=newest(DataUse.VOICE).version)
    context.add_init_script("localStorage.setItem('microphone', JSON.stringify({ atOnce: true, handsFree: true }))")
    talk = behind("script-3")
    microphone = page.locator("[data-microphone]")
    microphone.click()
    expect(microphone).to_have_attribute("data-state", "on", timeout=LONG)
    # Phrases end by themselves, and the next recording begins.
    expect(talk.lines).to_have_count(5, timeout=2 * LONG)
    assert SAID.search(talk.sources[1])
    assert SAID.search(talk.sources[3])
    expect(microphone).to_have_attribute("data-state", "on")
    microphone.click()
    expect(microphone).to_have_attribute("data-state", "off", timeout=LONG)
