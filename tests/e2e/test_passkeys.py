"""Passkeys with the browser's virtual authenticator, and the pages about access under axe."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme, in_every_look
from tests.factories import PASSWORD, UserFactory
from tests.stack import Server

PAGES = (
    "/account/2fa/", "/account/2fa/app/", "/account/2fa/passkeys/add/", "/account/2fa/codes/new/",
    "/settings/sessions/", "/settings/blocks/", "/settings/",
)  # fmt: skip


@pytest.fixture
def device(browser: Browser, server: Server) -> Iterator[Page]:
    """A phone that knows its owner. Its pages are asked for by name: an address of numbers cannot have passkeys."""
    context = browser.new_context(base_url=f"http://localhost:{server.port}", locale="en-GB")
    page = context.new_page()
    chrome = context.new_cdp_session(page)
    chrome.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    chrome.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page
    context.close()


def log_in(page: Page, user: User) -> None:
    page.goto("/account/login/")
    page.locator("#id_login").fill(user.email or "")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    expect(page).not_to_have_url(re.compile("/account/login/"))


def sign_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page).not_to_have_url(re.compile("/account/logout/"))


def add_passkey(page: Page, *, alone: bool) -> None:
    page.goto("/account/2fa/passkeys/add/")
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("What do you call it?").fill("My phone")
    page.get_by_label("Sign in with it alone").set_checked(alone)
    page.get_by_role("button", name="Ask my device").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", name="My phone")).to_be_visible()


def test_a_passkey_signs_in_alone_and_is_removed(device: Page) -> None:
    alice = UserFactory()
    log_in(device, alice)
    add_passkey(device, alone=True)
    sign_out(device)
    device.goto("/account/login/?next=/settings/")
    device.get_by_role("button", name="Sign in with a passkey").click()
    expect(device.get_by_role("heading", name="Settings")).to_be_visible()
    device.goto("/account/2fa/")
    device.get_by_role("link", name="Remove My phone").click()
    device.locator("#id_password").fill(PASSWORD)
    device.get_by_role("button", name="Confirm").click()
    device.get_by_role("button", name="Remove this passkey").click()
    expect(device.get_by_role("link", name="Add a passkey")).to_be_visible()
    expect(device.get_by_role("heading", name="My phone")).to_have_count(0)


def test_a_passkey_is_asked_for_after_the_password(device: Page) -> None:
    alice = UserFactory()
    log_in(device, alice)
    add_passkey(device, alone=False)
    sign_out(device)
    log_in(device, alice)
    expect(device.get_by_role("heading", name="One more step")).to_be_visible()
    device.get_by_role("button", name="Use a passkey").click()
    expect(device.get_by_label("Your account")).to_be_visible()


@in_every_look
def test_axe_finds_nothing_on_the_pages_of_access(
    browser: Browser, server: Server, language: str, width: int, theme: Theme
) -> None:
    alice, found = UserFactory(), {}
    context: BrowserContext = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    log_in(page, alice)
    page.goto("/account/reauthenticate/")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form .button--lead").click()
    for path in PAGES:
        page.goto(path)
        if wrong := faults_and_width(page):
            found[path] = wrong
    context.close()
    assert found == {}
