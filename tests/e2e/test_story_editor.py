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
from tests.e2e.pages import LONG, Held
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


def test_saved_is_not_said_while_a_save_is_under_way(editor: Page, sketch: StoryDraft) -> None:
    held = Held(editor, "**/save/")
    editor.locator('[data-node="boat"]').click()
    title = editor.locator("#f-scenes-boat-title-en")
    title.fill("The skiff")
    held.wait()
    title.fill("The barge")
    editor.wait_for_timeout(800)  # longer than it waits for the next letter
    expect(editor.locator("[data-saved]")).to_have_attribute("data-state", "saving")
    held.let_go()
    held.let_go()
    assert "The barge" in saved(editor, sketch)


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


def test_a_draft_is_played_by_hand_from_a_scene_and_goes_on_after_a_change(editor: Page, sketch: StoryDraft) -> None:
    editor.locator('[data-node="boat"]').click()
    editor.get_by_role("button", name="Try from here").click()
    expect(editor.locator("#walk-h")).to_be_focused()
    walk = editor.locator(".walk").first
    trail, ways = walk.locator(".walk__trail > li"), walk.locator(".walk__way")
    # As a play came there: what led there is told, and what moved.
    expect(trail).to_have_count(1, timeout=LONG)
    expect(trail.first).to_contain_text("The boat")
    expect(trail.first).to_contain_text("warned false → true")
    ways.filter(has_text="Turn back").press("Enter")
    expect(trail).to_have_count(2)
    expect(trail.last).to_be_focused()
    expect(walk.locator(".walk__where")).to_have_text("Scene tower: The tower.")
    closed = walk.locator(".walk__closed").filter(has_text="Wait for the ships")
    expect(closed).to_contain_text("closed until lit")
    ways.filter(has_text="talk Mira").click()
    expect(trail).to_have_count(3)
    walk.get_by_role("button", name="One step back").click()
    expect(trail).to_have_count(2)

    # From the play to what is written, and back to the same place: the story as it is now.
    walk.get_by_role("button", name="Open tower in the form").click()
    editor.locator('details[data-path="scenes.tower.choices.wait"] > summary').click()
    editor.locator("#f-scenes-tower-choices-wait-when").fill("not lit")
    saved(editor, sketch)
    editor.locator("[data-tab=plays]").click()
    expect(trail).to_have_count(2, timeout=LONG)
    ways.filter(has_text="Wait for the ships").click()
    expect(walk.locator(".walk__where")).to_have_text("Ending dawn: Dawn.")
    expect(ways).to_have_count(0)

    # With what is given at the beginning; what is no effect is told.
    walk.locator("#walk-start").select_option("boat")
    walk.locator("#walk-before").select_option("0")
    walk.locator("#walk-given").fill("hpe = 4")
    walk.get_by_role("button", name="Begin").click()
    expect(walk.locator("[role=status]")).to_contain_text("do you mean hope?")
    walk.locator("#walk-given").fill("hope = 4; lit = true")
    walk.get_by_role("button", name="Begin").click()
    ways.filter(has_text="Turn back").click()
    expect(trail.last).to_contain_text("hope 4 → 5")
    ways.filter(has_text="A reply shows: Mira trusts them more").click()
    expect(trail.last).to_contain_text("bond(mira) 40 → 43")


def test_a_step_is_taken_once_and_only_when_it_is_answered(editor: Page) -> None:
    editor.locator("[data-tab=plays]").click()
    walk = editor.locator(".walk").first
    walk.get_by_role("button", name="Begin").click()
    trail, said = walk.locator(".walk__trail > li"), walk.locator("[role=status]")
    talk = walk.locator(".walk__way").filter(has_text="talk Mira")
    expect(trail).to_have_count(1, timeout=LONG)
    editor.route("**/walk/", lambda route: route.abort())
    talk.click()
    expect(said).not_to_be_empty()
    editor.unroute("**/walk/")
    with editor.expect_response("**/walk/"), editor.expect_response("**/walk/"):
        talk.evaluate("(button) => { button.click(); button.click(); }")
    expect(trail).to_have_count(2)
    expect(trail.last).to_be_focused()
    expect(said).to_be_empty()


