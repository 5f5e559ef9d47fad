"""Whom the player is, and whether they are still signed in, while the page stays open."""

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import UsageDay, User
from characters.selectors import edition_of
from chat.services.conversations import start_conversation
from tests.chat.stage import mira, sign_in
from tests.e2e.pages import LONG, TalkPage
from tests.factories import PASSWORD, GuestFactory, PersonaFactory
from tests.stack import Server

Open = Callable[..., TalkPage]


def test_a_part_is_chosen_beside_the_talk_and_known_in_every_tab(open_talk: Open, alice: User) -> None:
    PersonaFactory(user=alice, name="Ferryman")
    talk = open_talk("script-5").play("Good evening.")
    other = TalkPage(talk.page.context.new_page(), talk.path.split("/")[2]).open()
    part = talk.page.get_by_label("You play")
    expect(part).to_have_value(part.locator("option", has_text="You").get_attribute("value") or "")
    part.select_option(label="Ferryman")
    expect(talk.toast).to_contain_text("you are Ferryman")
    expect(other.page.get_by_label("You play").locator("option:checked")).to_have_text("Ferryman")

    other.play("Who goes there?")
    authors = other.page.locator("article[data-role=player] [data-author]")
    expect(authors).to_have_text(["You", "Ferryman"])
    expect(talk.page.locator("article[data-role=player] [data-author]")).to_have_text(["You", "Ferryman"])
    talk.open()
    expect(talk.page.locator("article[data-role=player] [data-author]")).to_have_text(["You", "Ferryman"])


def test_a_part_is_kept_for_every_new_talk(open_talk: Open, alice: User) -> None:
    PersonaFactory(user=alice, name="Ferryman")
    talk = open_talk("script-5")
    talk.page.get_by_label("You play").select_option(label="Ferryman")
    expect(talk.toast).to_contain_text("you are Ferryman")
    with talk.page.expect_response(lambda answer: answer.url.endswith("/persona") and answer.ok):
        talk.page.get_by_label("In every new talk with Mira").check()
    talk.open()
    expect(talk.page.get_by_label("In every new talk with Mira")).to_be_checked()


def test_a_new_password_in_another_tab_interrupts_nothing(
    open_talk: Open, alice: User, context: BrowserContext
) -> None:
    talk = open_talk("script-5").play()
    settings = context.new_page()
    settings.goto("/account/password/change/")
    settings.get_by_label("Current password").fill(PASSWORD)
    settings.get_by_label("New password", exact=True).fill("a rather better password")
    settings.get_by_label("New password once more").fill("a rather better password")
    with talk.page.expect_websocket(timeout=LONG):
        settings.get_by_role("button", name="Save the new password").click()
    talk.ready().play("Still me.")
    expect(talk.line_banner).to_be_hidden()


def test_who_signs_out_elsewhere_is_told_so_and_keeps_the_line(open_talk: Open, context: BrowserContext) -> None:
    talk = open_talk("script-5").play()
    talk.say_field.fill("Not yet said")
    settings = context.new_page()
    settings.goto("/account/logout/")
    settings.locator("main form button").first.click()
    expect(talk.line_banner).to_contain_text("You are signed out", timeout=LONG)
    expect(talk.say_field).to_have_value("Not yet said")


def test_a_guest_whose_messages_are_used_up_is_told_once_and_shown_a_way(
    page: Page, context: BrowserContext, server: Server
) -> None:
    guest = GuestFactory()
    context.add_cookies([{"name": "sessionid", "value": sign_in(guest).cookie, "url": server.base_url}])
    character = mira("script-2")
    talk = start_conversation(owner=guest, character=character, version=edition_of(character))
    UsageDay.objects.create(user=guest, day=timezone.now().date(), messages=20)
    shown = TalkPage(page, talk.pk).open().say("One more")
    told = "Today's messages are used up. Tomorrow there are new ones. Your line is kept. Sign up and keep everything"
    expect(shown.note).to_have_text(told)
    way = shown.note.get_by_role("link", name="Sign up and keep everything")
    expect(way).to_have_attribute("href", f"/account/signup/?next=/talks/{talk.pk}/")
    expect(shown.say_field).to_have_value("One more")
