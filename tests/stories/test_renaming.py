"""Another name for a part of a story: the same story, and the same letters around it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stories.shipped import DIRECTORY
from stories.study import edges
from stories.writing import Change, made, plain_of
from stories.writing.edit import NoSuchPlace
from tests.stories.conftest import SMALL, book_of

NAMED = [
    (table, name)
    for table in ("scenes", "endings", "cast", "items", "places", "flags", "counters", "dice")
    for name in plain_of(SMALL)[table]
]  # fmt: skip


def renamed(text: str, *path: str, to: str) -> str:
    return made(text, Change("rename", path, to))


def before(name: str, path: tuple[str, ...]) -> str:
    return path[-1] if name == "anew" else name


@pytest.mark.parametrize("path", [*NAMED, ("scenes", "tower", "choices", "row"), ("scenes", "boat", "choices", "on")])
def test_under_another_name_it_is_the_same_story(path):
    """What still asked for the old name, or for another thing of the new one, would be told as wrong."""
    book = book_of(renamed(SMALL, *path, to="anew"))
    ways = [(edge.start, edge.to) for edge in edges(book_of(SMALL))]
    assert [
        tuple(path[-1] if name == "anew" else name for name in (edge.start, edge.to)) for edge in edges(book)
    ] == ways


@pytest.mark.parametrize("text", ["- a\n", "hello\n"])
def test_what_is_no_story_has_nothing_to_rename(text):
    with pytest.raises(NoSuchPlace):
        renamed(text, "scenes", "a", to="b")


def test_names_of_other_kinds_stay_and_so_do_comments():
    text = SMALL.replace("flags: {lit: false,", "flags: {lamp: true, lit: false,  # two\n ").replace(
        "when: has(lamp)", "when: has(lamp) and lamp"
    )
    after = renamed(text, "flags", "lamp", to="shines")
    assert "when: has(lamp) and shines" in after
    assert "# two" in after
    assert "put(lamp, mira)" in after
    assert "has(lantern) and lamp" in renamed(text, "items", "lamp", to="lantern")


def test_a_scene_is_called_so_in_its_choices_too_and_in_quotes():
    text = SMALL.replace("when: warned", "when: 'chose(tower.row) and seen(tower)'")
    assert "when: 'chose(top.row) and seen(top)'" in renamed(text, "scenes", "tower", to="top")
    assert "when: 'chose(tower.oars) and seen(tower)'" in renamed(text, "scenes", "tower", "choices", "row", to="oars")


def test_prompts_name_things_in_backticks_or_braces_and_are_prose_otherwise():
    prompt = "prompt: {en: 'In the boat, mira holds `lamp` or {lamp}.', zh-hans: '`lamp`'}\n"
    after = renamed(SMALL + prompt, "items", "lamp", to="lantern")
    assert plain_of(after)["prompt"] == {
        "en": "In the boat, mira holds `lantern` or {lantern}.",
        "zh-hans": "`lantern`",
    }


def test_what_cannot_be_read_yet_stays_as_it_is():
    text = SMALL.replace("when: has(lamp)", 'when: "has(lamp &"')
    after = renamed(text, "items", "lamp", to="lantern")
    assert plain_of(after)["scenes"]["tower"]["actions"]["light"]["when"] == "has(lamp &"
    assert plain_of(after)["scenes"]["tower"]["actions"]["light"]["target"] == "lantern"


@given(st.sampled_from(NAMED), st.sampled_from(NAMED))
@settings(max_examples=40, deadline=None)
def test_and_back_again_every_letter_is_as_before(one, other):
    once = renamed(renamed(SMALL, *one, to="anew"), *other, to="other") if one != other else None
    if once is not None:
        assert renamed(renamed(once, *(other[0], "other"), to=other[1]), *(one[0], "anew"), to=one[1]) == SMALL


def test_all_that_a_story_of_the_house_names_is_found():
    text = (DIRECTORY / "article-fourteen.yaml").read_text()
    for table in ("scenes", "cast", "items", "flags"):
        text = renamed(text, table, next(iter(plain_of(text)[table])), to=f"anew_{table}")
    book_of(text)
