"""Where something happens in the builder: look, test talk, helping hand. By hand, by keyboard, on a phone."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Route, expect

from accounts import plans
from accounts.models import User
from characters.models import Asset, Draft
from tests.characters.bitmaps import opened, pixel
from tests.chat.stage import sign_in
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.pages import LONG
from tests.factories import UserFactory
from tests.stack import Server

FERRYMAN = {
    "name": "The Ferryman",
    "description": "{{char}} rows.",
    "greetings": ["*He waits.* “Sit, {{user}}.”", "“You again.”"],
    "portrait": {"seed": "21", "palette": "fog", "head": "hood", "scene": "garden"},
}
Begin = Callable[..., Draft]


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (800, 400), (255, 0, 0))
    picture.paste((0, 0, 255), (400, 0, 800, 400))
    path = tmp_path_factory.mktemp("pictures") / "photo.png"
    picture.save(path)
    return path


@pytest.fixture
def begin(page: Page, alice: User) -> Begin:
    """begin("look"): a draft of Alice's, its page open at this step."""

    def begin_(step: str, model: str = "script-8", **content: Any) -> Draft:
        written = {**FERRYMAN, "generation": {"model": model}, **content}
        draft = Draft.objects.create(owner=alice, language="en", content=written)
        page.goto(f"/create/{draft.pk}/{step}/")
        expect(page.locator("[data-draft]")).to_be_visible()
        return draft

    return begin_


