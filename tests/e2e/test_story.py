"""Stories of the house, played to an end in a browser: by keyboard on a phone, and by hand on a desk."""

import pytest
from playwright.sync_api import APIResponse, Browser, Locator, Page, Route, expect

from accounts import plans
from accounts.models import User
from chat.models import EndingMet, PlayEntry
from chat.services.plays.starting import start_play
from stories.book.parts import words_in
from stories.books import book_of
from stories.models import Story
from stories.rules import Action
from stories.shipped import shipped
from tests.chat.stage import sign_in
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme, in_every_look
from tests.factories import UserFactory
from tests.stack import Server
from tests.stories.ways import SEED, two_ways

BELL = "bell-under-the-lake"

# In one step: the house may draw the panel anew between two.
COVERED_IN_FOCUS = """panel => {
  const bar = panel.querySelector(".dialog__bar"), top = field => field.getBoundingClientRect().top;
  return [...panel.querySelectorAll("button, input, a, summary")].reverse()
    .filter(field => field.checkVisibility() && !bar.contains(field))
    .filter(field => { field.focus(); return top(field) < bar.getBoundingClientRect().bottom - 1; })
    .map(field => field.innerText);
}"""

ABOVE_CHOICES = """() => document.querySelector("[data-newest]").getBoundingClientRect().bottom
  <= document.getElementById("play").getBoundingClientRect().top"""


def choice_of(page: Page, action: Action) -> Locator:
    return page.locator(f"#play .play__choice[data-verb={action.verb}][data-target={action.target}]")


def play(page: Page, way: list[Action], *, by_key: bool) -> None:
    for action in way:
        choice = choice_of(page, action)
        expect(choice).to_be_attached()
        key = choice.locator("kbd")
        if not by_key:
            choice.click()
        elif key.count():
            page.keyboard.press(f"Alt+Digit{key.inner_text()}")
        else:
            choice.press("Enter")  # the tenth and further have no number
        expect(page.locator("#play[aria-busy]")).to_have_count(0)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", [name for name, book in shipped().items() if book.file.kind == "story"])
def test_a_story_is_played_to_two_endings(page: Page, alice: User, name: str) -> None:
    story = Story.objects.get(slug=name)
    assert story.published is not None
    book = book_of(story.published)
    ways = two_ways(book)
    assert len(ways) == 2
    for (ending, way), width, language in zip(ways, (360, 1280), ("en", "zh-hans"), strict=True):
        talk = start_play(user=alice, version=story.published, language=language, seed=SEED)
        page.set_viewport_size({"width": width, "height": 780})
        page.goto(f"/talks/{talk.pk}/")
        expect(page.locator("html[data-line-open]")).to_be_attached()
        play(page, way, by_key=width == 360)
        expect(page.locator(".play__ending h3").first).to_have_text(
            words_in(book.file.endings[ending].title, language, book.file)
        )
        assert EndingMet.objects.filter(user=alice, story=story, ending=ending).exists()
        # What was thrown stands at its line, for eyes and for ears.
        entries = PlayEntry.objects.filter(play=talk.pk).values_list("entry", flat=True)
        thrown = sum(entry.count('"type":"rolled"') for entry in entries)
        dice = page.locator("#lines .dice")
        expect(dice).to_have_count(thrown)
        assert all("needs" in told for told in dice.all_inner_texts())
    if name == BELL:
        go_back(page, way)


# What is wanted first of what is open: what a model heard meanwhile closes the ready-made answer to the same question.
WANTED = {
    "forty-minutes": (
        ("walk", "reason", "one", "name", "know", "real", "close_", "own"),
        ("sit", "papers", "hypothetical", "blame", "rule", "thanks", "own"),
    ),
    "sicilian-afternoon": (
        ("careful", "drunk", "ask", "on", "best", "mended", "survived", "own"),
        ("mistake", "first", "trust", "greed", "agree", "same"),
    ),
}


