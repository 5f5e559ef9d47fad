"""Which talk gets what: always the same, in the shares that were asked for, and without a trace anywhere."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from math import sqrt
from uuid import UUID

import pytest

from accounts.ids import uuid7, uuid7_at
from inference.experiments.assignment import Arm, Draw, arm_of

SINCE = 1_700_000_000_000
ARMS = tuple(Arm(UUID(int=number), label, weight) for number, (label, weight) in enumerate((("A", 1), ("B", 1))))
DRAW = Draw(UUID(int=7), SINCE, 100, ARMS)
TALKS = [uuid7_at(SINCE + number) for number in range(10_000)]


def labels(draw: Draw) -> list[str | None]:
    return [arm.label if (arm := arm_of(draw, talk)) else None for talk in TALKS]


def assert_about(count: int, of: int, share: float) -> None:
    """Within five standard deviations."""
    assert abs(count - of * share) < 5 * sqrt(of * share * (1 - share)), (count, of, share)


@pytest.mark.parametrize(("weights", "percent"), [((1, 1), 100), ((3, 1), 100), ((1, 1), 20), ((1, 2, 7), 50)])
def test_shares_are_as_asked_for(weights: tuple[int, ...], percent: int) -> None:
    arms = tuple(Arm(UUID(int=number), "ABC"[number], weight) for number, weight in enumerate(weights))
    found = Counter(labels(replace(DRAW, percent=percent, arms=arms)))
    for arm in arms:
        assert_about(found[arm.label], len(TALKS), percent / 100 * arm.weight / sum(weights))
    assert_about(found[None], len(TALKS), 1 - percent / 100) if percent < 100 else None
    assert percent < 100 or not found[None]


def test_it_is_the_same_each_time_and_in_every_process() -> None:
    code = (
        "import sys; from uuid import UUID; from tests.inference.experiments.test_assignment import DRAW, arm_of;"
        "print(''.join(arm_of(DRAW, UUID(line.strip())).label for line in sys.stdin))"
    )
    told = "\n".join(map(str, TALKS[:500]))
    other = subprocess.run([sys.executable, "-c", code], input=told, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == "".join(str(label) for label in labels(DRAW)[:500])
    assert labels(DRAW) == labels(DRAW)


def test_more_of_them_take_part_and_nobody_changes_sides() -> None:
    few, many = labels(replace(DRAW, percent=30)), labels(replace(DRAW, percent=60))
    assert all(one == other for one, other in zip(few, many, strict=True) if one)


def test_one_experiment_says_nothing_of_another() -> None:
    one, other = labels(DRAW), labels(replace(DRAW, experiment=uuid7()))
    both = Counter(zip(one, other, strict=True))
    for pair in both:
        assert_about(both[pair], len(TALKS), 0.25)


def test_a_talk_that_began_before_keeps_what_it_had() -> None:
    assert arm_of(DRAW, uuid7_at(SINCE - 1)) is None
    assert arm_of(DRAW, uuid7_at(SINCE)) is not None
