"""Files of stories: read with their lines, told where they are wrong, and published as a JSON Schema."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from inference.prompts.problems import Unfit
from stories.book import compiled
from stories.format import read_file
from stories.format.schema import schema_text
from stories.shipped import files
from tests.stories.conftest import SMALL, book_of

SCHEMA = Path(__file__).parents[2] / "docs" / "story.schema.json"


def problems(old: str, new: str) -> list[str]:
    assert old in SMALL
    try:
        book_of(SMALL.replace(old, new, 1))
    except Unfit as unfit:
        return [str(each) for each in unfit.problems]
    return []


def line_of(part: str) -> int:
    return SMALL[: SMALL.index(part)].count("\n") + 1


NINE = ",".join(["*a"] * 9)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (SMALL + "x: &a [1]\ny: [" + NINE + "]\n", "no anchors and aliases"),
        ("x: &x {y: *x}\n" + SMALL, "no anchors and aliases"),
        (SMALL + "x: !!python/object/apply:os.system ['ls']\n", "no tags"),
        (SMALL + f"x: {'[' * 20_000}{']' * 20_000}\n", "deeper than"),
        (SMALL.replace("endings:\n", "".join(f"  s{at}: {{title: {{en: Q, zh-hans: 码}}}}\n" for at in range(10_000))
                       + "endings:\n"), "longer than"),
        (SMALL.replace("Fog.", r'"\0"'), "control character"),
        (SMALL.replace("Fog.", r'"\e[2J"'), "control character"),
        (SMALL.replace("start: tower", r'"\0": tower'), "control character"),
        (SMALL.replace("Fog.", "F\x00g"), "not YAML"),
        (SMALL.replace("Fog.", "F\ud800g"), "not YAML"),
        (SMALL + "---\na: 1\n", "not YAML"),
        (SMALL.replace("hope <= 2", "(" * 180 + "lit" + ")" * 180), "deeper than"),
        (SMALL.replace("hope <= 2", "not " * 90 + "lit"), "parts"),
        (SMALL.replace("hope <= 2", "9" * 390 + " > 1"), "400 letters"),
    ],
    ids=lambda value: value if len(value) < 40 else "",
)  # fmt: skip
def test_what_would_take_down_a_reader_is_told_by_its_line(text, reason):
    with pytest.raises(Unfit) as unfit:
        book_of(text)
    assert any(reason in str(each) for each in unfit.value.problems)


def test_the_schema_that_is_published_is_that_of_the_code():
    assert SCHEMA.read_text() == schema_text(), "python -m stories.format.schema > docs/story.schema.json"


@pytest.mark.parametrize("path", [Path(__file__).parent / "small.yaml", *files()], ids=lambda path: path.stem)
def test_stories_fit_the_schema(path):
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(yaml.safe_load(path.read_text()))


@pytest.mark.parametrize(
    ("old", "new", "path", "reason"),
    [
        ("when: lit, to: dawn", "when: lid, to: dawn", "scenes.tower.choices.wait.when", "do you mean lit?"),
        (
            "do: hope -= 2, to: boat",
            "do: hop -= 2, to: boat",
            "scenes.tower.choices.row.roll.failed.do",
            "neither a flag",
        ),
        ("do: [warned = true,", "do: [warned = 3,", "scenes.boat.do.0", "has to be true or false"),
        ("when: lit, to: dawn", "when: lit, to: dusk", "scenes.tower.choices.wait.to", "no scene or ending dusk"),
        ("dice: storm", "dice: calm", "scenes.tower.choices.row.roll.dice", "no dice calm"),
        ("present: [tam]", "present: [tom]", "scenes.boat.present.0", "tom is none of the cast"),
        ("place: cellar", "place: shore", "scenes.boat.place", "no place shore"),
        ("at: tower_top}", "at: attic}", "items.lamp.at", "attic is no place"),
        ("start: tower", "start: hut", "start", "there is no scene hut"),
        ("en: It burns., zh-hans: 亮了。", "en: It burns.", "scenes.tower.actions.light.text", "no words in zh-hans"),
        ("roam: true", "roam: maybe", "scenes.tower.roam", "true or false"),
        ("sides: 20", "sides: 1000", "dice.storm.sides", "from 2 to 100"),
        ("verb: custom", "verb: pray", "scenes.tower.actions.kneel.verb", "one of attack, custom"),
        ("verb: use, item: bell", "verb: use, item: gong", "scenes.tower.actions.ring.item", "no item gong"),
        ("start: 2, low: 0", "start: 9, low: 0", "counters.hope", "from 0 to 5"),
        ("bond: 40", "bond: 400", "cast.mira.bond", "from 0 to 100"),
        ("bond: 40", "portrait: {head: beak}", "cast.mira.portrait", "head"),
        ("bond: 40", "bund: 40", "cast.mira.bund", "is not known here"),
        ("  oil: {name", "  tam: {name", "items.tam", "is called that already"),
        ("kind: light", "kind: light, when: 3", "endings.dawn.when", "has to be true or false"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(old, new, path, reason):
    told = [each for each in problems(old, new) if f": {path}: " in each]
    assert told, problems(old, new)
    assert any(reason in each for each in told), told
    if "\n" not in old:
        assert f"small.yaml:{line_of(old)}:" in told[0]


def test_all_of_it_is_told_at_once():
    broken = SMALL.replace("when: lit, to: dawn", "when: lid, to: dusk").replace("place: cellar", "place: shore")
    with pytest.raises(Unfit) as unfit:
        book_of(broken)
    assert len(unfit.value.problems) == 3


def test_what_is_no_yaml_or_no_story_is_told():
    for text, reason in (("a: [", "not YAML"), ("[]", "has to be a mapping"), ("story: 1", "has no scenes")):
        with pytest.raises(Unfit, match=reason):
            compiled(read_file(text, "x"))


def test_a_story_may_have_one_language():
    book = book_of(SMALL.replace("version: 1.0.0", "version: 1.0.0\nlanguages: [en]").replace(", zh-hans: 亮了。", ""))
    assert book.told("scenes.tower.actions.light.text", "zh-hans", (0,)) == "It burns."


words = st.sampled_from(
    [*{word for word in SMALL.split() if word.isascii()}, "", "[]", "{}", "-", ":", "null", "1", "|"]
)


@given(
    st.lists(
        st.tuples(st.integers(0, SMALL.count("\n")), st.sampled_from(["drop", "twice", "word"]), words), max_size=4
    )
)
def test_whatever_is_done_to_a_file_it_is_a_story_or_told_to_be_none(edits):
    """An editor saves what people type: nothing but Unfit may come of it."""
    lines = SMALL.splitlines()
    for at, what, word in edits:
        at %= len(lines)
        if what == "drop":
            del lines[at]
        elif what == "twice":
            lines.insert(at, lines[at])
        else:
            old = lines[at].split() or [""]
            lines[at] = lines[at].replace(old[len(word) % len(old)], word)
    assert all(line >= 1 for line in problem_lines("\n".join(lines)))


def problem_lines(text: str) -> list[int]:
    try:
        book_of(text)
    except Unfit as unfit:
        return [problem.line for problem in unfit.problems]
    return []
