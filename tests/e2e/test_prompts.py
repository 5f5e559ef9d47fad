"""Prompts in the admin, in the browser: a phone and a desk, both looks, both languages."""

import os

from playwright.sync_api import Browser, expect

from accounts.models import User
from inference.models import PromptVersion
from inference.prompts import shipped
from inference.services.prompts import write_version
from tests.chat.stage import sign_in
from tests.e2e.axe import faults
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.pages import sideways
from tests.factories import UserFactory
from tests.stack import Server

NAME = "chat.reply"


def version(number: str, words: str) -> PromptVersion:
    source = shipped().sources[NAME]
    text = source.text.replace(f"version: {source.version}", f"version: {number}")
    PromptVersion.objects.filter(name=NAME, version=number).delete()
    return write_version(name=NAME, text=text.replace("Stop where {user} would speak.", words), note="Gentler rules")


@in_every_look
def test_a_version_is_checked_tried_and_compared(
    browser: Browser, server: Server, language: str, width: int, theme: Theme
) -> None:
    operator: User = UserFactory()
    operator.is_staff = operator.is_superuser = True
    operator.language = ""
    operator.save()
    version("5.0.0", "Stop before {user} speaks.")
    row = version("5.1.0", "Stop where {user} might speak, and wait.")
    context = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, reduced_motion="reduce",
        viewport={"width": width, "height": 800},
    )  # fmt: skip
    context.add_cookies([{"name": "sessionid", "value": sign_in(operator).cookie, "url": server.base_url}])
    page = context.new_page()

    def look(name: str) -> None:
        assert sideways(page) <= 0, name
        found = [fault for fault in faults(page) if "prompts" in str(fault)]
        assert found == [], name
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/{name}-{language}-{width}-{theme}.png", full_page=True)

    page.goto("/admin/inference/promptversion/")
    look("prompts-list")
    page.goto(f"/admin/inference/promptversion/{row.pk}/change/?with=5.0.0")
    expect(page.locator(".prompts__diff ins").first).to_be_visible()
    look("prompts-compare")
    page.locator("button[value=try]").press("Enter")
    expect(page.locator(".prompts__lines li").first).to_contain_text("might speak, and wait")
    look("prompts-tried")
    text = page.locator("#text")
    text.fill(text.input_value().replace("{user} might speak", "{usr} might speak"))
    page.locator("button[value=check]").press("Enter")
    expect(page.locator("[role=alert]")).to_contain_text("{usr}")
    look("prompts-wrong")
    context.close()
    PromptVersion.objects.filter(name=NAME, shipped=False).delete()
