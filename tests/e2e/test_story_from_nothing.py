"""A story from nothing to everybody: begun, written, tried, taken out and in, read by a moderator, found."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts import plans
from accounts.models import User
from stories.models import Story, StoryDraft, StoryPublication
from tests.chat.stage import sign_in
from tests.e2e.pages import LONG, sideways
from tests.e2e.test_team_pages import of_the_team
from tests.factories import UserFactory
from tests.stack import Server

# Lines of the graph, and the boxes that they neither begin nor end at, whose inside they cross.
CROSSED = """() => {
  const place = (node) => [node.dataset.node, node.transform.baseVal[0].matrix];
  const boxes = [...document.querySelectorAll("[data-node]")].map(place);
  return [...document.querySelectorAll("[data-edge]")].filter((line) => {
    const [from, to] = line.dataset.edge.split(" ");
    const others = boxes.filter(([name]) => name !== from && name !== to);
    const along = Array.from({length: 40}, (_, at) => line.getPointAtLength(line.getTotalLength() * at / 40));
    return along.some(({x, y}) => others.some(([, {e, f}]) => x > e + 3 && x < e + 173 && y > f + 3 && y < f + 53));
  }).map((line) => line.dataset.edge);
}"""


class Desk:
    """One window on the editor."""

    def __init__(self, page: Page, width: int) -> None:
        self.page, self.wide = page, width > 1000
        self.form = page.locator("[data-form]")
        self.wrong = page.locator("[data-wrong] button")

    def look(self, name: str) -> None:
        if folder := os.environ.get("SHOTS"):
            self.page.screenshot(path=f"{folder}/nothing-{'1280' if self.wide else '360'}-{name}.png")
        assert sideways(self.page) <= 0, name

    def draft(self) -> StoryDraft:
        expect(self.page.locator("[data-saved]")).to_have_attribute("data-state", "saved", timeout=LONG)
        return StoryDraft.objects.get(pk=self.page.url.split("/")[-2])

    def opened(self) -> None:
        expect(self.page.locator("[data-ready]")).to_be_attached()

    def tab(self, name: str) -> None:
        self.page.locator(f"[data-tab={name}]").click()

    def writes(self, field: str, en: str, zh: str) -> None:
        self.page.locator(f"#f-{field}-en").fill(en)
        self.page.locator(f"#f-{field}-zh-hans").fill(zh)

    def connects(self, one: str, other: str) -> None:
        """By its dot, or by the form."""
        if self.wide:
            dot = self.page.locator(f'[data-node="{one}"] .graph__handle').bounding_box()
            aim = self.page.locator(f'[data-node="{other}"] rect').bounding_box()
            assert dot is not None
            assert aim is not None
            self.page.mouse.move(dot["x"] + 8, dot["y"] + 8)
            self.page.mouse.down()
            self.page.mouse.move(aim["x"] + 60, aim["y"] + 30, steps=5)
            self.page.mouse.up()
        else:
            self.page.locator(f'[data-node="{one}"]').tap()
            self.page.locator("#connect-to").select_option(other)
            self.page.locator("#connect-to ~ button").tap()
        expect(self.page.locator(f'details[data-path="scenes.{one}.choices.to_{other}"]')).to_be_in_viewport()


def begun(desk: Desk) -> None:
    desk.page.goto("/create/stories/")
    desk.page.locator(".plot__ways form").first.locator("button").click()
    desk.opened()
    desk.page.locator(".loom__tools button").first.click()
    expect(desk.form.locator("h2")).to_be_focused()
    name = desk.form.locator(".loom__name input").first
    name.fill("cellar")
    name.press("Tab")
    expect(desk.page.locator('[data-node="cellar"]')).to_be_visible(timeout=LONG)
    desk.writes("scenes-cellar-title", "The cellar", "地窖")
    desk.writes("scenes-cellar-text", "It is cold. *A barrel moves.*", "很冷。*一只桶动了。*")
    desk.draft()


def told_what_is_wrong(desk: Desk) -> None:
    """In the list, and where it is written."""
    when = desk.page.locator("#f-scenes-turn-choices-to_cellar-when")
    when.fill("trsut >= 1")
    expect(desk.wrong.filter(has_text="trsut")).to_be_visible(timeout=LONG)
    why = desk.page.locator("#f-scenes-turn-choices-to_cellar-when-why")
    expect(why).to_contain_text("trsut")
    expect(when).to_have_attribute("aria-describedby", str(why.get_attribute("id")))
    desk.look("wrong")
    when.fill("trust >= 1")
    expect(desk.wrong.filter(has_text="trsut")).to_have_count(0, timeout=LONG)
    expect(why).to_have_count(0)


def led_out_by_keys(desk: Desk) -> None:
    """And back, and again."""
    page, way_out = desk.page, desk.page.locator('[data-edge="cellar alone"]')
    page.locator('[data-node="cellar"]').focus()
    page.keyboard.press("c")
    page.locator('[data-node="alone"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator('details[data-path="scenes.cellar.choices.to_alone"]')).to_be_visible()
    assert "to_alone" in desk.draft().source
    page.locator("[data-undo]").click()
    expect(way_out).to_have_count(0, timeout=LONG)
    page.locator("[data-redo]").click()
    expect(way_out).to_have_count(1, timeout=LONG)
    expect(page.locator('[data-edge="turn alone"]')).to_have_count(1)
    assert page.evaluate(CROSSED) == []
    desk.look("graph")


def tried_from_the_cellar(desk: Desk) -> None:
    for tab in ("cast", "world", "numbers", "story", "plays"):
        desk.tab(tab)
        if tab != "plays":
            # It begins with the first there is, and its form with its beginning.
            expect(desk.form.locator("h2")).to_be_visible()
            assert desk.form.evaluate("form => form.scrollTop") == 0
        if tab == "story":
            desk.writes("title", "The cellar door", "地窖的门")
        desk.look(tab)
    desk.page.locator("#plays-start").select_option("cellar")
    desk.page.locator("[data-pane] .loom__row button").first.click()
    expect(desk.page.locator(".bars li").first).to_contain_text("100 %", timeout=LONG)
    expect(desk.page.locator(".bars__never")).to_have_count(0)
    desk.look("played")


def out_and_in(desk: Desk, folder: Path) -> None:
    kept = desk.draft()
    with desk.page.expect_download() as download:
        desk.page.locator(".loom__act a[download], .loom__act a[href$='.yaml']").click()
    download.value.save_as(folder / "story.yaml")
    desk.page.goto("/create/stories/")
    desk.page.locator("#file").set_input_files(folder / "story.yaml")
    desk.page.locator("form:has(#file) button").click()
    desk.opened()
    again = StoryDraft.objects.get(pk=desk.page.url.split("/")[-2])
    assert again.pk != kept.pk
    assert again.source == kept.source


def handed_in(desk: Desk, author: User) -> Story:
    desk.page.locator("[data-write] button").click()
    desk.page.wait_for_url("**/stories/*/")
    desk.page.locator(".standing > summary").click()
    desk.page.locator("[name=visibility][value=public]").check()
    desk.page.locator(".standing__ask button").first.click()
    expect(desk.page.locator(".standing__told")).to_be_visible()
    desk.look("asked")
    return Story.objects.get(owner=author)


def read_and_shown(context: BrowserContext, story: Story) -> None:
    page = context.new_page()
    page.goto(reverse("admin:stories_storypublication_change", args=[StoryPublication.objects.get(story=story).pk]))
    expect(page.locator("#content")).to_contain_text("A barrel moves.")
    page.locator("[name=decision][value=grant]").click()
    page.wait_for_load_state()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("language", "width"), [("en-GB", 1280), ("zh-CN", 360)])
def test_from_nothing_to_everybody(browser: Browser, server: Server, tmp_path: Path, language: str, width: int) -> None:
    author = UserFactory(plan=plans.UNLIMITED, name="Ada")
    reader = of_the_team("moderator", f"reader{width}@example.com")

    def window(who: User | None) -> BrowserContext:
        made = browser.new_context(
            base_url=server.base_url, locale=language, viewport={"width": width, "height": 780}, has_touch=width < 1000,
            color_scheme="light" if width > 1000 else "dark",
        )  # fmt: skip
        if who is not None:
            made.add_cookies([{"name": "sessionid", "value": sign_in(who).cookie, "url": server.base_url}])
        return made

    authors, readers, strangers = window(author), window(reader), window(None)
    desk = Desk(authors.new_page(), width)
    begun(desk)
    desk.connects("turn", "cellar")
    desk.look("connected")
    told_what_is_wrong(desk)
    led_out_by_keys(desk)
    tried_from_the_cellar(desk)
    out_and_in(desk, tmp_path)
    story = handed_in(desk, author)

    stranger = strangers.new_page()
    answer = stranger.goto(f"/stories/{story.pk}/")
    assert answer is not None
    assert answer.status == 404
    read_and_shown(readers, story)
    stranger.goto("/stories/?sort=new")  # others that were played stand before it by themselves
    stranger.locator(f'a[href*="{story.pk}"]').first.click()
    expect(stranger.locator("h1")).to_have_text("地窖的门" if language == "zh-CN" else "The cellar door")
    for each in (authors, readers, strangers):
        each.close()
