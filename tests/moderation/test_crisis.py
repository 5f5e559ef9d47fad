"""Lines of people in need, and lines of knights who want to die."""

import json
from pathlib import Path

import pytest

from moderation.care import in_need

LINES = [json.loads(line) for line in (Path(__file__).parents[1] / "fixtures/crisis.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["text"][:30])
def test_people_are_told_from_the_parts_they_play(line):
    assert in_need(line["text"]) == line["care"]


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
