"""Changing a story in its document: what is meant happens, and everything else keeps its letters."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.prompts.marked import UNSTORABLE
from stories.shipped import DIRECTORY
from stories.study import edges
from stories.writing import Change, NoSuchPlace, changed, outline_of, plain_of
from tests.stories.conftest import SMALL, book_of

KEPT = """# a story
story: 1
name: lamp   # called so
scenes:
  # the first
  tower:
    title: {en: The tower, zh-hans: 塔}
    text:
      - en: Fog.      # thick
        zh-hans: 有雾。
      - when: lit
        en: |
          Light.

          Much of it.
        zh-hans: 亮。
    present: [mira]
    choices:
      row:
        label: {en: Row, zh-hans: 划}
        to: boat
  # the second

  boat:
    title: {en: The boat, zh-hans: 船}
    own: {unknown: to us}
endings: {}
"""


def differing(before: str, after: str) -> list[str]:
    was = before.splitlines()
    return [line for line in after.splitlines() if line not in was]


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (Change("set", ("name",), "light"), ["name: light   # called so"]),
        (Change("set", ("scenes", "tower", "title", "en"), "A: b"), ['    title: {en: "A: b", zh-hans: 塔}']),
        (Change("set", ("scenes", "tower", "text", 0, "en"), "Mist."), ['      - en: Mist.      # thick']),
        (Change("set", ("scenes", "tower", "present", 1), "tam"), ["    present: [mira, tam]"]),
        (Change("set", ("scenes", "boat", "roam"), True), ["    roam: true"]),
        (Change("set", ("scenes", "tower", "choices", "row", "when"), "lit and hope"), ["        when: lit and hope"]),
        (Change("set", ("scenes", "tower", "choices", "wait"), {"to": "boat"}), ["      wait: {to: boat}"]),
        (Change("set", ("scenes", "boat", "choices", "back", "to"), "tower"), ["    choices: {back: {to: tower}}"]),
        (Change("set", ("endings", "dawn", "kind"), "light"), ["endings: {dawn: {kind: light}}"]),
        (Change("set", ("flags", "lit"), False), ["flags: {lit: false}"]),
        (Change("rename", ("scenes", "boat"), "sea"), ["  sea:"]),
        (Change("remove", ("scenes", "tower", "text", 1)), []),
        (Change("remove", ("scenes", "tower", "present")), []),
        (Change("remove", ("scenes", "tower", "choices", "row", "label")), []),
    ],
)  # fmt: skip
def test_a_change_writes_its_own_letters_alone(change, lines):
    after = changed(KEPT, change)
    assert differing(KEPT, after) == lines
    assert {line.strip() for line in KEPT.splitlines() if "#" in line} - {"name: lamp   # called so"} <= {
        line.strip().replace("Mist", "Fog") for line in after.splitlines()
    }


def test_a_text_of_several_paragraphs_becomes_a_block_and_stays_one():
    told = "One.\n\nTwo: “three” # four.\n"
    after = changed(KEPT, Change("set", ("scenes", "tower", "text", 1, "en"), told))
    assert plain_of(after)["scenes"]["tower"]["text"][1]["en"] == told
    assert "          Two: “three” # four." in after


@pytest.mark.parametrize(
    "change",
    [
        Change("remove", ("scenes", "nowhere")),
        Change("rename", ("scenes", "boat"), "tower"),
        Change("set", ("name", "below"), "x"),
        Change("set", ("scenes", "tower", "text", 9), "x"),
        Change("remove", ()),
    ],
)
def test_what_cannot_be_is_refused(change):
    with pytest.raises(NoSuchPlace):
        changed(KEPT, change)


def paths(data, path=()):
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from paths(value, (*path, key))


PATHS = [path for path in paths(plain_of(SMALL)) if path]
KEYS = st.from_regex(r"[a-z]{1,6}", fullmatch=True)
STORABLE = st.text(max_size=40).filter(lambda text: not UNSTORABLE.search(text))
VALUES = st.recursive(
    st.booleans() | st.integers(-5, 999) | STORABLE | st.just("two\nlines: # of\n\ntext"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(st.sampled_from(PATHS), VALUES, st.sampled_from(["set", "remove", "rename"]))
@settings(max_examples=120, deadline=None)
def test_any_change_says_what_was_meant(path, value, op):
    change = Change(op, path, "renamed" if op == "rename" else value)
    try:
        after = plain_of(changed(SMALL, change))
    except NoSuchPlace:
        assert op == "rename"
        return
    holder = after
    for step in path[:-1]:
        holder = holder[step]
    if op == "set":
        assert holder[path[-1]] == value
    elif op == "rename":
        assert "renamed" in holder


def test_a_story_of_the_house_is_changed_in_one_line():
    text = (DIRECTORY / "bell-under-the-lake.yaml").read_text()
    after = changed(text, Change("set", ("scenes", "lantern", "title", "en"), "A bowl"))
    assert differing(text, after) == ['    title: {en: A bowl, zh-hans: "多出来的一只碗"}']


def test_the_outline_needs_no_story_that_makes_sense():
    assert outline_of(plain_of(KEPT)) == [{"from": "tower", "to": "boat", "by": "scenes.tower.choices.row"}]
    assert outline_of({"scenes": {"a": 3, "b": {"choices": [1]}}, "endings": None}) == []
    assert {edge.by for edge in edges(book_of(SMALL))} == {edge["by"] for edge in outline_of(plain_of(SMALL))}
