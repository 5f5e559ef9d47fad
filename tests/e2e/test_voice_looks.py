"""A call, the tone and the choice of a voice in the looks that other tests leave out: loaded once a language."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page, expect

from accounts import plans
from accounts.consents.answers import answer, newest
from accounts.models import DataUse, User
from characters.models import Character
from characters.services.drafts import open_draft
from chat.models import Conversation
from chat.services.conversations import start_conversation
from tests.chat.stage import mira, sign_in
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import FEW, Theme
from tests.e2e.pages import LONG, TalkPage
from tests.e2e.speaking import speaking_browser
from tests.e2e.test_story_looks import END_TRANSITIONS, THEMES
from tests.factories import UserFactory
from tests.stack import Server

LANGUAGES = [("en-GB", "en"), ("zh-CN", "zh-hans")]
SAD = {"en": "I am so sad and lonely.", "zh-hans": "我好难过，好孤独。"}
QUESTION = {
    "en": "And how many steps are there from the market down to the cellar, and who counted them?",
    "zh-hans": "从集市一直走到你这家老酒馆的地窖里，一共有多少级台阶？又是谁数过的呢？",
}


@pytest.fixture
def context(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], server: Server, tmp_path: Path, locale: str
) -> Iterator[BrowserContext]:
    """Nobody speaks, so that a call stays as it is while it is looked at."""
    looks = {"base_url": server.base_url, "locale": locale, "reduced_motion": "reduce"}
    with speaking_browser(browser_type, browser_type_launch_args, looks, tmp_path, says=False) as opened:
        yield opened


def wrong_in(page: Page, locale: str) -> dict[tuple[int, Theme], list[str]]:
    wrong = {}
    for width, theme in product((360, 1280), THEMES):
        if (locale, width, theme) in FEW:
            continue
        page.set_viewport_size({"width": width, "height": 740})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.evaluate(END_TRANSITIONS)
        if found := faults_and_width(page):
            wrong[width, theme] = found
    return wrong


def sad_talk(alice: User, language: str) -> Conversation:
    """With a character whose opening is sad, and whose replies are calm and long."""
    character = Character.objects.select_related("published").get(
        pk=mira("scene-20-tps10", language=language, greetings=[SAD[language]]).pk
    )
    assert character.published is not None
    return start_conversation(owner=alice, character=character, version=character.published)


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("locale", "language"), LANGUAGES)
def test_a_call_the_tone_and_the_choice_of_a_voice(
    context: BrowserContext, server: Server, committed: None, standin: object, locale: str, language: str
) -> None:
    alice = UserFactory(plan=plans.UNLIMITED)
    answer(user=alice, purpose=DataUse.VOICE, given=True, version=newest(DataUse.VOICE).version)
    context.add_cookies([{"name": "sessionid", "value": sign_in(alice).cookie, "url": server.base_url}])
    page, wrong = context.new_page(), {}
    page.goto(f"/create/{open_draft(owner=alice, language=language, archetype='innkeeper').pk}/voice/")
    wrong["voices"] = wrong_in(page, locale)

    talk = TalkPage(page, sad_talk(alice, language).pk).open()
    tone, call = page.locator("[data-tone]"), page.locator("#call")
    tone.locator("summary").click()
    wrong["tone"] = wrong_in(page, locale)
    page.keyboard.press("Escape")

    page.locator("[data-sound] summary").click()
    page.locator("[data-call]").click()
    face, beside = call.locator(".call__face img"), page.locator(".side [data-shows]").first
    sad = face.get_attribute("src")
    assert sad == beside.get_attribute("src")
    wrong["listening"] = wrong_in(page, locale)
    for key in ("mode", "mute"):
        call.locator(f"[data-call-{key}]").click()
    call.locator("input").fill(QUESTION[language])
    page.keyboard.press("Enter")
    expect(call.locator("[data-call-theirs]")).not_to_be_empty(timeout=LONG)
    wrong["speaking, muted, by hand"] = wrong_in(page, locale)
    page.keyboard.press("Escape")
    talk.stop.click()
    talk.wait_until_idle()
    # The face of the next call is that of the newest reply.
    expect(face).not_to_have_attribute("src", sad or "")
    assert face.get_attribute("src") == beside.get_attribute("src")
    assert {name: found for name, found in wrong.items() if found} == {}
