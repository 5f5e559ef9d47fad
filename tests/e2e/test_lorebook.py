"""The editor of lorebooks: autosave, two windows, order by hand and by key, many at once, a phone, axe."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from accounts import plans
from accounts.models import User
from characters.models import Lorebook, LoreEntry
from characters.selectors.lore import entries_of
from characters.services import lore
from tests.chat.stage import sign_in
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.pages import LONG, Held
from tests.factories import UserFactory
from tests.stack import Server

NAMES = ("The Lantern", "The harbourmaster", "The flood", "灯会")


@pytest.fixture
def book(alice: User) -> Lorebook:
    made = lore.create_book(owner=alice, scope="account", name="The harbour")
    for name in NAMES:
        fields = {"name": name, "keys": [name.rpartition(" ")[2]], "content": f"Of {name}."}
        lore.add_entry(user=alice, book_id=made.pk, fields=fields)
    return made


@pytest.fixture
def editor(page: Page, book: Lorebook) -> Page:
    page.goto(f"/lore/{book.pk}/")
    expect(rows(page)).to_have_count(4)
    return page


def rows(page: Page) -> Locator:
    return page.locator("[data-row]")


def shown(page: Page) -> list[str]:
    return [name.strip() for name in page.locator(".lrow__name").all_inner_texts()]


def open_row(page: Page, number: int) -> None:
    rows(page).nth(number).locator("[data-open]").click()
    expect(rows(page).nth(number).locator("[data-open]")).to_have_attribute("aria-current", "true")
    expect(page.locator("[data-form]")).to_be_visible()


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved", timeout=LONG)


def stored(book: Lorebook) -> list[LoreEntry]:
    return entries_of(Lorebook.objects.get(pk=book.pk))


def test_what_is_written_is_saved_by_itself(editor: Page, book: Lorebook) -> None:
    open_row(editor, 0)
    editor.locator("[data-field=content]").fill("It was never put out.")
    editor.locator("[data-field=keys]").fill("Lantern\ninn, the\n/tav(ern)?/i")
    editor.locator("[data-field=logic]").select_option("and_all")
    editor.locator("[data-field=secondary_keys]").fill("night")
    saved(editor)
    expect(rows(editor).first.locator("kbd")).to_have_count(3)
    entry = stored(book)[0]
    assert (entry.content, entry.keys) == ("It was never put out.", ["Lantern", "inn, the", "/tav(ern)?/i"])
    assert (entry.selective, entry.logic, entry.secondary_keys) == (True, "and_all", ["night"])
    editor.locator("[data-field=use_regex]").check()
    editor.locator("[data-field=keys]").fill("/(?=look)/")
    expect(editor.locator("[data-problems] li")).to_contain_text("cannot be run", timeout=LONG)


def test_saved_is_not_said_of_a_table_while_an_entry_is_not(editor: Page, book: Lorebook) -> None:
    open_row(editor, 0)
    table, entry = Held(editor, "**/bulk/"), Held(editor, "**/save/")
    rows(editor).nth(1).locator("[data-use]").click()
    table.wait()
    editor.locator("[data-field=content]").fill("It was never put out.")
    entry.wait()
    with editor.expect_response(lambda answer: answer.request.method == "GET" and "/entries/" in answer.url):
        table.let_go()
    editor.wait_for_timeout(200)  # the table is drawn anew, and all of it is done
    expect(editor.locator("[data-saved]")).to_have_attribute("data-state", "saving")
    entry.let_go()
    saved(editor)
    assert stored(book)[0].content == "It was never put out."


def test_two_windows_on_one_entry(editor: Page, book: Lorebook, context: BrowserContext) -> None:
    open_row(editor, 0)
    other = context.new_page()
    other.goto(editor.url)
    expect(other.locator("[data-form]")).to_be_visible()
    other.locator("[data-field=content]").fill("Theirs.")
    saved(other)
    editor.locator("[data-field=content]").fill("Mine.")
    clash = editor.locator("[data-clash]")
    expect(clash).to_be_visible(timeout=LONG)
    expect(clash).to_contain_text("Theirs.")
    assert stored(book)[0].content == "Theirs."
    clash.locator("[data-mine]").click()
    saved(editor)
    assert stored(book)[0].content == "Mine."
    other.locator("[data-field=content]").fill("Theirs again.")
    expect(other.locator("[data-clash]")).to_be_visible(timeout=LONG)
    other.locator("[data-theirs]").click()
    expect(other.locator("[data-field=content]")).to_have_value("Mine.", timeout=LONG)
    other.locator("[data-field=name]").fill("The old Lantern")
    saved(other)
    editor.locator("[data-field=sticky]").evaluate("field => field.closest('details').open = true")
    editor.locator("[data-field=sticky]").fill("3")
    saved(editor)
    assert (stored(book)[0].name, stored(book)[0].sticky) == ("The old Lantern", 3), "different fields never clash"


def test_order_by_keyboard_and_by_hand(editor: Page, book: Lorebook) -> None:
    grip = rows(editor).nth(2).locator("[data-grip]")
    grip.focus()
    editor.keyboard.press("ArrowUp")
    expect(editor.locator("[data-announce]")).to_contain_text("2")
    saved(editor)
    assert shown(editor) == ["The Lantern", "The flood", "The harbourmaster", "灯会"]
    assert editor.evaluate("document.activeElement.matches('[data-grip]')")
    assert [entry.name for entry in stored(book)] == shown(editor)
    last = rows(editor).nth(3).locator("[data-grip]").bounding_box()
    first = rows(editor).nth(0).bounding_box()
    assert last
    assert first
    editor.mouse.move(last["x"] + 10, last["y"] + 10)
    editor.mouse.down()
    editor.mouse.move(last["x"] + 10, last["y"] - 60, steps=4)
    editor.mouse.move(last["x"] + 10, first["y"] + 5, steps=6)
    editor.mouse.up()
    saved(editor)
    assert shown(editor) == ["灯会", "The Lantern", "The flood", "The harbourmaster"]
    assert [entry.name for entry in stored(book)] == shown(editor)


def test_many_at_once_with_a_way_back(editor: Page, book: Lorebook) -> None:
    for number in (0, 2):
        rows(editor).nth(number).locator("[data-choose]").check()
    bar = editor.locator("[data-bulk-bar]")
    expect(bar).to_contain_text("2 chosen")
    bar.locator("[data-do=disable]").click()
    expect(rows(editor).nth(0).locator("[data-use]")).to_have_attribute("aria-checked", "false", timeout=LONG)
    expect(bar).to_contain_text("2 chosen")
    bar.locator("[data-bulk-place]").select_option("at_depth")
    saved(editor)
    bar.locator("[data-do=delete]").click()
    expect(rows(editor)).to_have_count(2, timeout=LONG)
    assert len(stored(book)) == 2
    editor.locator("[data-toast] [data-undo]").click()
    expect(rows(editor)).to_have_count(4, timeout=LONG)
    assert [entry.name for entry in stored(book)] == list(NAMES)
    assert [entry.place for entry in stored(book)] == ["at_depth", "before_char", "at_depth", "before_char"]


def test_those_that_another_window_deleted_are_told_of(editor: Page, book: Lorebook, alice: User) -> None:
    for number in (0, 2):
        rows(editor).nth(number).locator("[data-choose]").check()
    gone = stored(book)[0].pk
    lore.bulk_edit(user=alice, book_id=book.pk, entry_ids=[gone], action="delete")
    editor.locator("[data-bulk-bar] [data-do=disable]").click()
    expect(editor.locator("[data-toast]")).to_contain_text("Not here any more: 1.", timeout=LONG)
    expect(rows(editor)).to_have_count(3)
    expect(editor.locator("[data-bulk-bar]")).to_contain_text("1 chosen")
    assert [entry.enabled for entry in stored(book)] == [True, False, True]


def test_search_switch_new_and_duplicate(editor: Page, book: Lorebook) -> None:
    editor.locator("[data-search]").fill("灯")
    expect(rows(editor).filter(visible=True)).to_have_count(1)
    editor.locator("[data-search]").fill("no such thing")
    expect(editor.locator("[data-nothing]")).to_be_visible()
    editor.locator("[data-search]").fill("")
    rows(editor).nth(1).locator("[data-use]").click()
    expect(rows(editor).nth(1).locator("[data-use]")).to_have_attribute("aria-checked", "false", timeout=LONG)
    saved(editor)
    editor.locator("[data-add-entry]").click()
    expect(rows(editor)).to_have_count(5, timeout=LONG)
    expect(editor.locator("[data-field=name]")).to_be_focused()
    editor.keyboard.type("The ferryman")
    saved(editor)
    editor.locator("[data-copy-entry]").click()
    expect(rows(editor)).to_have_count(6, timeout=LONG)
    assert [entry.name for entry in stored(book)][-2:] == ["The ferryman", "The ferryman"]


def test_the_bench(editor: Page) -> None:
    editor.locator("[data-open-try]").click()
    editor.locator("[data-try-text]").fill("Hello.\n\nIs the Lantern open? And the flood?")
    editor.locator("[data-try-go]").click()
    expect(editor.locator(".tried__line mark")).to_have_count(2, timeout=LONG)
    editor.locator("[data-show]").first.click()
    expect(editor.locator("[data-form]")).to_be_visible(timeout=LONG)


@in_every_look
def test_axe_finds_nothing(browser: Browser, server: Server, theme: Theme, language: str, width: int) -> None:
    user = UserFactory(plan=plans.UNLIMITED)
    made = lore.create_book(owner=user, scope="account", name="港口 The harbour")
    for name in (*NAMES, ""):
        lore.add_entry(user=user, book_id=made.pk, fields={"name": name, "keys": [name] if name else []})
    Lorebook.objects.filter(pk=made.pk).update(failure="model_unreachable")
    lore.delete_book(user=user, book_id=lore.create_book(owner=user, scope="account", name="旧事 Old stories").pk)
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

    page.goto("/lore/")
    page.locator(".lorebooks__trash summary").click()
    look("books")
    page.goto(f"/lore/{made.pk}/")
    rows(page).nth(0).locator("[data-choose]").check()
    look("table")
    small = page.evaluate(
        """() => [...document.querySelectorAll('main button, main a, main select, main summary, main .check')]
        .filter(e => e.checkVisibility()).map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
        .filter(([, box]) => box.width < 44 || box.height < 44)
        .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
    )
    open_row(page, 0) if width > 1000 else rows(page).nth(0).locator("[data-open]").click()
    expect(page.locator("[data-form]")).to_be_visible()
    page.locator(".lentry__more summary").click()
    look("entry")
    if width < 1000:
        page.locator("[data-close-entry]").click()
        expect(rows(page).nth(0).locator("[data-open]")).to_be_focused()
    page.locator("[data-open-settings]").click()
    look("settings")
    page.keyboard.press("Escape")
    page.locator("[data-open-try]").click()
    page.locator("[data-try-text]").fill("Is the Lantern open?")
    page.locator("[data-try-go]").click()
    expect(page.locator(".tried__room")).to_be_visible(timeout=LONG)
    look("bench")
    context.close()
    assert found == {}
    assert small == []


