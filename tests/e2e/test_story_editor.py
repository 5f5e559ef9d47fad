"""The editor of stories: by pointer, by keys, as text; what is wrong leads to its field; and it looks well."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts import plans
from accounts.models import User
from stories.models import StoryDraft
from stories.services import create_story
from stories.services.drafts import open_draft
from tests.chat.stage import sign_in
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.pages import LONG
from tests.factories import UserFactory
from tests.stack import Server
from tests.stories.conftest import SMALL


@pytest.fixture
def sketch(alice: User) -> StoryDraft:
    return open_draft(owner=alice, source=SMALL)


@pytest.fixture
def editor(page: Page, sketch: StoryDraft) -> Page:
    page.goto(f"/create/stories/{sketch.pk}/")
    expect(page.locator("[data-ready]")).to_be_attached()
    return page


def saved(page: Page, sketch: StoryDraft) -> str:
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved", timeout=LONG)
    sketch.refresh_from_db()
    return sketch.source


def test_a_story_is_written_by_forms_keys_and_text(editor: Page, sketch: StoryDraft) -> None:
    node = editor.locator('[data-node="boat"]')
    # Connect by keys: from the boat to an ending. It is a choice in the document, with the rest as it was.
    node.click()
    editor.locator('[data-node="boat"]').press("c")
    editor.locator('[data-node="dawn"]').focus()
    editor.keyboard.press("Enter")
    expect(editor.locator('details[data-path="scenes.boat.choices.to_dawn"]')).to_be_visible()
    source = saved(editor, sketch)
    assert "      to_dawn: " in source
    assert [line for line in source.splitlines() if "to_dawn" not in line] == SMALL.splitlines()

    # What is wrong is told with its path, and leads to its field.
    editor.locator("#f-scenes-boat-entry").fill("hop > 1")
    wrong = editor.locator("[data-wrong] button").filter(has_text="do you mean hope?")
    expect(wrong).to_be_visible(timeout=LONG)
    expect(editor.locator("#f-scenes-boat-entry")).to_have_attribute("aria-invalid", "true")
    editor.locator("[data-tab=cast]").click()
    wrong.click()
    expect(editor.locator("#f-scenes-boat-entry")).to_be_focused()
    saved(editor, sketch)

    # Undo takes the last step back, in the document too.
    editor.locator("[data-undo]").click()
    expect(editor.locator("[data-wrong] button").filter(has_text="do you mean")).to_have_count(0, timeout=LONG)
    assert "hop > 1" not in saved(editor, sketch)

    # Within a part, too; and the part stays where it is, however often what is wrong changes.
    editor.locator('details[data-path="scenes.boat.choices.back"] > summary').click()
    when = editor.locator("#f-scenes-boat-choices-back-when")
    for scene in ("towr", "towerr"):
        when.fill(f"visits({scene}) < 3")
        expect(editor.locator("[data-wrong] button").filter(has_text=f"{scene} is not")).to_be_visible(timeout=LONG)
    expect(when).to_be_visible()
    when.fill("visits(tower) < 3")
    saved(editor, sketch)

    # Another name is written wherever the story speaks of it, and taken back by one step.
    editor.locator('[data-node="tower"]').click()
    name = editor.locator("[data-form] .loom__name input").first
    name.fill("top")
    name.press("Tab")
    expect(editor.locator('[data-node="top"]')).to_be_visible(timeout=LONG)
    renamed = saved(editor, sketch)
    assert "start: top" in renamed
    assert "when: visits(top) < 3" in renamed
    assert "tower:" not in renamed
    editor.locator("[data-undo]").click()
    expect(editor.locator('[data-node="tower"]')).to_be_visible(timeout=LONG)
    assert "start: tower" in saved(editor, sketch)
    editor.locator('[data-node="boat"]').click()

    # The document beside: what is typed there shows in the form.
    editor.locator("[data-beside]").click()
    text = editor.locator("[data-source]")
    text.fill(text.input_value().replace("{en: The boat, zh-hans: 船}", "{en: The skiff, zh-hans: 船}"))
    expect(editor.locator("#f-scenes-boat-title-en")).to_have_value("The skiff", timeout=LONG)

    # Random plays, from a scene that is chosen, and a version of it.
    editor.locator("[data-tab=plays]").click()
    editor.locator("#plays-start").select_option("boat")
    editor.get_by_role("button", name="Play it 2,000 times").click()
    expect(editor.locator(".bars meter").first).to_be_attached(timeout=LONG)
    editor.get_by_role("button", name="Stop").click()
    editor.locator("[data-write] button").click()
    expect(editor).to_have_url(re.compile(r"/stories/[0-9a-f-]{36}/$"), timeout=LONG)
    expect(editor.locator("h1")).to_have_text("The lamp")


def test_a_box_is_dragged_and_connected_by_its_dot(editor: Page, sketch: StoryDraft) -> None:
    box = editor.locator('[data-node="tower"] rect').bounding_box()
    assert box is not None
    editor.mouse.move(box["x"] + 40, box["y"] + 20)
    editor.mouse.down()
    editor.mouse.move(box["x"] + 110, box["y"] + 60, steps=4)
    editor.mouse.up()
    saved(editor, sketch)
    before = sketch.layout["tower"]
    editor.locator('[data-node="tower"]').press("Shift+ArrowRight")
    expect(editor.locator("[data-said]")).not_to_be_empty()
    saved(editor, sketch)
    assert sketch.layout["tower"] == [before[0] + 20, before[1]]
    dot = editor.locator('[data-node="tower"] .graph__handle').bounding_box()
    aim = editor.locator('[data-node="boat"] rect').bounding_box()
    assert dot is not None
    assert aim is not None
    editor.mouse.move(dot["x"] + 8, dot["y"] + 8)
    editor.mouse.down()
    editor.mouse.move(aim["x"] + 40, aim["y"] + 30, steps=4)
    editor.mouse.up()
    assert "to_boat: " in saved(editor, sketch)


@in_every_look
def test_axe_finds_nothing(browser: Browser, server: Server, theme: Theme, language: str, width: int) -> None:
    user = UserFactory(plan=plans.UNLIMITED)
    made = open_draft(owner=user, source=SMALL.replace("to: sea", "to: see"))
    story = create_story(owner=user, source=SMALL)
    context = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, reduced_motion="reduce",
        viewport={"width": width, "height": 800},
    )  # fmt: skip
    context.add_cookies([{"name": "sessionid", "value": sign_in(user).cookie, "url": server.base_url}])
    page, found = context.new_page(), {}
    for path in ("/stories/", f"/stories/{story.pk}/", "/create/stories/", f"/create/stories/{made.pk}/"):
        page.goto(path)
        if "create/stories/0" in path:
            page.locator("[data-node]").first.press("Enter")
        if wrong := faults_and_width(page):
            found[path] = wrong
    for tab in ("cast", "world", "numbers", "story", "plays"):
        page.locator(f"[data-tab={tab}]").click()
        if wrong := faults_and_width(page):
            found[tab] = wrong
    assert found == {}
    context.close()
