"""What the team works with beside the queue, and what somebody reads of it, in every look: requests to publish,
sanctions, appeals, a reported story, holds, sweeps, the audit log.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from accounts import retention
from accounts.holds import confirm_hold, place_hold
from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import User
from characters.models import Character
from characters.services import create_version
from characters.services.publishing import ask_to_publish
from moderation.handbook import acknowledge
from moderation.models import Notice
from moderation.services import appeals, desk, sanctions
from moderation.services.decisions import Decision, decide
from moderation.services.reports import report
from stories.models import Story
from stories.services import create_story, put_on_stage
from stories.services.publishing import ask_to_publish as ask_for_story
from tests.characters.factories import a_character, edition
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.tours import Look, beside
from tests.factories import PASSWORD, UserFactory
from tests.stack import Server
from tests.stories.conftest import SMALL

# In the long run alone: lists of Django's own make, and what differs little from another one here.
SELDOM = {"index", "requests", "story-requests", "sanctions", "sanction", "account", "appeals", "holds", "hold"}
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung"
ABOUT = f"Write to mira@lantern.cn or call 13812345678.\n\n**She** keeps an inn by the sea. {LONG_WORD}"
WHY = "Forty links in one talk, each of them to the same shop.\n\nPlease stop."


def of_the_team(role: str, email: str) -> User:
    made = make_demo_account(role=role, email=email, password=PASSWORD)
    User.objects.filter(pk=made.pk).update(language="")
    acknowledge(made)
    return made


def asked_for(author: User) -> Character:
    """One that others see, whose next version waits."""
    mira = a_character(author, about=ABOUT)
    [newest] = create_version(character=mira, editions={"en": edition(about=f"{ABOUT} It has four rooms.")})
    ask_to_publish(character=mira, version=newest, asked_by=author, visibility="public")
    return mira


def a_story(author: User) -> Story:
    made = create_story(owner=author, source=SMALL)
    put_on_stage(story=made, version=made.versions.get(), visibility="public")
    return made


@pytest.mark.timeout(400)
@in_every_look
def test_pages_of_the_team_beside_the_queue(
    browser: Browser, server: Server, fresh_limits: None, language: str, width: int, theme: Theme
) -> None:
    operator = of_the_team("operator", "team@example.com")
    second = of_the_team("moderator", "team2@example.com")
    author = UserFactory(name="Somebody with rather a long name")
    reader, held = UserFactory(name="Bob"), UserFactory(name="Carol")
    mira, story = asked_for(author), a_story(author)
    private = create_story(owner=author, source=SMALL)
    ask_for_story(story=private, version=private.versions.get(), asked_by=author, visibility="public")
    case = report(user=reader, kind="story", subject=story.pk, reason="rating", text="The rocks.")[0].case
    assert case is not None
    removed = report(user=reader, kind="character", subject=a_character(author).pk, reason="rights")[0].case
    assert removed is not None
    decide(case_id=removed.pk, by=operator, decision=Decision("removed", text=WHY))
    warned, banned = beside(lambda: (
        sanctions.impose(user=author, by=operator, kind="publishing", rule="spam", text=WHY, days=30),
        sanctions.impose(user=reader, by=operator, kind="banned", rule="hate", text=WHY),
    ))  # fmt: skip
    notice = Notice.objects.get(sanction=warned)
    appeal = appeals.appeal(user=author, notice_id=notice.pk, text=f"They were my own pages. {LONG_WORD}")
    until = timezone.now() + timedelta(days=90)
    hold = place_hold(user=held, by=operator, reason=f"Letter of the court, 12 May. {LONG_WORD}", until=until)
    confirm_hold(hold=hold, by=second)
    for rule in ("works", "logs"):
        retention.run(rule)
    desk.claim(case_id=case.pk, by=second)
    look = Look(browser, server, language, width, theme, "team", SELDOM)
    wrong = look.tour(second, {"story-case": "/admin/moderation/case/work/"})
    desk.release(case_id=case.pk, by=second)
    waiting, told = mira.publications.get(state="waiting"), private.publications.get()
    wrong |= look.tour(operator, {
        "index": "/admin/",
        "requests": "/admin/characters/publication/",
        "request": f"/admin/characters/publication/{waiting.pk}/change/",
        "story-requests": "/admin/stories/storypublication/?state=all",
        "story-request": f"/admin/stories/storypublication/{told.pk}/change/",
        "sanctions": "/admin/accounts/sanction/",
        "sanction": f"/admin/accounts/sanction/{banned.pk}/change/",
        "impose": f"/admin/accounts/sanction/impose/{author.pk}/",
        "account": f"/admin/accounts/user/{author.pk}/change/",
        "appeals": "/admin/moderation/appeal/",
        "appeal": f"/admin/moderation/appeal/{appeal.pk}/change/",
        "audit": "/admin/moderation/auditentry/",
        "holds": "/admin/accounts/legalhold/",
        "hold": f"/admin/accounts/legalhold/{hold.pk}/change/",
        "sweeps": "/admin/accounts/sweep/",
        "due": "/admin/accounts/sweep/due/",
    })  # fmt: skip
    wrong |= look.tour(author, {
        "notices": "/settings/notices/",
        "refused": f"/characters/{mira.pk}/",
    })  # fmt: skip
    wrong |= look.tour(None, {"story": f"/stories/{story.pk}/", "report": f"/stories/{story.pk}/report/"})
    assert wrong == {}
