"""The studio and a character's knowledge in the browser: both languages, a phone, the keyboard."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from characters.models import Character, Earning, GreetingStat, Knowledge, TalkLength
from tests.characters.factories import a_character
from tests.characters.test_discretion import had
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.pages import LONG
from tests.stack import Server


@pytest.fixture
def mira(alice: User) -> Character:
    """Somebody who was talked to, in every way the pages can show it."""
    character = a_character(alice, name="Mira of the Lantern")
    today = timezone.now().date()
    had(character, {today - timedelta(days=number): 5 + 7 * (number % 6) for number in range(40)})
    version = character.versions.get()
    GreetingStat.objects.create(version=version, greeting=0, talks=90, players=60, answered=60, swiped=12)
    GreetingStat.objects.create(version=version, greeting=1, talks=40, players=30, answered=20, swiped=15)
    for replies in (0, 1, 2, 4):
        TalkLength.objects.create(character=character, replies=replies, talks=30 + replies, players=20)
    character.lorebooks.create(scope="character", owner=alice).entries.create(name="The bell", content="Three strokes.")
    Earning.objects.create(
        creator=alice, character=character, name="Mira", month=today.replace(day=1), tokens=9, micros=9
    )
    Knowledge.objects.create(character=character, title="Tides", text="It turns.", state="failed", failure="internal")
    return character


@in_every_look
def test_axe_finds_nothing_in_the_studio(
    page: Page, context: BrowserContext, server: Server, mira: Character, language: str, width: int, theme: Theme
) -> None:
    context.add_cookies(
        [{"name": "django_language", "value": "zh-hans" if language == "zh-CN" else "en", "url": server.base_url}]
    )
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    nobody = a_character(mira.owner, name="Nobody came")
    found = {}
    for path in (
        "/studio/", "/studio/earnings/", f"/studio/{mira.pk}/", f"/studio/{mira.pk}/?by=day", f"/studio/{nobody.pk}/",
        f"/create/knowledge/{mira.pk}/", f"/create/knowledge/{nobody.pk}/",
        f"/create/knowledge/{mira.pk}/{mira.knowledge.get().pk}/",
    ):  # fmt: skip
        page.goto(path)
        if page.locator("details.aslist").count():
            page.locator("details.aslist summary").click()
        if wrong := faults_and_width(page):
            found[path] = wrong
    assert found == {}


def test_a_text_is_given_by_keyboard_and_the_page_says_when_it_is_read(
    page: Page, mira: Character, standin: Any
) -> None:
    page.goto(f"/create/knowledge/{mira.pk}/")
    page.locator("#title").focus()
    page.keyboard.type("The inn")
    page.keyboard.press("Tab")
    page.keyboard.type("It stands above the harbour.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator(".known__form .button--lead")).to_be_focused()
    page.keyboard.press("Enter")
    inn = page.locator(".known__item", has_text="The inn")
    expect(inn).to_have_count(1, timeout=LONG)
    mira.knowledge.filter(title="The inn").update(state="waiting")
    page.reload()
    expect(inn).to_contain_text("is being read", timeout=LONG)
    mira.knowledge.filter(title="The inn").update(state="ready")
    expect(inn).to_contain_text("passage", timeout=LONG)
    inn.locator("summary").press("Enter")
    inn.get_by_role("button", name="Delete").press("Enter")
    expect(inn).to_have_count(0, timeout=LONG)
    page.get_by_role("button", name="Undo").press("Enter")
    expect(inn).to_have_count(1, timeout=LONG)