def practise(page: Page, wanted: tuple[str, ...], *, by_key: bool) -> None:
    """To the end. What a model hears draws the choices anew at any moment: one that has just gone is passed over."""
    lines, told = page.locator("#lines .msg[data-role=player]"), page.locator("[data-toast]:visible")
    for _step in range(30):
        expect(page.locator("#play[aria-busy]")).to_have_count(0)
        if page.locator(".play__ending").count():
            return
        before = lines.count()
        open_now = page.locator("#play .play__choice").evaluate_all("all => all.map(each => each.dataset.target)")
        name = next(name for name in wanted if name in open_now)
        if by_key:
            page.keyboard.press(f"Alt+Digit{open_now.index(name) + 1}")
        else:
            choice_of(page, Action("choose", name)).evaluate_all("all => all[0]?.click()")
        lines.nth(before).or_(told).first.wait_for()
    raise AssertionError("it came to no end")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", WANTED)
def test_a_practice_story_is_played_to_two_endings_and_says_what_was_looked_at(
    page: Page, alice: User, name: str
) -> None:
    story = Story.objects.get(slug=name)
    assert story.published is not None
    endings = set()
    for wanted, width, language in zip(WANTED[name], (360, 1280), ("en", "zh-hans"), strict=True):
        talk = start_play(user=alice, version=story.published, language=language, seed=SEED)
        page.set_viewport_size({"width": width, "height": 780})
        page.goto(f"/talks/{talk.pk}/")
        expect(page.locator("html[data-line-open]")).to_be_attached()
        practise(page, wanted, by_key=width == 360)
        expect(page.locator(".play__feedback dt").first).to_be_visible()
        endings.add(EndingMet.objects.get(conversation=talk).ending)
    assert len(endings) == 2


def test_the_way_to_the_newest_line_covers_nothing_that_can_be_chosen(page: Page, alice: User) -> None:
    version = Story.objects.get(slug=BELL).published
    assert version is not None
    talk = start_play(user=alice, version=version, language="en", seed=SEED)
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"/talks/{talk.pk}/")
    expect(page.locator("html[data-line-open]")).to_be_attached()
    page.locator(".stream").evaluate("stream => stream.scrollTo(0, -stream.scrollHeight)")
    newest = page.locator("[data-newest]")
    expect(newest).to_be_visible()
    page.wait_for_function(ABOVE_CHOICES)
    newest.click()
    expect(newest).to_be_hidden()


def test_who_loads_the_page_again_midway_plays_on(page: Page, alice: User) -> None:
    version = Story.objects.get(slug=BELL).published
    assert version is not None
    way = two_ways(book_of(version))[0][1]
    talk = start_play(user=alice, version=version, language="en", seed=SEED)
    page.goto(f"/talks/{talk.pk}/")
    expect(page.locator("html[data-line-open]")).to_be_attached()
    play(page, way[:3], by_key=False)
    choices = page.locator("#play .play__choice")
    expect(choice_of(page, way[3])).to_be_attached()
    expect(page.locator("#lines .msg[data-role=player]")).to_have_count(3)
    expect(page.locator("#play[aria-busy]")).to_have_count(0)
    open_to_them = choices.all_inner_texts()
    page.reload()
    expect(page.locator("html[data-line-open]")).to_be_attached()
    expect(choices).to_have_text(open_to_them, use_inner_text=True)
    play(page, way[3:5], by_key=False)
    expect(page.locator("#lines .msg[data-role=player]")).to_have_count(5)
    expect(choices).not_to_have_text(open_to_them, use_inner_text=True)


def test_an_answer_that_comes_late_does_not_take_the_play_back(page: Page, alice: User) -> None:
    version = Story.objects.get(slug=BELL).published
    assert version is not None
    way = two_ways(book_of(version))[0][1]
    talk = start_play(user=alice, version=version, language="en", seed=SEED)
    page.goto(f"/talks/{talk.pk}/")
    expect(page.locator("html[data-line-open]")).to_be_attached()
    url = f"**{page.locator('#play').get_attribute('data-play')}"
    late: list[tuple[Route, APIResponse]] = []
    page.route(url, lambda route: route.continue_() if late else late.append((route, route.fetch())))
    with page.expect_request(url):
        choice_of(page, way[0]).click()
    other = page.context.new_page()
    other.goto(f"/talks/{talk.pk}/")
    expect(other.locator("html[data-line-open]")).to_be_attached()
    play(other, way[1:3], by_key=False)
    expect(choice_of(other, way[3])).to_be_attached()
    expect(choice_of(page, way[3])).to_be_attached()
    choices = page.locator("#play .play__choice")
    open_to_them = choices.all_inner_texts()
    [(route, answer)] = late
    with page.expect_response(url):
        route.fulfill(response=answer)
    page.wait_for_timeout(200)  # as long as it may take to be drawn
    assert choices.all_inner_texts() == open_to_them