@pytest.fixture
def long_book(alice: User) -> Lorebook:
    made = lore.create_book(owner=alice, scope="account", name="The sea")
    LoreEntry.objects.bulk_create(
        LoreEntry(book=made, position=place, name=f"Wave {place:04}", keys=[f"w{place}"], content="Wet.")
        for place in range(1_200)
    )
    return made


def names_of(book: Lorebook) -> list[str]:
    return [entry.name for entry in stored(book)]


def test_a_long_table_comes_as_far_as_one_looks(page: Page, long_book: Lorebook) -> None:
    page.goto(f"/lore/{long_book.pk}/")
    expect(rows(page)).to_have_count(100)
    further = page.locator("[data-further]")
    expect(further).to_contain_text("1,100 left")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(rows(page)).to_have_count(200, timeout=LONG)
    further.focus()
    page.keyboard.press("Enter")
    expect(rows(page).nth(299)).to_be_attached(timeout=LONG)
    assert [name.strip() for name in page.locator(".lrow__name").all_text_contents()][:300] == [
        f"Wave {place:04}" for place in range(300)
    ]
    expect(page.locator("[data-row]:focus-within")).to_be_attached()


def test_all_of_a_long_table_are_chosen_though_few_are_here(page: Page, long_book: Lorebook) -> None:
    page.goto(f"/lore/{long_book.pk}/")
    rows(page).nth(1).locator("[data-choose]").check()
    bar = page.locator("[data-bulk-bar]")
    bar.locator("[data-choose-all]").check()
    expect(bar).to_contain_text("1,200 chosen", timeout=LONG)
    rows(page).nth(0).locator("[data-choose]").uncheck()
    bar.locator("[data-do=disable]").click()
    expect(rows(page).nth(1).locator("[data-use]")).to_have_attribute("aria-checked", "false", timeout=LONG)
    expect(rows(page).nth(0).locator("[data-use]")).to_have_attribute("aria-checked", "true")
    saved(page)
    assert [entry.enabled for entry in stored(long_book)].count(True) == 1
    bar.locator("[data-do=delete]").click()
    expect(rows(page)).to_have_count(1, timeout=LONG)
    assert names_of(long_book) == ["Wave 0000"]
    page.locator("[data-toast] [data-undo]").click()
    expect(rows(page).nth(1)).to_contain_text("Wave 0001", timeout=LONG)
    assert names_of(long_book) == [f"Wave {place:04}" for place in range(1_200)]


