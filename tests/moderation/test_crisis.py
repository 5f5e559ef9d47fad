"""Lines of people in need, and lines of knights who want to die."""

import json
from pathlib import Path

import pytest

from moderation.care import in_need
from moderation.filters.crisis import AT, concern

LINES = [json.loads(line) for line in (Path(__file__).parents[1] / "fixtures/crisis.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["text"][:30])
def test_people_are_told_from_the_parts_they_play(line):
    assert in_need(line["text"]) == line["care"]


@pytest.mark.parametrize(
    "line",
    [
        "I don't want to live my life anymore",
        "I can't live my life like this",
        "I don't want to live the rest of my life like this",
        "i cant live the way i am",
        "I don't want to exist the way I do",
    ],
)
def test_whose_life_it_is_may_be_said_where_nobody_is_woken(line):
    assert concern(line, lambda _text: 0.0) >= AT
    assert concern("I don't want to wake up my baby", lambda _text: 0.0) == 0.0


@pytest.mark.parametrize(
    ("own", "of_another"),
    [
        ("I hope I never wake up.", "I hope she will never wake up."),
        ("I don't want to be here anymore.", "I know you don't want to be here anymore."),
        ("There's no reason to live.", "His brother has no reason to live."),
        ("我查了怎么死最快", "大王怎么死的最快"),
        ("我把药都吃了。", "我把药吃了，你别担心。"),
        ("昨晚我又伤害自己了。", "她又伤害自己了。"),
    ],
)
def test_rules_hear_the_speaker_and_nobody_else(own, of_another):
    assert concern(own, lambda _text: 0.0) >= AT
    assert concern(of_another, lambda _text: 0.0) == 0.0


def test_what_is_meant_counts_also_within_a_story():
    assert not in_need("In my novel the hero says: I want to die")
    assert in_need("Not in the story, for real: I want to die")


@pytest.mark.parametrize("half", ["train", "held"])
def test_look_alikes_of_the_set_are_seldom_taken_for_need(half):
    folder = Path(__file__).parents[2] / "moderation/data/zh/selfharm.jsonl"
    rows = [row for line in folder.read_text().splitlines() if (row := json.loads(line))["half"] == half]
    harmless = [row["text"] for row in rows if not row["labels"]["self-harm"]]
    meant = [row["text"] for row in rows if row["labels"]["self-harm"]]
    assert sum(map(in_need, harmless)) <= 0.06 * len(harmless)
    assert sum(map(in_need, meant)) >= 0.6 * len(meant)


def test_a_long_line_is_looked_at_where_it_begins_and_ends():
    assert in_need("The sea was calm. " * 1_500 + "I want to die.")
    assert not in_need("i " * 16_000)
