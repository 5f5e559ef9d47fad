"""Personal keys and the page of the API, in the browser: by keyboard, on a phone, in both languages."""

import re

from playwright.sync_api import Browser, Page, expect

from accounts.api_keys import find_key, make_key
from accounts.models import ApiKey, User
from tests.chat.stage import sign_in
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme, in_every_look
from tests.factories import UserFactory
from tests.stack import Server


@in_every_look
def test_axe_finds_nothing_on_the_pages_of_keys(
    browser: Browser, server: Server, language: str, width: int, theme: Theme
) -> None:
    alice = UserFactory()
    made = make_key(user=alice, label="Backup of everything, every night at three", scopes=["characters:read"])
    context = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, viewport={"width": width, "height": 800}
    )
    context.add_cookies([{"name": "sessionid", "value": sign_in(alice).cookie, "url": server.base_url}])
    page, found = context.new_page(), {}
    for path in ("/settings/keys/", "/settings/keys/add/", f"/settings/keys/{made.key.pk}/revoke/ask/", "/api/docs/"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details.api__op').forEach((each, at) => { each.open = at < 4; })")
        if wrong := faults_and_width(page):
            found[path] = wrong
    context.close()
    assert found == {}


def test_a_key_is_made_by_keyboard_copied_and_revoked(page: Page, alice: User) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/settings/keys/")
    page.get_by_role("link", name="Make a key").press("Enter")
    page.locator("#id_label").fill("Backup")
    page.get_by_role("checkbox").first.press("Space")
    page.locator("#id_label").press("Enter")
    secret = page.locator("#key")
    expect(secret).to_have_value(re.compile("^drm_"))
    shown = secret.input_value()
    page.get_by_role("button", name="Copy").press("Enter")
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == shown
    assert find_key(shown).label == "Backup"

    page.get_by_role("link", name="I have kept it").press("Enter")
    expect(page.get_by_role("heading", name="Backup")).to_be_visible()
    assert shown not in page.content()
    page.get_by_role("link", name="Revoke Backup").press("Enter")
    page.get_by_role("button", name="Revoke this key").press("Enter")
    expect(page.get_by_text("You have no keys yet")).to_be_visible()
    assert ApiKey.objects.get(user=alice).revoked_at is not None