def test_a_search_finds_what_is_not_here_and_order_holds_in_it(page: Page, long_book: Lorebook) -> None:
    page.goto(f"/lore/{long_book.pk}/")
    page.locator("[data-search]").fill("w900")
    expect(rows(page).first).to_contain_text("Wave 0900", timeout=LONG)
    page.locator("[data-search]").fill("w777 wet")
    expect(rows(page)).to_have_count(1, timeout=LONG)
    expect(page.locator("[data-announce]")).to_have_text("Found: 1.")
    page.locator("[data-search]").fill("99")
    expect(rows(page).first).to_contain_text("Wave 0099", timeout=LONG)
    rows(page).nth(1).locator("[data-grip]").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-announce]")).to_contain_text("Now at place 1")
    saved(page)
    assert names_of(long_book)[98:101] == ["Wave 0098", "Wave 0199", "Wave 0099"], "before the other, not at the top"
    page.locator("[data-search]").fill("")
    expect(rows(page).nth(99)).to_contain_text("Wave 0199", timeout=LONG)


def test_a_row_goes_over_the_end_of_what_is_here(page: Page, long_book: Lorebook) -> None:
    page.goto(f"/lore/{long_book.pk}/")
    grip = rows(page).nth(99).locator("[data-grip]")
    grip.evaluate("grip => grip.focus({ preventScroll: true })")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-announce]")).to_contain_text("Now at place 101 of 1,200", timeout=LONG)
    saved(page)
    assert names_of(long_book)[98:102] == ["Wave 0098", "Wave 0100", "Wave 0099", "Wave 0101"]
    expect(page.locator("[data-row]", has_text="Wave 0099").locator("[data-grip]")).to_be_focused()


def test_an_entry_far_down_is_opened_by_its_address(page: Page, long_book: Lorebook) -> None:
    entry = stored(long_book)[900]
    page.goto(f"/lore/{long_book.pk}/?entry={entry.pk}")
    expect(page.locator("[data-field=name]")).to_have_value("Wave 0900", timeout=LONG)
    page.locator("[data-field=name]").fill("The ninth wave")
    saved(page)
    page.locator("[data-copy-entry]").click()
    expect(page.locator("[data-further]")).to_contain_text("1,101 left", timeout=LONG)
    saved(page)
    assert names_of(long_book)[899:903] == ["Wave 0899", "The ninth wave", "The ninth wave", "Wave 0901"]
