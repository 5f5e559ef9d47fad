"""The stories of the house: whole in both languages, all of them met by whoever plays at random, and drawn."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from characters.portraits import render
from stories.book import Book
from stories.format import Words
from stories.rules import Action, act, begin, offered
from stories.rules.proposals import propose
from stories.shipped import DIRECTORY, shipped
from stories.state import State
from stories.study import edges, findings, simulate
from tests.numbers import times

PRESETS = Path(__file__).parents[2] / "characters" / "presets"
STORIES = [name for name, book in shipped().items() if book.file.kind == "story"]
PRACTICE = [name for name, book in shipped().items() if book.file.kind == "practice"]
RAREST = 0.002  # of random plays: an ending that nobody finds is no ending


def words(part: object) -> Iterator[Words]:
    if isinstance(part, Words):
        yield part
    elif isinstance(part, msgspec.Struct):
        for name in part.__struct_fields__:
            yield from words(getattr(part, name))
    elif isinstance(part, dict | list):
        for each in part.values() if isinstance(part, dict) else part:
            yield from words(each)


@pytest.fixture(params=shipped(), scope="module")
def book(request) -> Book:
    return shipped()[request.param]


def test_the_house_has_its_stories():
    assert set(STORIES) >= {"bell-under-the-lake", "last-car-across", "article-fourteen"}
    assert set(PRACTICE) >= {"forty-minutes", "sicilian-afternoon"}


@pytest.mark.parametrize("name", PRACTICE)
def test_practice_has_a_rubric(name):
    file = shipped()[name].file
    assert len(file.rubric) >= 3
    assert len({ending.kind for ending in file.endings.values()}) == 3


OWN_WORDS = {
    "forty-minutes": (
        ["greets", "walk"], ["why", "own"], ["time", "own"], ["first", "own"], ["hers", "own"], ["question", "close_"],
    ),
    "sicilian-afternoon": (
        ["claims", "own"], ["splits", "own"], ["asks", "on"], ["gives", "own"], ["mends", "survived"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PRACTICE)
def test_who_answers_in_their_own_words_needs_none_of_ours(name):
    """What a model heard in them counts, and the ready-made answer to the same question is gone."""
    book = shipped()[name]
    state = begin(book, "s").state
    for heard, goes_on in OWN_WORDS[name]:
        before = offered(book, state)
        state = propose(book, state, [heard], "s").state
        assert offered(book, state) != before or heard in ("greets", "mends")
        state = act(book, state, Action("choose", goes_on), "s").state
    assert book.file.endings[state.ending].kind == "light"


@pytest.mark.parametrize("name", PRACTICE)
def test_who_answers_nothing_at_all_comes_to_an_end_too(name):
    book = shipped()[name]
    state = begin(book, "s").state
    silent = {"lobby": "sit", "yours": "thanks", "source": "trust", "mend": "same"}
    while not state.ending:
        for _look in range(2):
            state = act(book, state, Action("talk", next(who for who, here in state.here.items() if here)), "s").state
        step = silent.get(state.scene, "own")
        step = "agree" if chose(state, "mend", "same") else step
        state = act(book, state, Action("choose", step), "s").state
    assert book.file.endings[state.ending].kind == "dark"


def chose(state: State, scene: str, choice: str) -> bool:
    return f"scenes.{scene}.choices.{choice}" in state.done


@pytest.mark.parametrize("name", STORIES)
def test_a_story_has_scenes_endings_and_a_cast(name):
    file = shipped()[name].file
    assert len(file.scenes) >= 12
    assert len(file.endings) >= 5
    assert len({ending.kind for ending in file.endings.values()}) == 3
    assert len(file.cast) >= 4
    assert len({str(member.portrait) for member in file.cast.values()}) == len(file.cast)
    assert len(file.stakes) >= 2


def test_all_of_it_is_met_in_random_plays_and_every_ending_is_within_reach(book):
    plays = simulate(book, times("random plays of a story"))
    assert [str(each) for each in findings(book, plays)] == []
    rare = {name: plays.endings[name] for name in book.endings if plays.endings[name] < RAREST * plays.count}
    assert rare == {}


def test_choices_branch_and_the_cast_acts_on_its_own(book):
    file = book.file
    assert sum(bool(scene.beats) for scene in file.scenes.values()) >= len(file.scenes) / 2
    ways = {(edge.start, edge.to) for edge in edges(book) if edge.start}
    assert len(ways) > 1.3 * len(file.scenes)
    assert all(scene.goals for scene in file.scenes.values())


def test_it_is_written_in_both_languages_and_in_each_alone(book):
    assert set(book.file.languages) == {"en", "zh-hans"}
    for each in words(book.file):
        assert not re.search("[㐀-䶿一-鿿]", each.en), each.en
        assert not re.search("[A-Za-z]{2,}", each.zh_hans), each.zh_hans
        for text in (each.en, each.zh_hans):
            assert not re.search("[\"']", text), text  # typographic ones
        assert not re.search("[,.?!;:]", each.zh_hans), each.zh_hans


def test_neither_language_is_a_summary_of_the_other(book):
    """A Chinese text takes about a third of the letters of an English one."""
    for each in words(book.file):
        if len(each.en) > 200:
            assert 0.17 < len(each.zh_hans) / len(each.en) < 0.62, (each.en, each.zh_hans)


def test_everybody_has_a_face_and_who_plays_them_is_there(book):
    for member in book.file.cast.values():
        assert member.portrait
        for mood in ("calm", "sorrow"):
            assert render(mood=mood, **member.portrait).startswith("<svg")
        assert not member.preset or (PRESETS / f"{member.preset}.yaml").exists()


def test_files_are_called_as_their_stories():
    assert {path.stem for path in DIRECTORY.glob("*.yaml")} == {book.file.name for book in shipped().values()}