def saved(page: Page, draft: Draft, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The draft as the server has it, once it is as wanted."""
    for _ in range(200):
        content: dict[str, Any] = Draft.objects.values_list("content", flat=True).get(pk=draft.pk)
        if wanted(content):
            return content
        page.wait_for_timeout(100)
    raise AssertionError(content)


# ------------------------------------------------------------------ drawn


def test_variants_are_chosen_by_keyboard_seen_at_once_and_undone(page: Page, begin: Begin) -> None:
    draft = begin("look")
    print_, card = page.locator("[data-print]"), page.locator("[data-see-portrait]")
    first = print_.get_attribute("src")
    page.get_by_role("radio", name="Light and colours").focus()
    page.keyboard.press("Space")
    strip = page.locator("[data-strip]")
    expect(strip.get_by_role("radio")).to_have_count(9)
    expect(strip.get_by_role("radio", name="Fog")).to_be_checked()
    strip.get_by_role("radio", name="Fog").focus()
    page.keyboard.press("ArrowRight")
    expect(strip.get_by_role("radio", name="Coral")).to_be_checked()
    for picture in (print_, card):
        expect(picture).to_have_attribute("src", re.compile("palette=coral"))
    assert (
        saved(page, draft, lambda content: content["portrait"].get("palette") == "coral")["portrait"]["head"] == "hood"
    )
    page.get_by_role("button", name="Undo").click()
    expect(strip.get_by_role("radio", name="Fog")).to_be_checked()
    saved(page, draft, lambda content: content["portrait"].get("palette") == "fog")
    assert (print_.get_attribute("src") or "").split("&v=")[0].count("palette=fog") == 1
    assert first


def test_others_are_offered_again_and_again(page: Page, begin: Begin) -> None:
    draft = begin("look")
    items = page.locator("[data-strip] img")
    expect(items).to_have_count(8)
    before = items.nth(5).get_attribute("src")
    page.get_by_role("button", name="Show others").click()
    expect(items.nth(5)).not_to_have_attribute("src", before or "")
    page.locator("[data-strip] label").nth(5).click()
    content = saved(page, draft, lambda content: content["portrait"]["seed"] != "21")
    assert content["portrait"]["seed"] in (items.nth(5).get_attribute("src") or "")


def test_a_mood_is_looked_at_and_changes_nothing(page: Page, begin: Begin) -> None:
    draft = begin("look")
    page.locator("label", has_text="Anger").click()
    expect(page.locator("[data-print]")).to_have_attribute("src", re.compile("mood=anger"))
    assert Draft.objects.get(pk=draft.pk).revision == 1


# ------------------------------------------------------------------ one's own


def crop(page: Page) -> Locator:
    dialog = page.locator("[data-crop]")
    expect(dialog).to_be_visible(timeout=LONG)
    return dialog


def red_or_blue(asset: Asset, face: bool = False) -> str:
    picture = opened(bytes(asset.face if face else asset.data))
    red, _, blue = pixel(picture, picture.width // 2, picture.height // 2)
    return "red" if red > blue else "blue"


def test_a_picture_is_cut_by_keyboard_and_stands_on_the_bill(page: Page, begin: Begin, photo: Path) -> None:
    draft = begin("look")
    page.get_by_role("tab", name="Your own").click()
    page.set_input_files("#look-file", photo)
    dialog = crop(page)
    expect(dialog.locator("[data-frame]")).to_be_focused()
    page.keyboard.press("-")
    for _ in range(6):
        page.keyboard.press("Shift+ArrowLeft")
    dialog.locator("label", has_text="The face").click()
    dialog.locator("[data-frame]").focus()
    for _ in range(12):
        page.keyboard.press("Shift+ArrowRight")
    dialog.get_by_role("button", name="Use this cut").click()
    expect(dialog).to_be_hidden(timeout=LONG)
    content = saved(page, draft, lambda content: bool(content.get("picture")))
    asset = Asset.objects.get(pk=content["picture"])
    assert (red_or_blue(asset), red_or_blue(asset, face=True)) == ("red", "blue")
    assert abs(asset.width / asset.height - 0.75) < 0.02
    expect(page.locator("[data-print]")).to_have_attribute("src", f"/pictures/{asset.pk}")
    expect(page.locator("[data-face]")).to_have_attribute("src", f"/pictures/{asset.pk}/face")
    expect(page.locator("[data-see-portrait]")).to_have_attribute("src", f"/pictures/{asset.pk}")


def test_moods_have_pictures_of_their_own(page: Page, begin: Begin, photo: Path) -> None:
    draft = begin("look")
    page.get_by_role("tab", name="Your own").click()
    page.set_input_files("#look-file", photo)
    crop(page).get_by_role("button", name="Use this cut").click()
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Joy: choose a picture").click()
    chosen.value.set_files(photo)
    crop(page).get_by_role("button", name="Use this cut").click()
    content = saved(page, draft, lambda content: "joy" in content.get("presentation", {}).get("moods", {}))
    joy = content["presentation"]["moods"]["joy"]
    assert Asset.objects.get(pk=joy).name == "joy"
    page.locator(".look__moods label", has_text="Joy").click()
    expect(page.locator("[data-print]")).to_have_attribute("src", f"/pictures/{joy}")
    page.get_by_role("button", name="Joy: remove its picture").click()
    expect(page.locator("[data-print]")).to_have_attribute("src", f"/pictures/{content['picture']}")
    page.get_by_role("button", name="Back to the drawn portrait").click()
    saved(page, draft, lambda content: not content.get("picture"))
    expect(page.get_by_role("tab", name="Drawn")).to_have_attribute("aria-selected", "true")


HAND_OVER = """
async ([kind, bytes, type]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "photo", { type }));
  const init = { bubbles: true, cancelable: true };
  const event = kind === "paste" ? new ClipboardEvent("paste", { ...init, clipboardData: data })
    : new DragEvent("drop", { ...init, dataTransfer: data });
  document.body.dispatchEvent(event);
}
"""


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_is_pasted_or_dropped_anywhere(page: Page, begin: Begin, photo: Path, kind: str) -> None:
    draft = begin("look")
    page.evaluate(HAND_OVER, [kind, list(photo.read_bytes()), "image/png"])
    crop(page).get_by_role("button", name="Cancel").click()
    expect(page.locator("[data-crop]")).to_be_hidden()
    assert not Asset.objects.filter(owner=draft.owner).exists()


def test_what_is_no_picture_is_refused_in_words(page: Page, begin: Begin, tmp_path: Path) -> None:
    begin("look")
    page.get_by_role("tab", name="Your own").click()
    for name, data, words in (
        ("text.png", b"no picture at all", "no picture that can be read"),
        ("large.png", b"\x89PNG" + b"0" * (8 * 1024 * 1024), "8 MB at most"),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        page.set_input_files("#look-file", path)
        expect(page.locator("[data-own-wrong]")).to_contain_text(words)


# ------------------------------------------------------------------ the test talk


def last_line(page: Page) -> Locator:
    return page.locator("[data-rehearsal] [data-lines] article").last


def rehearse(page: Page, text: str) -> None:
    page.locator("#try-say").fill(text)
    page.locator("#try-say").press("Enter")


def test_the_draft_answers_as_it_stands_also_where_it_is_not_saved(page: Page, begin: Begin) -> None:
    begin("background", model="echo-prompt")
    page.route("**/save/", lambda route: route.abort())
    page.locator("#f-description").fill("{{char}} guards a bridge of glass.")
    page.get_by_text("Test talk").first.click()
    expect(last_line(page)).to_contain_text("Sit, You.")
    rehearse(page, "Who are you?")
    expect(last_line(page)).to_contain_text("The Ferryman guards a bridge of glass.", timeout=LONG)
    expect(last_line(page)).to_contain_text("user: Who are you?")


def test_nobody_speaks_before_the_opening_stands(page: Page, begin: Begin) -> None:
    held: list[Route] = []
    page.route("**/weigh", lambda route: held.append(route))
    with page.expect_request("**/weigh"):
        begin("try")
    expect(page.locator("#try-say")).to_be_disabled()
    held[0].continue_()
    rehearse(page, "How deep is it?")
    expect(page.locator("[data-lines] article").first).to_contain_text("Sit, You.")


def test_openings_again_and_anew(page: Page, begin: Begin) -> None:
    begin("try")
    expect(last_line(page)).to_contain_text("Sit, You.")
    page.get_by_role("button", name="Next opening").click()
    expect(last_line(page)).to_contain_text("You again.")
    rehearse(page, "How deep is it?")
    again = page.get_by_role("button", name="Same line again")
    expect(again).to_be_visible(timeout=LONG)
    expect(page.locator("[data-lines] article")).to_have_count(3)
    again.click()
    expect(again).to_be_hidden()
    expect(again).to_be_visible(timeout=LONG)
    expect(page.locator("[data-lines] article")).to_have_count(3)
    expect(page.locator("[data-size-total]")).to_contain_text("of 8,192 tokens")
    page.get_by_role("button", name="Begin anew").click()
    expect(page.locator("[data-lines] article")).to_have_count(1)
    expect(page.locator("#try-say")).to_be_focused()


def test_stop_keeps_what_was_said_and_the_talk_goes_on(page: Page, begin: Begin) -> None:
    begin("try", model="ok-20tps-n2000")
    rehearse(page, "Tell me everything.")
    expect(last_line(page).locator(".caret")).to_be_attached(timeout=LONG)
    page.locator("#try-say").press("Escape")
    expect(page.get_by_text("You stopped it here.").first).to_be_visible()
    expect(page.get_by_role("button", name="Speak")).to_be_visible()
    expect(page.locator("[data-lines] article")).to_have_count(3)


def test_a_failure_is_said_and_the_line_can_be_tried_again(page: Page, begin: Begin) -> None:
    begin("try", model="503")
    rehearse(page, "Are you there?")
    wrong = page.locator("[data-rehearsal] [data-wrong]")
    expect(wrong).to_contain_text("cannot be reached", timeout=LONG)
    expect(last_line(page)).to_contain_text("Are you there?")
    wrong.get_by_role("button", name="Try again").click()
    expect(wrong).to_be_hidden()
    expect(wrong).to_contain_text("cannot be reached", timeout=LONG)
    expect(page.locator("[data-lines] article")).to_have_count(2)


# ------------------------------------------------------------------ the helping hand


def test_a_draft_is_proposed_and_taken_field_by_field(page: Page, begin: Begin) -> None:
    draft = begin("background", model="understudy", description="Mine.", personality="")
    page.get_by_text("Draft it for me").click()
    page.locator("#assist-sentence").fill("A gruff lighthouse keeper who collects lost letters")
    page.get_by_role("button", name="Draft", exact=True).click()
    expect(page.get_by_role("heading", name="A draft, to choose from")).to_be_focused(timeout=LONG)
    boxes = page.locator("[data-proposed]")
    expect(boxes.get_by_role("checkbox", name="Description")).not_to_be_checked()
    expect(boxes.get_by_role("checkbox", name="Personality in short")).to_be_checked()
    assert Draft.objects.get(pk=draft.pk).revision == 1
    page.get_by_role("button", name="Tick none").click()
    for name in ("Personality in short", "Manner"):
        boxes.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="Take what is ticked (2)").click()
    expect(page.locator("#f-personality")).not_to_have_value("")
    content = saved(page, draft, lambda content: bool(content.get("personality")))
    assert (content["description"], content["name"]) == ("Mine.", "The Ferryman")
    assert content["traits"]["manner"]["value"] < 30
    page.locator("[data-toast]").get_by_role("button", name="Undo").click()
    expect(page.locator("#f-personality")).to_have_value("")
    saved(page, draft, lambda content: not content.get("personality") and not content.get("traits"))


def test_an_error_and_a_cancel_keep_the_sentence(page: Page, begin: Begin) -> None:
    begin("background", model="503")
    page.get_by_text("Draft it for me").click()
    page.locator("#assist-sentence").fill("A hermit")
    page.get_by_role("button", name="Draft", exact=True).click()
    expect(page.locator("[data-assist-wrong]")).to_contain_text("cannot be reached", timeout=LONG)
    expect(page.locator("#assist-sentence")).to_have_value("A hermit")
    page.reload()
    page.get_by_text("Draft it for me").click()
    expect(page.locator("#assist-sentence")).to_have_value("A hermit")
    begin("background", model="understudy-ttft9000")
    page.get_by_text("Draft it for me").click()
    page.locator("#assist-sentence").fill("A slow hermit")
    page.locator("#assist-sentence").press("Tab")
    page.keyboard.press("Enter")
    cancel = page.get_by_role("button", name="Cancel").first
    expect(cancel).to_be_focused()
    cancel.press("Enter")
    expect(page.locator("#assist-sentence")).to_be_focused()
    expect(page.locator("#assist-sentence")).to_have_value("A slow hermit")


# ------------------------------------------------------------------ gates


@in_every_look
def test_axe_finds_nothing_where_something_happens(
    browser: Browser, server: Server, photo: Path, theme: Theme, language: str, width: int
) -> None:
    user = UserFactory(plan=plans.UNLIMITED)
    draft = Draft.objects.create(owner=user, language="en", content=FERRYMAN)
    context = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, reduced_motion="reduce",
        viewport={"width": width, "height": 800},
    )  # fmt: skip
    context.add_cookies([{"name": "sessionid", "value": sign_in(user).cookie, "url": server.base_url}])
    page = context.new_page()
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        if wrong := faults_and_width(page):
            found[name] = wrong

    page.goto(f"/create/{draft.pk}/look/")
    look("look")
    page.locator("#way-own").click()
    page.set_input_files("#look-file", photo)
    crop(page)
    look("crop")
    page.locator("[data-use]").click()
    expect(page.locator("[data-have]")).to_be_visible(timeout=LONG)
    look("moods")
    page.locator(".see__try summary").first.click()
    expect(page.locator("[data-lines] article")).to_have_count(1, timeout=LONG)
    look("the talk beside the form")
    page.goto(f"/create/{draft.pk}/try/")
    rehearse(page, "How deep is it here?")
    expect(page.locator("[data-again]")).to_be_visible(timeout=LONG)
    look("try")
    page.goto(f"/create/{draft.pk}/background/")
    page.locator(".assist > summary").click()
    page.locator("#assist-sentence").fill("A gruff lighthouse keeper who collects lost letters")
    page.locator("[data-draft-it]").click()
    expect(page.locator("[data-proposals]")).to_be_visible(timeout=LONG)
    look("proposals")
    context.close()
    assert found == {}
