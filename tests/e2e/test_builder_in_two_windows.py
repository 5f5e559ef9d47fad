"""One draft in two windows, of one browser or of two: nothing is overwritten silently."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from accounts.models import User
from characters.models import Draft
from tests.chat.stage import sign_in
from tests.e2e.pages import LONG, BuilderPage
from tests.stack import Server


@pytest.fixture
def other_device(browser: Browser, server: Server, alice: User, draft: Draft) -> Iterator[BuilderPage]:
    """The same draft in another browser of the same person: nothing but the server connects the two."""
    context = browser.new_context(base_url=server.base_url, locale="en-GB")
    context.add_cookies([{"name": "sessionid", "value": sign_in(alice).cookie, "url": server.base_url}])
    yield BuilderPage(context.new_page(), draft)
    context.close()


def test_another_device_wrote_the_same_field(builder: BuilderPage, other_device: BuilderPage) -> None:
    builder.open("background")
    other_device.open("background").write("scenario", "Theirs.")
    builder.field("scenario").fill("Mine.")
    expect(builder.conflict).to_be_visible(timeout=LONG)
    assert builder.stored()["scenario"] == "Theirs."
    builder.conflict.locator("summary").click()
    expect(builder.conflict).to_contain_text("Mine.")
    expect(builder.conflict).to_contain_text("Theirs.")
    builder.conflict.locator("[data-mine]").click()
    expect(builder.saved).to_be_visible(timeout=LONG)
    expect(builder.conflict).to_be_hidden()
    assert builder.stored()["scenario"] == "Mine."


def test_theirs_can_be_taken(builder: BuilderPage, other_device: BuilderPage) -> None:
    builder.open("background")
    other_device.open("background").write("scenario", "Theirs.")
    builder.field("scenario").fill("Mine.")
    builder.conflict.locator("[data-theirs]").click(timeout=LONG)
    expect(builder.field("scenario")).to_have_value("Theirs.", timeout=LONG)
    builder.write("personality", "Goes on.")
    assert (builder.stored()["scenario"], builder.stored()["personality"]) == ("Theirs.", "Goes on.")


def test_different_fields_need_no_decision(builder: BuilderPage, other_device: BuilderPage) -> None:
    builder.open("background")
    other_device.open("background").write("scenario", "Theirs.")
    builder.write("personality", "Mine.")
    expect(builder.field("scenario")).to_have_value("Theirs.", timeout=LONG)
    expect(builder.conflict).to_be_hidden()
    assert (builder.stored()["scenario"], builder.stored()["personality"]) == ("Theirs.", "Mine.")


def test_two_windows_of_one_browser_keep_each_other_informed(
    builder: BuilderPage, context: BrowserContext, draft: Draft
) -> None:
    builder.open("background")
    other = BuilderPage(context.new_page(), draft).open("background")
    other.write("scenario", "From the other window.")
    expect(builder.field("scenario")).to_have_value("From the other window.", timeout=LONG)


def test_a_conflict_outlives_typing_on_and_a_reload(builder: BuilderPage, other_device: BuilderPage) -> None:
    builder.open("background")
    other_device.open("background").write("scenario", "Theirs.")
    builder.field("scenario").fill("Mine.")
    expect(builder.conflict).to_be_visible(timeout=LONG)
    builder.field("scenario").fill("Mine, and more.")
    builder.page.reload()
    expect(builder.conflict).to_be_visible(timeout=LONG)
    assert builder.stored()["scenario"] == "Theirs."
    builder.conflict.locator("[data-mine]").click()
    expect(builder.saved).to_be_visible(timeout=LONG)
    assert builder.stored()["scenario"] == "Mine, and more."


def test_a_choice_in_conflict_is_told_in_words(builder: BuilderPage, other_device: BuilderPage) -> None:
    builder.open("publish")
    other_device.open("publish").page.locator("[name=visibility][value=unlisted]").check()
    expect(other_device.saved).to_be_visible(timeout=LONG)
    builder.page.locator("[name=visibility][value=public]").check()
    expect(builder.conflict).to_be_visible(timeout=LONG)
    builder.conflict.locator("summary").click()
    for words in ("Who may see it", "Public", "Unlisted"):
        expect(builder.conflict.locator("[data-differs]")).to_contain_text(words)


def test_several_choices_in_conflict_are_told_in_words(builder: BuilderPage, other_device: BuilderPage) -> None:
    builder.open("expert")
    other_device.open("expert").page.get_by_role("checkbox", name="Feelings").uncheck()
    expect(other_device.saved).to_be_visible(timeout=LONG)
    builder.page.get_by_role("checkbox", name="Promises").uncheck()
    expect(builder.conflict).to_be_visible(timeout=LONG)
    builder.conflict.locator("summary").click()
    told = builder.conflict.locator("[data-differs]")
    expect(told).to_contain_text("Kinds of memories")
    expect(told.locator("[data-mine-text]")).to_have_text("Facts, Likes and dislikes, Events, Feelings")
    expect(told.locator("[data-theirs-text]")).to_have_text("Facts, Likes and dislikes, Events, Promises")
