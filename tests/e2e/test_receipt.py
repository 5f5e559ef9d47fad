"""The receipt of a reply, opened from its menu."""

import os

from playwright.sync_api import Browser, expect

from accounts import plans
from chat.services.conversations import start_conversation
from tests.chat.stage import mira, sign_in
from tests.chat.test_lore_in_talks import write
from tests.e2e.axe import faults
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.pages import TalkPage, sideways
from tests.stack import Server


@in_every_look
def test_what_a_reply_was_made_of_is_read_by_keyboard(
    browser: Browser, server: Server, language: str, width: int, theme: Theme
) -> None:
    traits = {"talk": {"value": 5}, "trust": {"value": 10}}
    character = mira("script-12", description="Keeps the inn at the ford. " * 40, traits=traits)
    owner, version = character.owner, character.published
    assert owner is not None
    assert version is not None
    owner.plan_id = plans.UNLIMITED
    owner.save(update_fields=["plan"])
    talk = start_conversation(owner=owner, character=character, version=version)
    write(talk, {"keys": ["lantern"], "name": "Hidden door", "content": "The lantern hides the door."})
    context = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, reduced_motion="reduce",
        viewport={"width": width, "height": 800},
    )  # fmt: skip
    context.add_cookies([{"name": "sessionid", "value": sign_in(owner).cookie, "url": server.base_url}])
    page = context.new_page()
    here = TalkPage(page, talk.pk).open()
    here.play("Is anybody there?")
    here.play("Where is the lantern?")
    more = here.last.locator("[data-act=more]")
    more.focus()
    page.keyboard.press("Enter")
    expect(here.menu.locator("[data-act=copy]")).to_be_focused()
    here.menu.locator("[data-act=receipt]").focus()
    page.keyboard.press("Enter")
    receipt = page.locator("#receipt")
    expect(receipt.get_by_text("Hidden door")).to_be_visible()
    assert faults(page) == []
    assert sideways(page) <= 0
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/receipt-{language}-{width}-{theme}.png")
    receipt.locator("[data-prompt]").press("Enter")
    expect(receipt.locator("pre").first).to_contain_text("Keeps the inn")
    assert faults(page) == []
    if folder:
        page.screenshot(path=f"{folder}/prompt-{language}-{width}-{theme}.png")
    page.keyboard.press("Escape")
    expect(receipt).to_be_hidden()
    expect(more).to_be_focused()
    context.close()
