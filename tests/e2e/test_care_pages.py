"""Age, help lines, decisions, reports, rights holders, counter-notices, and the team's side of them, in every look."""

import os
from typing import Any

from playwright.sync_api import Browser

from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import User
from characters.models import Character
from moderation.handbook import acknowledge
from moderation.models import RightsNotice
from moderation.services import rights
from moderation.services.decisions import Decision, decide
from moderation.services.reports import report
from stories.models import Story
from stories.services import create_story, put_on_stage
from tests.characters.factories import a_character
from tests.chat.stage import sign_in
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme, in_every_look
from tests.factories import PASSWORD, UserFactory
from tests.numbers import LONG
from tests.stack import Server
from tests.stories.conftest import SMALL

OURS = ("rules", "figures", "queue", "report", "too wide")
# In the long run alone:
SELDOM = ("minor", "hidden", "story-hidden", "help", "signup", "admin-rights", "admin-ages", "admin-lines")
SAID = {
    "name": "Quill & Sons", "role": "owner", "holder": "Quill & Sons", "email": "quill@example.com",
    "address": "1 Ink Lane, London", "work": "The Lantern, a novel of 1998", "taken": "Her name, her coat, her lines.",
    "signature": "A. Quill",
}  # fmt: skip


def notice_of(work: Character | Story) -> RightsNotice:
    kind = "story" if isinstance(work, Story) else "character"
    return rights.receive(kind=kind, subject=work.pk, ip=None, **SAID)


@in_every_look
def test_pages_of_care_and_of_decisions(
    browser: Browser, server: Server, fresh_limits: Any, language: str, width: int, theme: Theme
) -> None:
    operator = make_demo_account(role="operator", email="care@example.com", password=PASSWORD)
    User.objects.filter(pk=operator.pk).update(language="")
    acknowledge(operator)
    author, minor, unsaid = UserFactory(name="Alice"), UserFactory(age="minor"), UserFactory(age="")
    hidden, shown = a_character(author, name="The Keeper"), a_character(author, name="Mira")
    rights.uphold(notice=notice_of(hidden), by=operator, reason="The same name and the same coat.")
    waiting = notice_of(shown)
    claimed = create_story(owner=author, source=SMALL)
    put_on_stage(story=claimed, version=claimed.versions.get(), visibility="public")
    rights.uphold(notice=notice_of(claimed), by=operator, reason="The same lamp and the same rocks.")
    told = report(user=author, kind="character", subject=a_character(UserFactory()).pk, reason="spam")[0]
    assert told.case is not None
    decide(case_id=told.case.pk, by=operator, decision=Decision("removed", text="It sells something."))
    removed = report(user=minor, kind="character", subject=shown.pk, reason="hate", text="It mocks the lame.")[0]
    assert removed.case is not None
    decide(case_id=removed.case.pk, by=operator, decision=Decision("removed", text="She mocks the lame.\nTwice."))
    wrong: dict[str, list[str]] = {}
    for who, pages in (
        (unsaid, {"age": "/settings/age/?next=/settings/&later=1"}),
        (minor, {"minor": "/settings/age/"}),
        (author, {
            "settings": "/settings/", "notices": "/settings/notices/", "reports": "/settings/reports/",
            "counter": f"/characters/{hidden.pk}/counter-notice/", "hidden": f"/characters/{hidden.pk}/",
            "story-counter": f"/stories/{claimed.pk}/counter-notice/", "story-hidden": f"/stories/{claimed.pk}/",
        }),
        (None, {"rights": f"/rights/?character={hidden.pk}", "help": "/help/lines/", "signup": "/account/signup/"}),
        (operator, {
            "admin-rights": "/admin/moderation/rightsnotice/",
            "admin-decide": f"/admin/moderation/rightsnotice/{waiting.pk}/change/",
            "admin-ages": "/admin/accounts/agedeclaration/",
            "admin-lines": "/admin/moderation/helpline/",
        }),
    ):  # fmt: skip
        context = browser.new_context(
            base_url=server.base_url, locale=language, color_scheme=theme, reduced_motion="reduce",
            viewport={"width": width, "height": 800},
        )  # fmt: skip
        if who is not None:
            context.add_cookies([{"name": "sessionid", "value": sign_in(who).cookie, "url": server.base_url}])
        page = context.new_page()
        for name, path in pages.items():
            if name in SELDOM and not LONG:
                continue
            answer = page.goto(path)
            assert answer is not None
            assert answer.ok, (name, answer.status)
            found = faults_and_width(page)
            ours = [each for each in found if any(part in each for part in OURS)] if name.startswith("admin") else found
            if ours:
                wrong[name] = ours
            if folder := os.environ.get("SHOTS"):
                page.screenshot(path=f"{folder}/care-{name}-{language}-{width}-{theme}.png", full_page=True)
        context.close()
    assert wrong == {}
