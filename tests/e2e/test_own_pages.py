"""What somebody owns and decides themselves, in every look: taking everything out, how long talks are kept, an
organisation and the way into it; and a sealed talk, from its passphrase to the next time it is opened.
"""

import os
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts.encryption import seal_for_site
from accounts.models import Organisation, OrganisationDomain, OrganisationProvider, Takeout, User
from accounts.organisations import invitations, people
from chat.services.conversations import start_conversation
from tests.characters.factories import a_character
from tests.chat.grown import Talk
from tests.chat.stage import sign_in
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.pages import LONG, TalkPage
from tests.e2e.tours import Look, beside
from tests.factories import UserFactory
from tests.stack import Server

# In the long run alone.
SELDOM = {"talk-keeping", "organisation-use", "member", "untaken", "outsider", "by-address"}
PASSPHRASE = "four grey horses by the river"


def took_out(user: User) -> None:
    """One archive that is ready, one that is over, one that is being put together."""
    week = timezone.now() + timedelta(days=7)
    common = {"user": user, "language": "en", "site": "https://example.com", "ready_at": timezone.now()}
    Takeout.objects.create(state="expired", expires_at=timezone.now(), **common)
    Takeout.objects.create(state="ready", size=1_234_567, rows=812, done=812, expires_at=week, **common)
    Takeout.objects.create(state="running", rows=812, done=300, **common | {"ready_at": None})


def a_guild(owner: User, member: User) -> tuple[Organisation, str]:
    """With a provider of its own, and a link for whoever is to join."""
    guild = people.make_organisation(
        owner=owner, name="The Guild of Rather Long Names by the Sea", seats=5
    ).organisation
    people.join(user=member, organisation=guild)
    invitations.invite(by=owner, link=str, address="dora.with.a.long.address@guild.example")
    link = invitations.invite(by=owner, link=str)[1]
    OrganisationProvider.objects.create(
        organisation=guild, server_url="https://id.guild.example", client_id="dramatis", secret=seal_for_site("s")
    )
    OrganisationDomain.objects.create(organisation=guild, domain="guild.example", token="t")
    return guild, link


@pytest.mark.timeout(400)
@in_every_look
def test_pages_of_what_one_owns(browser: Browser, server: Server, language: str, width: int, theme: Theme) -> None:
    alice, bob, new = UserFactory(name="Alice"), UserFactory(name="Bob"), UserFactory(name="Carol")
    took_out(alice)
    talk = Talk(alice)
    guild, link = beside(lambda: a_guild(alice, bob))
    look = Look(browser, server, language, width, theme, "own", SELDOM)
    wrong = look.tour(alice, {
        "takeout": "/settings/takeout/",
        "keeping": "/settings/keeping/",
        "talk-keeping": f"/talks/{talk.id}/keeping/",
        "organisation": "/settings/organisation/",
        "organisation-use": "/settings/organisation/use/",
        "organisation-sign-in": "/settings/organisation/sign-in/",
    })  # fmt: skip
    wrong |= look.tour(bob, {"member": "/settings/organisation/", "untaken": "/settings/takeout/"})
    wrong |= look.tour(new, {"outsider": "/settings/organisation/", "join": f"/organisations/join/{link}/"})
    wrong |= look.tour(None, {"door": f"/organisations/{guild.pk}/sign-in/", "by-address": "/account/organisation/"})
    assert wrong == {}


@in_every_look
def test_a_talk_is_sealed_locked_and_opened_again(
    browser: Browser, server: Server, language: str, width: int, theme: Theme
) -> None:
    alice: User = UserFactory(name="Alice")
    character = a_character(alice)
    assert character.published is not None
    talk = start_conversation(owner=alice, character=character, version=character.published)
    context = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, reduced_motion="reduce",
        viewport={"width": width, "height": 800},
    )  # fmt: skip
    context.add_cookies([{"name": "sessionid", "value": sign_in(alice).cookie, "url": server.base_url}])
    page = context.new_page()
    wrong: dict[str, list[str]] = {}

    def look(name: str) -> None:
        if faults := faults_and_width(page):
            wrong[name] = faults
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/sealed-{name}-{language}-{width}-{theme}.png")

    shown = TalkPage(page, talk.pk).open()
    if (panel := page.locator("[data-panel]")).is_visible():
        panel.click()
    page.locator("[data-seal-talk] > summary").click()
    form = page.locator("[data-seal-form]")
    expect(form).to_be_visible()
    look("form")
    for field in form.locator("input[type=password]").all():
        field.fill(PASSPHRASE)
    form.locator("button").click()
    unlock = page.locator("[data-unlock-talk]")
    expect(unlock).to_be_visible(timeout=LONG)
    look("locked")
    page.locator("#unlock-passphrase").fill("not this one")
    page.keyboard.press("Enter")
    expect(page.locator("#unlock-error")).not_to_be_empty(timeout=LONG)
    look("refused")
    page.locator("#unlock-passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(unlock).to_be_hidden(timeout=LONG)
    shown.play("The candle is lit.")
    look("open")
    context.close()
    assert wrong == {}
