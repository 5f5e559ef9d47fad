"""Bringing cards in a browser: many at once, by keyboard, on a phone, and without scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from accounts.models import User
from characters.models import Character
from tests.characters.cards import tools
from tests.chat.stage import sign_in
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme, in_every_look
from tests.stack import Server

pytestmark = [pytest.mark.stack, pytest.mark.browser]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, make in tools.CARDS.items():
        (tmp_path / name).write_bytes(make())
    (tmp_path / "broken.png").write_bytes(tools.sillytavern_png()[:-30])
    return tmp_path


def settled(page: Page, state: str, count: int) -> None:
    expect(page.locator("[data-list] [data-state=waiting]")).to_have_count(0, timeout=30_000)
    expect(page.locator(f"[data-list] [data-state={state}]")).to_have_count(count)


def names_of(user: User) -> set[str]:
    return {each.published.name for each in Character.objects.filter(owner=user).select_related("published")}


def test_many_cards_are_looked_at_and_then_imported(page: Page, alice: User, folder: Path) -> None:
    page.goto("/create/import/")
    names = ["sillytavern.png", "risu.charx", "agnai.png", "broken.png"]
    page.locator("#cards").set_input_files([folder / name for name in names])
    settled(page, "looked", 3)
    expect(page.get_by_role("status").first).to_have_text("4 of 4 read")
    expect(page.locator("[data-file='broken.png']")).to_contain_text("This PNG file breaks off in the middle.")
    assert names_of(alice) == set()
    page.get_by_role("button", name="Import all: 3").click()
    settled(page, "imported", 3)
    expect(page.get_by_role("status").first).to_have_text("3 imported, 1 not taken")
    assert names_of(alice) == {"Mira", "Rin", "Ada"}
    page.locator("[data-file='agnai.png']").get_by_role("link", name="Look at it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada")


def test_the_keyboard_is_enough(page: Page, alice: User, folder: Path) -> None:
    page.goto("/create/import/")
    page.locator("#cards").focus()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files([folder / "chub.json", folder / "v1.json"])
    settled(page, "looked", 2)
    page.locator("[data-file='chub.json']").get_by_role("button", name="Import").focus()
    page.keyboard.press("Enter")
    settled(page, "imported", 1)
    # Who pressed the button stands on the card that it became.
    expect(page.locator("[data-file='chub.json']")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("[data-file='chub.json']").get_by_role("link", name="Look at it")).to_be_focused()
    assert names_of(alice) == {"Clerk"}


def test_cards_can_be_dropped(page: Page, alice: User) -> None:
    page.goto("/create/import/")
    dropped = page.evaluate_handle(
        """text => {
             const data = new DataTransfer();
             data.items.add(new File([text], "dropped.json", { type: "application/json" }));
             return data;
           }""",
        tools.chub_json().decode(),
    )
    page.dispatch_event("[data-dropzone]", "drop", {"dataTransfer": dropped})
    settled(page, "looked", 1)
    expect(page.locator("[data-file='dropped.json']")).to_contain_text("Clerk")


def test_a_folder_is_dropped_and_the_cards_in_it_are_taken(page: Page, alice: User, folder: Path) -> None:
    deep = folder / "more" / "and more"
    deep.mkdir(parents=True)
    (deep / "deep.json").write_bytes(tools.chub_json())
    (folder / "notes.txt").write_text("no card")
    (folder / ".hidden.png").write_bytes(tools.sillytavern_png())
    page.goto("/create/import/")
    drop(page, folder)
    settled(page, "looked", len(tools.CARDS) + 1)
    expect(page.locator("[data-file='deep.json']")).to_contain_text("Clerk")
    expect(page.locator("[data-list] > li")).to_have_count(len(tools.CARDS) + 2)  # the broken one, too


def test_a_folder_without_a_card_is_told_of(page: Page, alice: User, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no card")
    page.goto("/create/import/")
    drop(page, tmp_path)
    expect(page.locator("[data-toast]")).to_contain_text("There is no card in it.")
    expect(page.locator("[data-results]")).to_be_hidden()


def drop(page: Page, *paths: Path) -> None:
    """As the browser does it when somebody drags files from their desktop."""
    box = page.locator("[data-dropzone]").bounding_box()
    assert box is not None
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": box["x"] + 20, "y": box["y"] + 20, "data": data})


def test_a_large_file_is_not_even_sent(page: Page, alice: User, folder: Path) -> None:
    (folder / "large.png").write_bytes(tools.SIGNATURE + bytes(9_000_000))
    page.goto("/create/import/")
    page.locator("#cards").set_input_files(folder / "large.png")
    settled(page, "refused", 1)
    expect(page.locator("[data-list]")).to_contain_text("A card file may have 8 MB at most.")


def test_more_than_is_read_in_a_minute_waits_and_goes_on_by_itself(page: Page, alice: User, folder: Path) -> None:
    refusals = iter((True, True))

    def too_fast(route: Route) -> None:
        if route.request.method == "POST" and next(refusals, False):
            route.fulfill(status=429, headers={"Retry-After": "2"}, json={"error": {"code": "rate_limited"}})
        else:
            route.continue_()

    page.goto("/create/import/")
    page.route("**/create/import/", too_fast)
    page.locator("#cards").set_input_files([folder / name for name in ("chub.json", "agnai.png", "risu.png")])
    waits = page.locator("[data-list] [data-state=waiting]").filter(has_text="follows within a minute")
    expect(waits).to_have_count(2)
    settled(page, "looked", 3)
    assert next(refusals, None) is None


def test_a_visitor_brings_many_cards_as_one_guest(page: Page, server: Server, folder: Path) -> None:
    page.goto("/create/import/")
    page.locator("#cards").set_input_files([folder / name for name in ("chub.json", "agnai.png", "risu.png")])
    settled(page, "looked", 3)
    page.get_by_role("button", name="Import all: 3").click()
    settled(page, "imported", 3)
    newest = Character.objects.filter(owner__isnull=False).order_by("-id")[:3]
    assert len({each.owner_id for each in newest}) == 1


@in_every_look
def test_both_pages_are_for_everybody(
    browser: Browser,
    server: Server,
    alice: User,
    folder: Path,
    language: str,
    width: int,
    theme: Theme,
) -> None:
    context = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, reduced_motion="reduce",
        viewport={"width": width, "height": 800},
    )  # fmt: skip
    context.add_cookies([{"name": "sessionid", "value": sign_in(alice).cookie, "url": server.base_url}])
    page = context.new_page()
    page.goto("/create/import/")
    assert faults_and_width(page) == []
    page.locator("#cards").set_input_files([folder / name for name in ("risu.charx", "broken.png")])
    settled(page, "looked", 1)
    assert faults_and_width(page) == []
    page.locator("[data-import]").click()
    settled(page, "imported", 1)
    assert faults_and_width(page) == []
    page.locator("[data-state=imported] .brought__act a").click()
    page.wait_for_url("**/characters/*/")
    page.goto(f"{page.url}export/")
    assert faults_and_width(page) == []
    context.close()


def test_one_card_without_scripts(browser: Browser, server: Server, alice: User, folder: Path) -> None:
    context = browser.new_context(base_url=server.base_url, java_script_enabled=False, locale="en-GB")
    context.add_cookies([{"name": "sessionid", "value": sign_in(alice).cookie, "url": server.base_url}])
    page = context.new_page()
    page.goto("/create/import/")
    expect(page.get_by_text("at most 10 files at a time")).to_be_visible()
    many = [{"name": f"{number}.json", "mimeType": "application/json", "buffer": b"{}"} for number in range(11)]
    page.locator("#cards").set_input_files(many)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("At most 10 files can be sent at once.")
    page.goto("/create/import/")
    page.locator("#cards").set_input_files(folder / "chub.png")
    page.get_by_role("button", name="Only look").click()
    expect(page.locator("[data-state=looked]")).to_contain_text("Clerk")
    page.locator("#cards").set_input_files(folder / "chub.png")
    page.get_by_role("button", name="Import").click()
    expect(page.locator("[data-state=imported]")).to_contain_text("Clerk")
    with page.expect_download() as download:
        page.goto(f"{page.locator('[data-state=imported] a').first.get_attribute('href')}export/")
        page.get_by_role("link", name="As it came").click()
    assert Path(download.value.path()).read_bytes() == tools.chub_png()
    context.close()
