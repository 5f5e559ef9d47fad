"""Whom the player is, and whether they are still signed in, while the page stays open."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from accounts.models import User
from tests.e2e.pages import LONG, TalkPage
from tests.factories import PASSWORD, PersonaFactory

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
