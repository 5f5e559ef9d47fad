"""Reporting a character, and the webhooks of the studio, in the browser: both languages, a phone, the keyboard."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from characters.models import Character, Delivery, Webhook
from characters.services.webhooks import EVENTS, make_webhook, open_secret
from moderation.models import Report
from moderation.selectors import text_of
from moderation.services.reports import report_character
from tests.characters.factories import a_character
from tests.e2e.axe import faults_and_width
from tests.e2e.pages import LONG
from tests.factories import UserFactory
from tests.stack import Server


@pytest.fixture
def hook(alice: User) -> Webhook:
    """One with everything that its page can show."""
    found, _secret = make_webhook(
        owner=alice, url="https://hooks.a-long-name-of-a-server.invalid/dramatis/in", events=EVENTS
    )
    soon = timezone.now() + timedelta(minutes=21)
    for state, status, error, attempts in (
        ("delivered", 204, "", 1), ("given_up", 500, "status", 10), ("waiting", None, "unresolved", 4),
        ("waiting", None, "", 0),
    ):  # fmt: skip
        Delivery.objects.create(
            webhook=found,
            event="character.published",
            payload={"type": "character.published", "data": {"name": "Mira of the Lantern", "id": str(found.pk)}},
            state=state,
            status=status,
            error=error,
            attempts=attempts,
            due_at=soon,
        )
    return found


@pytest.mark.parametrize(("language", "theme", "width"), [("zh-hans", "dark", 360), ("en", "light", 1280)])
def test_axe_finds_nothing_on_any_of_these_pages(
    page: Page,
    context: BrowserContext,
    server: Server,
    alice: User,
    hook: Webhook,
    language: str,
    theme: Any,
    width: int,
) -> None:
    context.add_cookies([{"name": "django_language", "value": language, "url": server.base_url}])
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    mira, again = (a_character(UserFactory(), name="Mira of the Lantern") for _ in range(2))
    report_character(user=alice, character_id=again.pk, reason="spam")
    make_webhook(owner=alice, url="https://hooks.invalid/", events=EVENTS)
    Webhook.objects.filter(owner=alice, url="https://hooks.invalid/").update(active=False)
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        page.wait_for_load_state()  # with its styles
        for fold in page.locator("main details:not([data-menu])").all():
            fold.locator("summary").click()
        if wrong := faults_and_width(page):
            found[name] = wrong

    for path in (
        f"/characters/{mira.pk}/report/", f"/characters/{again.pk}/report/", "/studio/webhooks/",
        "/studio/webhooks/add/",
        *(f"/studio/webhooks/{each.pk}/" for each in Webhook.objects.filter(owner=alice)),
        f"/studio/webhooks/{hook.pk}/edit/",
    ):  # fmt: skip
        page.goto(path)
        look(path)
    for path in (f"/characters/{mira.pk}/report/", "/studio/webhooks/add/"):
        page.goto(path)
        page.locator("main form .button--lead").click()
        expect(page.locator(".field__error").first).to_be_visible(timeout=LONG)
        look(f"{path} with errors")
    page.goto(f"/studio/webhooks/{hook.pk}/")
    page.locator('form[action$="/secret/"] button').evaluate("button => button.click()")
    expect(page.locator("#secret")).to_be_visible(timeout=LONG)
    look("the secret")
    assert found == {}


def test_a_character_is_reported_by_keyboard(page: Page, alice: User) -> None:
    mira: Character = a_character(UserFactory())
    page.goto(f"/characters/{mira.pk}/")
    page.locator(".person__act .pop summary").press("Enter")
    page.get_by_role("link", name="Report this character").press("Enter")
    expect(page.get_by_role("heading", name="Report Mira")).to_be_visible(timeout=LONG)
    page.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("The second opening.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thank you. A moderator looks at it.")).to_be_visible(timeout=LONG)
    told = Report.objects.get(character=mira)
    assert (told.reason, told.reporter, text_of(told)) == ("hate", alice, "The second opening.")


def test_a_webhook_is_added_tried_paused_and_deleted_by_keyboard(page: Page, alice: User) -> None:
    page.goto("/studio/webhooks/")
    page.get_by_role("link", name="Add a webhook").press("Enter")
    page.locator("#id_url").fill("https://hooks.invalid/in")
    page.locator("#id_events_1").press("Space")
    page.locator("#id_url").press("Enter")
    secret = page.locator("#secret")
    expect(secret).to_have_value(re.compile("^whsec_"), timeout=LONG)
    hook = Webhook.objects.get(owner=alice)
    assert hook.events == ["character.published", "character.milestone"]
    assert secret.input_value() == open_secret(hook)
    page.get_by_role("link", name="I have kept it").press("Enter")

    page.get_by_role("button", name="Send a test").press("Enter")
    sent = page.locator(".sent__item")
    expect(sent).to_contain_text("There is no server of that name. 1 attempt.", timeout=LONG)
    page.locator(".sent__body summary").press("Enter")
    expect(page.locator(".sent__body pre")).to_contain_text('"ping"')
    Delivery.objects.filter(webhook=hook).update(state="delivered", status=204, error="", attempts=2)
    expect(sent).to_contain_text("Delivered. Your server answered 204. 2 attempts.", timeout=LONG)

    page.get_by_role("button", name="Pause").press("Enter")
    expect(page.get_by_role("button", name="Send again from now on")).to_be_visible(timeout=LONG)
    page.locator(".hook__ask summary", has_text="Delete the webhook").press("Enter")
    page.get_by_role("button", name="Delete for good").press("Enter")
    expect(page.get_by_role("heading", name="No webhook yet")).to_be_visible(timeout=LONG)
    assert not Webhook.objects.filter(owner=alice).exists()
