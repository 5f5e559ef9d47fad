"""Terms, policy, figures, reading a talk, and the dialog that reports a line, in every look."""

import os

from playwright.sync_api import Browser, expect

from accounts.management.commands.demo_accounts import make_demo_account
from moderation.handbook import acknowledge
from moderation.models import Case, Report, RuleSet
from moderation.services.decisions import Decision, decide
from moderation.services.readings import ask_to_read
from moderation.services.rules import write_policy, write_terms
from tests.chat.grown import Talk
from tests.chat.stage import sign_in
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.pages import LONG, TalkPage
from tests.factories import PASSWORD, UserFactory
from tests.moderation.test_cases import HATE, open_finding, verdict
from tests.stack import Server

OURS = ("rules", "figures", "queue", "report", "too wide")


@in_every_look
def test_pages_of_the_team(browser: Browser, server: Server, language: str, width: int, theme: Theme) -> None:
    operator = make_demo_account(role="operator", email="rules@example.com", password=PASSWORD)
    operator.language = ""
    operator.save(update_fields=["language"])
    acknowledge(operator)
    RuleSet.objects.all().delete()
    write_terms(
        rows=[{"text": "grey parrot", "severity": 3}, {"text": "灰鹦鹉", "language": "zh"}], by=operator, base=0
    )
    write_policy(changes={"off": ["loops"]}, by=operator, base=0)
    talk, person = Talk(UserFactory()), UserFactory()
    asked = ask_to_read(conversation=talk.id, by=operator, reason="Two reports say that somebody is in danger.")
    case = open_finding(verdict(HATE), text="you idiot people", stage="input", user=person)
    assert isinstance(case, Case)
    decide(case_id=case.pk, by=operator, decision=Decision("warned", text="Line 3."))
    context = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, reduced_motion="reduce",
        viewport={"width": width, "height": 800},
    )  # fmt: skip
    context.add_cookies([{"name": "sessionid", "value": sign_in(operator).cookie, "url": server.base_url}])
    page = context.new_page()
    wrong: dict[str, list[str]] = {}
    for name, path in (
        ("overview", "ruleset/"),
        ("terms", "ruleset/terms/"),
        ("policy", "ruleset/policy/?rule=hate"),
        ("figures", "case/figures/"),
        ("ask", f"reading/ask/?talk={talk.id}"),
        ("reading", f"reading/{asked.pk}/change/"),
    ):
        page.goto(f"/admin/moderation/{path}")
        if faults := [each for each in faults_and_width(page) if any(ours in each for ours in OURS)]:
            wrong[name] = faults
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/mod-{name}-{language}-{width}-{theme}.png", full_page=True)
    RuleSet.objects.all().delete()
    context.close()
    assert wrong == {}


@in_every_look
def test_a_line_is_reported_by_keyboard(
    browser: Browser, server: Server, language: str, width: int, theme: Theme
) -> None:
    talk = Talk(UserFactory())
    line = talk.opening
    context = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, reduced_motion="reduce",
        viewport={"width": width, "height": 800},
    )  # fmt: skip
    context.add_cookies([{"name": "sessionid", "value": sign_in(talk.owner).cookie, "url": server.base_url}])
    page = context.new_page()
    shown = TalkPage(page, talk.id).open()
    shown.do(shown.lines.first, "report")
    dialog = page.locator("#report")
    expect(dialog).to_be_visible()
    page.keyboard.press("Enter")
    expect(dialog.locator("[data-error]")).to_be_visible(timeout=LONG)
    wrong = [each for each in faults_and_width(page) if any(ours in each for ours in OURS)]
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/report-{language}-{width}-{theme}.png")
    dialog.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("It insults me.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden(timeout=LONG)
    expect(shown.toast).to_be_visible()
    told = Report.objects.get(case__subject=line)
    assert (told.reason, told.reporter) == ("hate", talk.owner)
    context.close()
    assert wrong == []
