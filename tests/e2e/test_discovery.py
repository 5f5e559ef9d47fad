"""Hearts, following, leafing, the curtain: at once with a script, as plain forms without."""

from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from characters.models import Character, Favourite, Follow
from characters.selectors.discovery import A_PAGE
from characters.services.publishing import ask_to_publish
from tests.characters.factories import a_character
from tests.chat.stage import sign_in
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme, in_every_look
from tests.factories import UserFactory
from tests.stack import Server


@pytest.fixture
def creator(server: Server) -> User:
    user = UserFactory(name=f"Ottoline{uuid4().hex[:8]}")  # what is made here stays, and is found by its name
    for number in range(3):
        a_character(user, name=f"{user.profile.name}’s {number}", tags=("stories",), greetings=["“Sit.”"])
    return user


def first_of(creator: User) -> Character:
    return Character.objects.filter(owner=creator).order_by("pk")[0]


def test_a_heart_answers_at_once_and_can_be_undone(page: Page, alice: User, creator: User) -> None:
    character = first_of(creator)
    page.goto(f"/characters/{character.pk}/")
    heart = page.locator(".person__act [data-heart]")
    with page.expect_response("**/favourite/"):
        heart.click()
    expect(heart).to_have_attribute("aria-pressed", "true")
    expect(heart.locator("[data-loves]")).to_have_text("1")
    page.goto("/favourites/")
    bill = page.locator(".bill")
    expect(bill).to_have_count(1)
    with page.expect_response("**/favourite/"):
        bill.locator("[data-heart]").click()
    expect(bill.locator("[data-heart]")).to_have_attribute("aria-pressed", "false")
    with page.expect_response("**/favourite/"):
        page.locator(".toast [data-undo]").click()
    expect(bill.locator("[data-heart]")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator(".bill")).to_have_count(1)
    assert Favourite.objects.filter(user=alice).count() == 1


def test_a_heart_that_did_not_arrive_is_put_back(page: Page, alice: User, creator: User) -> None:
    page.goto(f"/characters/{first_of(creator).pk}/")
    page.context.set_offline(True)
    heart = page.locator(".person__act [data-heart]")
    heart.click()
    expect(page.locator(".toast").last).to_be_visible()
    expect(heart).to_have_attribute("aria-pressed", "false")
    expect(heart.locator("[data-loves]")).to_have_text("")


def test_a_creator_is_followed_by_keyboard(page: Page, alice: User, creator: User) -> None:
    page.goto(f"/creators/{creator.pk}/")
    button = page.locator("[data-follow] button")
    button.focus()
    with page.expect_response("**/follow/"):
        page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-followers]")).to_have_text("1")
    assert Follow.objects.filter(follower=alice, creator=creator).exists()


def test_more_are_fetched_into_the_list_and_the_focus_goes_along(page: Page, creator: User) -> None:
    multitude = f"Multitude{uuid4().hex[:8]}"
    for number in range(40):
        a_character(creator, name=f"{multitude} {number}")
    page.goto(f"/?q={multitude}")
    before = A_PAGE
    expect(page.locator(".bill")).to_have_count(before)
    page.locator("#more-link").click()
    expect(page.locator(".bill")).to_have_count(40)
    expect(page.locator(".bill a").nth(before)).to_be_focused()
    assert page.url.endswith(f"/?q={multitude}")


def test_orders_and_tags_go_with_a_search(page: Page, creator: User) -> None:
    page.goto("/?tag=stories&sort=new")
    page.locator("#q").fill(creator.profile.name)
    expect(page.locator(".bill")).to_have_count(3)
    expect(page.locator("#sort-new")).to_have_attribute("aria-current", "true")
    expect(page.locator("#tag-stories")).to_have_attribute("aria-current", "true")


def test_without_scripts_everything_is_a_form_or_a_link(browser: Browser, server: Server, creator: User) -> None:
    player = sign_in(UserFactory())
    context = browser.new_context(base_url=server.base_url, java_script_enabled=False, locale="en-GB")
    context.add_cookies([{"name": "sessionid", "value": player.cookie, "url": server.base_url}])
    page = context.new_page()
    page.goto(f"/?tag=stories&q={creator.profile.name}")
    page.locator(".bill [data-heart]").first.click()
    expect(page.locator(".bill [data-heart]").first).to_have_attribute("aria-pressed", "true")
    page.goto(f"/creators/{creator.pk}/")
    page.locator("[data-follow] button").click()
    expect(page.locator("[data-followers]")).to_have_text("1")
    context.close()


def test_the_curtain_rises_for_whoever_asks(page: Page, alice: User, creator: User) -> None:
    name = f"Dusk of {creator.profile.name}"
    dark = a_character(creator, name=name, about="Blood on the stairs.")
    Character.objects.filter(pk=dark.pk).update(rating="mature")
    page.goto(f"/characters/{dark.pk}/")
    expect(page.get_by_text("Blood on the stairs.")).to_have_count(0)
    page.locator("main .button--lead").click()
    expect(page.get_by_text("Blood on the stairs.")).to_be_visible()
    page.goto(f"/?q={name}")
    page.locator("#rating").click()
    page.locator(".order__rating button").first.click()
    expect(page.locator("#cast .empty")).to_be_visible()


@in_every_look
def test_axe_finds_nothing(
    browser: Browser, server: Server, creator: User, theme: Theme, language: str, width: int
) -> None:
    player = UserFactory(name="Pell")
    own = a_character(player, visibility="private", about="Write to pell@lantern.cn")
    assert own.published is not None
    ask_to_publish(character=own, version=own.published, asked_by=player, visibility="public")
    dark = a_character(creator)
    Character.objects.filter(pk=dark.pk).update(rating="explicit")
    shown = first_of(creator)
    context = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, reduced_motion="reduce",
        viewport={"width": width, "height": 800},
    )  # fmt: skip
    context.add_cookies([{"name": "sessionid", "value": sign_in(player).cookie, "url": server.base_url}])
    page = context.new_page()
    found = {}

    def look(name: str) -> None:
        told = faults_and_width(page)
        if told:
            found[name] = told

    for path in (
        "/", "/?sort=new", f"/creators/{creator.pk}/", f"/creators/{player.pk}/", f"/characters/{own.pk}/",
        f"/characters/{dark.pk}/", "/favourites/", "/favourites/?show=followed", f"/characters/{shown.pk}/",
    ):  # fmt: skip
        page.goto(path)
        look(path)
    page.locator(".person__act summary").click()
    look("menu")
    page.goto("/")
    page.locator("#rating").click()
    look("rating")
    page.keyboard.press("Escape")
    page.locator(".bill [data-heart]").first.click()
    look("hearts")
    context.close()
    assert not found, found
