"""Pages of plans, keys and privacy in the browser: in both languages, on a phone, by day and night, and by keyboard."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from accounts.api_keys import make_key, rotate_key
from accounts.models import Plan, Term, User
from accounts.vouchers import issue
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme, in_every_look
from tests.factories import UserFactory
from tests.stack import Server

ADDRESSES = (
    "/settings/plan/",
    "/settings/plan/redeem/",
    "/settings/use/",
    "/settings/keys/",
    "/settings/keys/{key}/rotate/",
    "/settings/privacy/",
    "/privacy/who-reads/",
    "/privacy/do-not-sell/",
)


@pytest.fixture
def member(alice: User) -> User:
    """Somebody on the free plan, with another one for a time, and a key whose secret was changed."""
    User.objects.filter(pk=alice.pk).update(plan="premium")
    alice.refresh_from_db()
    now = timezone.now()
    Term.objects.create(user=alice, plan_id="premium", before_id="free", begins_at=now, ends_at=now + timedelta(30))
    made = make_key(
        user=alice, label="Backup of my lanterns", scopes=["characters:read"], expires_at=now + timedelta(9)
    )
    rotate_key(user=alice, key_id=made.key.pk, grace="week")
    return alice


@in_every_look
def test_axe_finds_nothing_on_pages_of_plans_keys_and_privacy(
    page: Page, context: BrowserContext, server: Server, member: User, language: str, width: int, theme: Theme
) -> None:
    context.add_cookies(
        [{"name": "django_language", "value": "zh-hans" if language == "zh-CN" else "en", "url": server.base_url}]
    )
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    key = member.api_keys.get().pk
    found = {}
    for address in ADDRESSES:
        page.goto(address.format(key=key))
        if wrong := faults_and_width(page):
            found[address] = wrong
    assert found == {}


def test_a_code_is_redeemed_by_keyboard_and_a_choice_made(page: Page, member: User) -> None:
    operator = UserFactory(is_staff=True)
    code = issue(by=operator, label="Fair", plan=Plan.objects.get(pk="creator"), days=3)[0].code
    page.goto("/settings/plan/redeem/")
    page.get_by_label("Voucher code").focus()
    page.keyboard.type(code.lower())
    page.keyboard.press("Enter")
    expect(page).to_have_url("/settings/plan/")
    expect(page.get_by_role("heading", name="Creator")).to_be_visible()

    page.goto("/settings/privacy/")
    page.get_by_role("button", name="Memory: switch off").press("Enter")
    expect(page.get_by_role("button", name="Memory: switch on")).to_be_visible()
