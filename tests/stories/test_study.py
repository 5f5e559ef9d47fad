"""What is reported of a story before anybody plays it."""

import pytest
from django.utils import translation

from inference.prompts.problems import Unfit, packed, unpacked
from stories.services.releases import kept, told, told_again
from stories.study import findings, mermaid, simulate
from stories.study.drawing import svg
from tests.stories.conftest import SMALL, book_of


def found(*changes: tuple[str, str]) -> list[str]:
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    book = book_of(text)
    return [f"{each.block}: {each.reason}" for each in findings(book, simulate(book, 300))]


def test_a_story_of_which_all_can_be_met_has_no_findings():
    assert found() == []


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("on: {label: {en: Row on, zh-hans: 接着划}, to: sea}", "on: {label: {en: Row on, zh-hans: 接着划}, to: tower}",
         "endings.sea: no way leads to this ending"),
        ("when: lit, to: dawn", "when: lit and hope > 9, to: dawn", "endings.dawn: never met in 300 plays"),
        ("flags: {lit: false,", "flags: {told: false, lit: false,", "flags.told: nothing ever depends on it"),
        ("hurry: {when: moves >= 3", "hurry: {when: moves > 999", "scenes.tower.beats.hurry: never met in 300 plays"),
        ("warm: {", "cold: {means: {en: C, zh-hans: 冷}, when: hope > 9, do: hope -= 1}\n      warm: {",
         "scenes.tower.proposals.cold: never met in 300 plays"),
        ("when: visits(tower) > 1", "when: visits(tower) > 9", "scenes.tower.text.1: never told in 300 plays"),
    ],
)  # fmt: skip
def test_what_nobody_ever_meets_is_reported(old, new, finding):
    told = found((old, new))
    assert finding in told


def test_dead_ends_and_scenes_without_a_way_are_reported():
    dead = "  quay: {title: {en: Q, zh-hans: 码头}, text: {en: Q, zh-hans: 码头}}\n"
    told = found(("endings:\n", f"{dead}endings:\n"), (", when: hope == 0}", "}"))
    assert "scenes.quay: no way leads to this scene" in told
    assert "scenes.quay: a dead end: nothing leads away from here" in told


def test_plays_that_get_stuck_are_reported():
    told = found(
        (
            "on: {label: {en: Row on, zh-hans: 接着划}, to: sea}",
            "on: {label: {en: Row on, zh-hans: 接着划}, when: hope > 4, to: sea}",
        )
    )
    assert any("got stuck here" in each for each in told)


def test_the_same_seed_gives_the_same_plays(lamp):
    assert simulate(lamp, 200, "a") == simulate(lamp, 200, "a") != simulate(lamp, 200, "b")


def test_a_story_is_drawn(lamp):
    told = mermaid(lamp)
    assert 'tower["The tower"]' in told
    assert 'tower -->|"Wait for the ships"| dawn' in told
    assert "anywhere --> dark" in told
    assert "划出去" in mermaid(lamp, "zh-hans")
    drawn = svg(lamp)
    assert drawn.startswith("<svg")
    assert drawn.count("<rect") == 5


def test_what_is_wrong_is_told_in_the_readers_language():
    wrong = SMALL.replace("when: lit, to: dawn", "when: has(lampe), to: dusk")
    with pytest.raises(Unfit) as unfit:
        book_of(wrong)
    problems = unfit.value.problems
    with translation.override("zh-hans"):
        said = [told(each)["reason"] for each in problems]
        assert said == ["没有叫 dusk 的场景或结局", "lampe 不是物件；是不是 lamp？（第 5 个字母）"]
        assert [told_again(kept(each))["reason"] for each in problems] == said
    assert str(problems[0]).endswith("scenes.tower.choices.wait.to: there is no scene or ending dusk")
    assert unpacked(packed(problems[1].reason)) == "lampe is not an item; do you mean lamp? (letter 5)"
