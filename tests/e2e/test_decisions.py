"""What somebody reads of decisions about them, and how they appeal."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from django.db import connection
from playwright.sync_api import Browser, Page, expect

from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import User
from moderation.models import Appeal, Notice
from moderation.services import appeals, sanctions
from tests.chat.stage import sign_in
from tests.e2e.axe import faults
from tests.e2e.looks import Theme, in_every_look
from tests.factories import PASSWORD, UserFactory
from tests.stack import Server


def decided(user: User, **fields: object) -> None:
    by = User.objects.filter(email="mo@example.com").first() or make_demo_account(
        role="moderator", email="mo@example.com", password=PASSWORD
    )
    given = {
        "kind": "warned",
        "rule": "spam",
        "text": "Forty links in one talk.\n\nPlease stop.",
        "days": None,
    } | fields

    def impose() -> None:
        with closing(connection):
            sanctions.impose(user=user, by=by, **given)

    # In a thread of its own: the browser's event loop runs in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(impose).result()


def test_one_appeals_from_outside(page: Page, server: Server) -> None:
    bob = UserFactory()
    decided(bob, kind="suspended", days=7)
    page.goto(f"{server.base_url}/account/login/")
    page.get_by_label("E-mail").fill(bob.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/account/inactive/")
    expect(page.get_by_text("Please stop.")).to_be_visible()
    page.get_by_text("Appeal", exact=True).click()
    page.get_by_label("Why was it wrong?").fill("They were my own pages.")
    page.get_by_role("button", name="Send the appeal").click()
    expect(page.get_by_text("They were my own pages.")).to_be_visible()
    assert Appeal.objects.get(notice__user=bob).state == "open"


@in_every_look
def test_the_page_of_decisions(
    browser: Browser, server: Server, alice: User, language: str, width: int, theme: Theme
) -> None:
    decided(alice)
    decided(alice, kind="rooms", days=30)
    second = make_demo_account(role="moderator", email="second@example.com", password=PASSWORD)
    made = appeals.appeal(
        user=alice, notice_id=Notice.objects.filter(user=alice).earliest("id").pk, text="It was one link."
    )
    appeals.decide(appeal=made, by=second, granted=True, answer="One it was.")
    decided(alice, rule="hate")
    looked = browser.new_page(locale=language, color_scheme=theme, viewport={"width": width, "height": 900})
    looked.context.add_cookies([{"name": "sessionid", "value": sign_in(alice).cookie, "url": server.base_url}])
    looked.goto(f"{server.base_url}/settings/notices/")
    expect(looked.locator("article")).to_have_count(3)
    looked.locator("article summary").first.click()
    assert faults(looked) == []
    assert looked.evaluate("document.documentElement.scrollWidth <= innerWidth")

    looked.context.close()