def test_random_plays_say_where_they_stop_and_what_happens_in_each_scene(editor: Page, sketch: StoryDraft) -> None:
    editor.locator('[data-node="boat"]').click()
    editor.locator('details[data-path="scenes.boat.choices.on"] > summary').click()
    editor.locator("#f-scenes-boat-choices-on-when").fill("false")
    saved(editor, sketch)
    editor.locator("[data-tab=plays]").click()
    editor.get_by_role("button", name="Play it 2,000 times").click()
    stopped = editor.locator(".bars section").filter(has_text="Where plays stopped").locator("button")
    expect(stopped.first).to_contain_text("no way on from The boat", timeout=LONG)
    within = editor.locator(".bars details").filter(has_text="The boat").first
    within.locator("summary").click()
    expect(within.locator("li").filter(has_text="Row on")).to_contain_text("not in these plays")
    within.locator("button").filter(has_text="Row on").click()
    expect(editor.locator('details[data-path="scenes.boat.choices.on"] > summary')).to_be_focused()


# Each request for random plays waits until `window.go` is called.
ONE_BY_ONE = """
const ask = window.fetch;
window.fetch = async (url, options) => {
  if (String(url).endsWith("/plays/")) await new Promise((go) => { window.go = go; });
  return ask(url, options);
};
"""


def test_what_is_open_stays_open_while_the_plays_go_on(editor: Page) -> None:
    editor.evaluate(ONE_BY_ONE)
    editor.locator("[data-tab=plays]").click()
    editor.get_by_role("button", name="Play it 2,000 times").click()
    within = editor.locator(".bars details").filter(has_text="The boat").first
    said = editor.locator(".walk").last.locator("[role=status]")
    for plays in ("250", "500"):
        editor.wait_for_function("Boolean(window.go)")
        editor.evaluate("() => { window.go(); window.go = null; }")
        expect(said).to_contain_text(f"{plays} plays of", timeout=LONG)
        if plays == "250":
            within.locator("summary").click()
    expect(within).to_have_attribute("open", "")
    expect(within.locator("summary")).to_be_focused()


def test_on_a_phone_undo_and_what_is_wrong_are_at_hand(editor: Page, sketch: StoryDraft) -> None:
    editor.set_viewport_size({"width": 360, "height": 640})
    editor.locator('[data-node="dark"]').press("Enter")
    when = editor.locator("#f-endings-dark-when")
    when.fill("hop == 0")
    editor.locator("#f-endings-dark-title-en").focus()
    following = editor.locator("[data-next]")
    expect(following).to_have_text("1 to mend", timeout=LONG)
    expect(following).to_be_in_viewport()
    editor.locator("[data-tab=cast]").click()
    following.click()
    expect(when).to_be_focused()
    expect(when).to_be_in_viewport()
    # What is at hand lies over nothing that has the focus.
    over, field = editor.locator(".loom__hand").bounding_box(), when.bounding_box()
    assert over is not None
    assert field is not None
    assert field["y"] + field["height"] <= over["y"]
    saved(editor, sketch)
    editor.locator("[data-undo]").click()
    expect(following).to_have_text(re.compile("hints|Nothing is wrong"), timeout=LONG)
    assert "hop == 0" not in saved(editor, sketch)


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
    for tab in ("cast", "world", "numbers", "story"):
        page.locator(f"[data-tab={tab}]").click()
        if wrong := faults_and_width(page):
            found[tab] = wrong
    well = open_draft(owner=user, source=SMALL)
    page.goto(f"/create/stories/{well.pk}/")
    page.locator("[data-tab=plays]").click()
    page.locator(".walk__ask button").click()
    page.locator(".walk__aside button").first.click()
    expect(page.locator(".walk__trail > li")).to_have_count(2)
    page.locator(".walk__now summary").click()
    page.locator(".walk").last.locator("button").first.click()
    expect(page.locator(".bars meter").first).to_be_attached(timeout=LONG)
    page.locator(".walk").last.locator(".loom__row button").last.click()
    expect(page.locator(".walk [role=status]").last).to_contain_text("0")
    page.locator(".bars summary").first.click()
    if wrong := faults_and_width(page):
        found["plays"] = wrong
    assert found == {}
    context.close()
