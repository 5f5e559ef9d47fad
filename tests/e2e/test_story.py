"""Stories of the house, played to an end in a browser: by keyboard on a phone, and by hand on a desk."""

import random

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from chat.models import EndingMet
from chat.services.plays.starting import start_play
from stories.book import Book
from stories.books import book_of
from stories.models import Story
from stories.rules import Action, act, begin, offered

SEED = "in a browser"
BY_BUTTON = ("choose", "custom", "go")
TRIES = 400
LATER = [pytest.param(name, marks=pytest.mark.long) for name in ("bell-under-the-lake", "article-fourteen")]


def two_ways(book: Book) -> list[tuple[str, list[Action]]]:
    """The shortest of some that lead to two endings, by what has a button."""
    chance, found = random.Random(1), dict[str, list[Action]]()
    for _try in range(TRIES):
        state, way = begin(book, SEED).state, list[Action]()
        while actions := [each for each in offered(book, state) if each.verb in BY_BUTTON]:
            way.append(chance.choice(actions))
            state = act(book, state, way[-1], SEED).state
        if state.ending and len(way) < len(found.get(state.ending, range(1_000))):
            found[state.ending] = way
    return sorted(found.items(), key=lambda each: len(each[1]))[:2]


def play(page: Page, way: list[Action], *, by_key: bool) -> None:
    for action in way:
        wanted = f".play__choice[data-verb={action.verb}][data-target={action.target}]"
        choice = page.locator(f"#play {wanted}")
        expect(choice).to_be_attached()
        key = choice.locator("kbd")
        if by_key and key.count():
            page.keyboard.press(f"Alt+Digit{key.inner_text()}")
        else:
            choice.click()
        expect(page.locator("#play[aria-busy]")).to_have_count(0)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["last-car-across", *LATER])
def test_a_story_is_played_to_two_endings(page: Page, alice: User, name: str) -> None:
    story = Story.objects.get(slug=name)
    assert story.published is not None
    ways = two_ways(book_of(story.published))
    assert len(ways) == 2
    for (ending, way), width in zip(ways, (360, 1280), strict=True):
        talk = start_play(user=alice, version=story.published, language="en", seed=SEED)
        page.set_viewport_size({"width": width, "height": 780})
        page.goto(f"/talks/{talk.pk}/")
        expect(page.locator("html[data-line-open]")).to_be_attached()
        play(page, way, by_key=width == 360)
        expect(page.locator(".play__ending h3")).to_be_visible()
        assert EndingMet.objects.filter(user=alice, story=story, ending=ending).exists()
