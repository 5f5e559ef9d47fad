"""The queue of moderators in the browser: fifty cases by keyboard without leaving the page; every look of it."""

import os
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import User
from moderation.handbook import acknowledge
from moderation.models import Case
from moderation.services import desk
from moderation.services.reports import report
from tests.characters.factories import a_character
from tests.chat.grown import Talk
from tests.chat.stage import sign_in
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.pages import LONG
from tests.e2e.tours import beside
from tests.factories import PASSWORD, UserFactory
from tests.moderation.test_cases import HATE, open_finding, verdict
from tests.stack import Server

WORK = "/admin/moderation/case/work/"
SAID = (
    "Get out of here, you useless lot, nobody wants you in this room and nobody ever did. "
    "*slams the door*\n\nAnd take your songs with you."
)


@pytest.fixture
def moderator(server: Server) -> Iterator[User]:
    """With an empty queue before them; what others left there is as it was afterwards."""
    user = make_demo_account(role="moderator", email=f"{uuid4().hex[:8]}@a.example", password=PASSWORD)
    acknowledge(user)
    others = list(Case.objects.filter(outcome="").values_list("pk", flat=True))
    Case.objects.filter(pk__in=others).update(outcome="dismissed", decided_at=timezone.now())
    yield user
    Case.objects.filter(outcome="").update(outcome="dismissed", decided_at=timezone.now())
    Case.objects.filter(pk__in=others).update(outcome="", decided_at=None)


def found(user: User, text: str = SAID) -> Case:
    case = open_finding(verdict(HATE), text=text, stage="input", user=user)
    assert case is not None
    return case


def reported(reason: str = "spam") -> Case:
    told = report(user=UserFactory(), kind="character", subject=a_character(UserFactory()).pk, reason=reason)[0]
    assert told.case is not None
    return told.case


def case_on(page: Page) -> str:
    shown = page.locator("[data-desk][data-mine]")
    expect(shown).to_be_attached(timeout=LONG)
    return str(shown.get_attribute("data-case"))


def test_fifty_cases_are_worked_by_keyboard_without_leaving_the_page(
    page: Page, server: Server, moderator: User
) -> None:
    cases = [found(UserFactory(), f"{SAID} {number}") for number in range(44)] + [reported() for _ in range(6)]
    page.context.add_cookies([{"name": "sessionid", "value": sign_in(moderator).cookie, "url": server.base_url}])
    page.goto(WORK)
    page.evaluate("window.stayed = true")
    page.keyboard.press("n")
    # What each of them wants: a letter for what follows, a digit where something has to be chosen, and Enter.
    ways = (["d"], ["l", "3"], ["w"], ["r"])
    for number in range(50):
        here = case_on(page)
        removed = Case.objects.get(pk=here).kind == "character"
        for key in ["x"] if removed else ways[number % len(ways)]:
            page.keyboard.press(key)
        page.keyboard.press("Enter")
        expect(page.locator(f'[data-desk][data-case="{here}"]')).not_to_be_attached(timeout=LONG)
    expect(page.get_by_role("heading", name="Nothing waits. Thank you.")).to_be_visible()
    expect(page.locator("[data-today]")).to_have_text("50")
    assert page.evaluate("window.stayed"), "the page was never left"
    outcomes = [Case.objects.get(pk=case.pk).outcome for case in cases]
    assert {each: outcomes.count(each) for each in set(outcomes)} == {
        "dismissed": 11, "labelled": 11, "warned": 11, "restricted": 11, "removed": 6,
    }  # fmt: skip


def test_one_walks_the_list_and_opens_what_stands_around_by_keyboard(
    page: Page, server: Server, moderator: User
) -> None:
    talk = Talk(UserFactory())
    talk.script("Good evening.", SAID)
    line = talk.head
    assert line is not None
    first = report(user=talk.owner, kind="message", subject=line, reason="harm")[0].case
    second = found(UserFactory())
    assert first is not None
    page.context.add_cookies([{"name": "sessionid", "value": sign_in(moderator).cookie, "url": server.base_url}])
    page.goto(WORK)
    page.keyboard.press("j")
    assert case_on(page) == str(first.pk)
    page.keyboard.press("c")
    page.keyboard.press("Enter")
    expect(page.locator(".desk__lines")).to_contain_text("Good evening.", timeout=LONG)
    page.keyboard.press("j")
    expect(page.locator(f'[data-desk][data-case="{second.pk}"]')).to_be_attached(timeout=LONG)
    assert beside(lambda: Case.objects.get(pk=first.pk).claimed_by) is None, "left to others"
    page.keyboard.press("?")
    expect(page.get_by_text("next and previous in the list")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_text("The case is back in the queue.")).to_be_visible(timeout=LONG)


@in_every_look
def test_the_desk_in_every_look(
    browser: Browser, server: Server, moderator: User, language: str, width: int, theme: Theme
) -> None:
    moderator.language = ""
    moderator.save(update_fields=["language"])
    talk = Talk(UserFactory())
    talk.script("Good evening.", SAID, "Why would you say that?")
    line = talk.lines()[-2].id
    said = report(user=talk.owner, kind="message", subject=line, reason="hate", text="It insults me, not my role.")[0]
    person = UserFactory(name="Somebody with rather a long name")
    for _ in range(2):
        found(person)
    reported("minors")
    desk.claim(case_id=said.case.pk, by=moderator)
    context = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, reduced_motion="reduce",
        viewport={"width": width, "height": 800},
    )  # fmt: skip
    context.add_cookies([{"name": "sessionid", "value": sign_in(moderator).cookie, "url": server.base_url}])
    page = context.new_page()
    wrong: dict[str, list[str]] = {}

    def look(name: str) -> None:
        page.wait_for_load_state()
        # The frame around it is Django's own.
        if faults := [each for each in faults_and_width(page) if "desk" in each or "too wide" in each]:
            wrong[name] = faults
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/{name}-{language}-{width}-{theme}.png", full_page=True)

    page.goto(WORK)
    expect(page.locator("[data-mine]")).to_be_attached()
    page.keyboard.press("w")
    page.keyboard.press("?")
    look("desk-line")
    page.keyboard.press("c")
    page.keyboard.press("Enter")
    expect(page.locator(".desk__lines")).to_be_visible(timeout=LONG)
    look("desk-context")
    page.keyboard.press("u")
    for name, where in (("desk-finding", Case.objects.get(about=person)), ("desk-character", None)):
        case = where or Case.objects.get(rule="minors", outcome="")
        page.goto(f"{WORK}?case={case.pk}")
        page.get_by_role("article").locator("button[value=claim]").click()
        expect(page.locator(f'[data-mine][data-case="{case.pk}"]')).to_be_attached(timeout=LONG)
        page.keyboard.press("s")
        expect(page.locator("#text")).not_to_have_value("")
        look(name)
    page.goto("/admin/moderation/case/")
    look("desk-list")
    context.close()
    assert wrong == {}
