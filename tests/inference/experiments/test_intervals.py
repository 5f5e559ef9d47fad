"""Intervals against numbers from books, and against what they promise: to hold what is true in 95 of 100 cases."""

import random
from math import log
from uuid import UUID

import pytest

from inference.experiments.intervals import (
    Pair,
    Ratio,
    apart,
    between_means,
    between_shares,
    of_mean,
    of_share,
    quantile,
    ratio_of,
    wilson,
)

Z = 1.959964


def people(pairs: list[tuple[float, float]]) -> Ratio:
    ratio = ratio_of({UUID(int=number): Pair(*pair) for number, pair in enumerate(pairs)})
    assert ratio is not None
    return ratio


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        # Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 1998, table I.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_published(hits: int, trials: int, low: float, high: float) -> None:
    found = wilson(hits / trials, trials, Z)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@pytest.mark.parametrize(("degrees", "value"), [(9, 2.2622), (29, 2.0452), (99, 1.9842), (10_000, 1.9602)])
def test_students_t_as_published(degrees: int, value: float) -> None:
    assert quantile(degrees) == pytest.approx(value, abs=1e-3)


def test_one_trial_each_is_plain_wilson() -> None:
    found = of_share(people([(1, 1)] * 30 + [(0, 1)] * 70))
    plain = wilson(0.3, 99, quantile(99))  # n/(n-1) of the variance
    assert found == pytest.approx(plain, abs=1e-9)


def test_what_one_person_repeats_makes_nothing_surer() -> None:
    """Ten replies each that are all alike are worth one."""
    once, often = people([(1, 1)] * 30 + [(0, 1)] * 70), people([(10, 10)] * 30 + [(0, 10)] * 70)
    assert of_share(often) == pytest.approx(of_share(once), abs=1e-9)
    assert of_mean(people([(30, 10), (10, 10)] * 20)) == pytest.approx(of_mean(people([(3, 1), (1, 1)] * 20)))


def test_a_mean_as_worked_out_by_hand() -> None:
    """Twenty people with a turn each at 1 or 3: mean 2, variance of the mean 20/19 · 1/20."""
    found = of_mean(people([(1, 1), (3, 1)] * 10))
    assert found.value == 2
    assert log(found.high / found.value) == pytest.approx(quantile(19) * (1 / 19) ** 0.5 / 2)
    assert found.low * found.high == pytest.approx(4)


def test_all_or_nothing_is_not_certain() -> None:
    assert of_share(people([(0, 5)] * 20)).high == pytest.approx(wilson(0, 20, quantile(19)).high)
    assert of_share(people([(5, 5)] * 20)).low < 0.9


def test_of_fewer_than_ten_people_nothing_is_told() -> None:
    pairs = {UUID(int=number): Pair(1, 3) for number in range(9)}
    assert ratio_of(pairs) is None
    assert ratio_of(pairs | {UUID(int=9): Pair(0, 0)}) is None, "somebody who brought nothing is nobody"


def test_the_same_people_in_both_arms_are_held_against_themselves() -> None:
    """Each person is a tenth better in one arm than in the other, however much they differ from each other."""
    dice = random.Random(1)
    own = [dice.uniform(0.2, 0.8) for _ in range(40)]
    one = people([(100 * mine, 100) for mine in own])
    other = people([(100 * (mine + 0.1), 100) for mine in own])
    strangers = ratio_of({UUID(int=1000 + number): Pair(100 * (mine + 0.1), 100) for number, mine in enumerate(own)})
    assert strangers is not None
    same, others = between_shares(one, other), between_shares(one, strangers)
    assert same.value == pytest.approx(0.1)
    assert same.low < 0.1 < same.high
    assert same.high - same.low < 0.02
    assert others.high - others.low > 0.1


def test_the_difference_of_two_shares_as_published() -> None:
    """Newcombe, Interval estimation for the difference between independent proportions, Statistics in Medicine 1998,
    table II, method 10: 56/70 and 48/80, 10/10 and 0/10.
    """
    for (one, of), (other, of_other), low, high in (
        ((48, 80), (56, 70), 0.0524, 0.3339),
        ((0, 10), (10, 10), 0.6075, 1.0),
    ):
        first, second = wilson(one / of, of, Z), wilson(other / of_other, of_other, Z)
        found = apart(first, second, 0.0)
        assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_two_arms_where_nobody_did_anything_are_not_certain_to_be_alike() -> None:
    found = between_shares(people([(0, 5)] * 20), people([(0, 5)] * 20))
    assert found.low < -0.1
    assert found.high > 0.1


def test_nothing_cannot_be_compared_with_something() -> None:
    assert between_means(people([(0, 1)] * 20), people([(3, 1)] * 20)) is None


def clustered(dice: random.Random, share: float, number: int) -> list[tuple[float, float]]:
    """People who each have a share of their own around the true one, and few replies or many."""
    found: list[tuple[float, float]] = []
    for _ in range(number):
        own, replies = dice.betavariate(4 * share, 4 * (1 - share)), dice.choice([1, 2, 5, 20, 60])
        found.append((sum(dice.random() < own for _ in range(replies)), replies))
    return found


def test_they_hold_the_truth_as_often_as_they_promise() -> None:
    """Where replies come in clusters; taking each reply for itself holds it far less often."""
    dice, rounds = random.Random(5), 400
    held = naive = together = 0
    for _ in range(rounds):
        one, other = people(clustered(dice, 0.3, 60)), people(clustered(dice, 0.3, 60))
        found = of_share(one)
        held += found.low <= 0.3 <= found.high
        plain = wilson(one.value, one.under, Z)
        naive += plain.low <= 0.3 <= plain.high
        strangers = Ratio(
            other.value,
            other.under,
            other.people,
            {UUID(int=9_000 + key.int): pull for key, pull in other.pull.items()},
        )
        between = between_shares(one, strangers)
        together += between.low <= 0 <= between.high
    assert held / rounds > 0.92
    assert together / rounds > 0.92
    assert naive / rounds < 0.75


def test_means_of_what_is_skewed_are_held_too() -> None:
    dice, rounds, held = random.Random(6), 400, 0
    for _ in range(rounds):
        found = of_mean(people([(dice.lognormvariate(0, 0.8), 1) for _ in range(50)]))
        held += found.low <= 1.3771277643 <= found.high  # exp(0.8² / 2)
    assert held / rounds > 0.91
