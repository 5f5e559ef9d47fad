"""The rule is tested with scores and pairs of words; there is no text to test it with, and none is to be written."""

import pytest

from moderation.filters import minors


@pytest.mark.parametrize(
    "words",
    [
        "child",
        "16 years old",
        "twelve-year-old",
        "preteen",
        "middle school",
        "未成年",
        "小学生",
        "十五岁",
        "13岁",
        "萝莉",
    ],
)
def test_a_word_or_number_for_a_minor_is_a_cue(words):
    assert minors.cues(words) == 1


@pytest.mark.parametrize(
    "words",
    [
        "18 years old",
        "thirty years old",
        "25 minutes",
        "i am 12 minutes late",
        "十八岁",
        "二十五岁",
        "30岁",
        "adult",
        "grown",
    ],
)
def test_grown_ups_and_other_numbers_are_none(words):
    assert minors.cues(words) == 0


@pytest.mark.parametrize(
    ("sexual", "cues", "blocked"),
    [(0.9, 1, True), (0.34, 1, True), (0.32, 1, False), (0.1, 1, False), (0.99, 0, False), (0.0, 3, False)],
)
def test_a_score_that_would_pass_alone_does_not_beside_a_cue(sexual, cues, blocked):
    assert (minors.combine(sexual, cues) >= 0.5) is blocked


def test_more_sexual_never_means_less_certain():
    scores = [minors.combine(step / 100, 1) for step in range(101)]
    assert scores == sorted(scores)