def test_what_the_panel_of_a_phone_is_closed_by_covers_nothing(page: Page, alice: User) -> None:
    version = Story.objects.get(slug=BELL).published
    assert version is not None
    talk = start_play(user=alice, version=version, language="en", seed=SEED)
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"/talks/{talk.pk}/")
    expect(page.locator("html[data-line-open]")).to_be_attached()
    page.locator("[data-panel]").click()
    panel = page.locator("#panel")
    expect(panel.locator("#play-side summary").last).to_be_visible()
    assert panel.evaluate(COVERED_IN_FOCUS) == []
    assert panel.evaluate("panel => panel.clientWidth === panel.querySelector('.dialog__bar').offsetWidth")
    panel.locator(".dialog__bar button").click()
    expect(panel).to_be_hidden()


def go_back(page: Page, way: list[Action]) -> None:
    """From an ending to the beginning, on from there, and both ways side by side."""
    side = page.locator("#play-side")
    side.locator("summary", has_text="Journal").click()
    side.locator("[data-from]").last.click()
    expect(page.locator(".play__from")).to_be_visible()
    play(page, way[:1], by_key=False)
    expect(page.locator(".play__ending")).to_have_count(0)
    side.locator("summary", has_text="What if").click()
    side.get_by_role("button", name="Compare").click()
    expect(side.locator(".whatif__way")).to_have_count(2)
    # They stay when the house draws the panel anew, and the focus stays where it was.
    side.locator("select[name=one]").select_option(index=1)
    side.locator("select[name=other]").select_option(index=0)
    side.get_by_role("button", name="Compare").click()
    expect(side.locator(".whatif__way h3").last).to_have_text(
        side.locator("select[name=other] option").first.inner_text().split(" · ")[1]
    )
    page.locator("#play-side [data-from]").last.evaluate("button => button.click()")
    expect(page.locator(".play__from")).to_be_visible()
    expect(side.locator(".whatif__way")).to_have_count(2)
    expect(side.locator("select[name=one] option").nth(1)).to_have_js_property("selected", True)
    expect(side.get_by_role("button", name="Compare")).to_be_focused()
    # Both ways are branches of the talk's map.
    page.locator("[data-open-map]").click()
    page.locator("[data-as-list]").click()
    expect(page.locator("#map .map__branch")).to_have_count(2)


@in_every_look
def test_axe_finds_nothing_while_one_plays_and_what_happens_is_said_by_a_voice_of_its_own(
    browser: Browser, server: Server, committed: None, language: str, width: int, theme: Theme
) -> None:
    alice = UserFactory(plan=plans.UNLIMITED)
    version = Story.objects.get(slug="bell-under-the-lake").published
    assert version is not None
    talk = start_play(user=alice, version=version, language=language, seed=SEED)
    context = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, viewport={"width": width, "height": 780}
    )
    context.add_cookies([{"name": "sessionid", "value": sign_in(alice).cookie, "url": server.base_url}])
    page = context.new_page()
    page.goto(f"/talks/{talk.pk}/")
    expect(page.locator("html[data-line-open]")).to_be_attached()
    assert faults_and_width(page) == []

    # A target is picked, and it is looked at.
    page.locator("[data-act-fold] summary").press("Enter")
    page.get_by_role("form").filter(has=page.locator("select[name=verb]")).get_by_role("button").press("Enter")
    expect(page.locator("#play-told")).not_to_be_empty()
    expect(page.locator(".told").last).to_be_attached()
    choice = page.locator(".play__choice").first
    choice.press("Enter")
    expect(page.locator("#play[aria-busy]")).to_have_count(0)
    # A new scene with people in it: its story is told at the line, and they are in the panel.
    expect(page.locator("#lines .told__scene").first).to_be_attached()
    if width < 1000:
        page.locator("[data-panel]").click()
    side = page.locator("#play-side:visible, dialog[open] .play-side").first
    side.locator("details.fold > summary").evaluate_all("all => all.forEach((fold) => fold.click())")
    expect(side.locator("[aria-current=location]")).to_be_visible()
    assert faults_and_width(page) == []
    context.close()
