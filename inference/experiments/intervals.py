"""How sure a number is: 95 % intervals of shares and means, and of what differs between two arms. Pure.

One person has several talks and a talk has many replies: what is counted comes in clusters, and the person is the unit.
Every number here is a ratio of two sums over people, R = Σy / Σx: replies with another take over replies, replies over
talks, money over turns. Its variance is that of the linearised ratio over clusters (Cochran, Sampling Techniques, 1977,
chapters 6 and 9A; Deng, Knoblich and Lu, Applying the Delta Method in Metric Analytics, KDD 2018):

    e_i = (y_i - R x_i) / Σx        var R = n/(n-1) Σ e_i²

with Student's t of n - 1 degrees of freedom. A share then has Wilson's interval (Wilson 1927) for as many independent
trials as that variance is worth, m = R(1-R)/var R (Korn and Graubard 1998): it stays between 0 and 1 and says something
of shares that are all or nothing. A mean has its interval on the logarithm, se(log R) = se(R)/R: money and lengths are
skewed.

What differs between two arms has its interval from theirs (Newcombe 1998, method 10; Zou and Donner 2008):

    low = d - √(a² + b² - 2ρab)     a = R₂ - low₂, b = high₁ - R₁, and for `high` the other way round

where ρ is the correlation of the e_i: somebody may have talks in both arms.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp, log, sqrt
from statistics import NormalDist
from typing import NamedTuple
from uuid import UUID

LEAST = 10  # people; of fewer nothing is told
CONFIDENCE = 0.95


class Pair(NamedTuple):
    """What one person brings: `over` above the line of the fraction, `under` below it."""

    over: float
    under: float


class Interval(NamedTuple):
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Ratio:
    """One number of one arm, with what each person has to do with it."""

    value: float
    under: float
    people: int
    pull: Mapping[UUID, float] = field(default_factory=dict)

    @property
    def variance(self) -> float:
        return self.people / (self.people - 1) * _square(self)


def ratio_of(pairs: Mapping[UUID, Pair]) -> Ratio | None:
    """None where fewer than LEAST people are behind it."""
    counted = {person: pair for person, pair in pairs.items() if pair.under}
    under = sum(pair.under for pair in counted.values())
    if len(counted) < LEAST:
        return None
    value = sum(pair.over for pair in counted.values()) / under
    pull = {person: (pair.over - value * pair.under) / under for person, pair in counted.items()}
    return Ratio(value, under, len(counted), pull)


def of_share(ratio: Ratio) -> Interval:
    """Wilson's, for as many trials as the clustered ones are worth; where all are alike, one for each person."""
    p, variance = ratio.value, ratio.variance
    worth = min(ratio.under, p * (1 - p) / variance) if variance and 0 < p < 1 else float(ratio.people)
    return wilson(p, worth, quantile(ratio.people - 1))


def of_mean(ratio: Ratio) -> Interval:
    if not ratio.value:
        return Interval(0.0, 0.0, 0.0)
    wide = quantile(ratio.people - 1) * sqrt(ratio.variance) / ratio.value
    return Interval(ratio.value, ratio.value * exp(-wide), ratio.value * exp(wide))


def between_shares(one: Ratio, other: Ratio) -> Interval:
    """By how much `other` is more than `one`."""
    return apart(of_share(one), of_share(other), correlation(one, other))


def between_means(one: Ratio, other: Ratio) -> Interval | None:
    """By which part `other` is more than `one`: 0.1 is ten per cent. None beside nothing."""
    if not one.value or not other.value:
        return None
    first, second = (Interval(*map(log, of_mean(ratio))) for ratio in (one, other))
    return Interval(*(exp(limit) - 1 for limit in apart(first, second, correlation(one, other))))


def wilson(p: float, trials: float, z: float) -> Interval:
    square = z * z / trials
    middle = (p + square / 2) / (1 + square)
    half = z * sqrt(p * (1 - p) / trials + square / (4 * trials)) / (1 + square)
    return Interval(p, max(0.0, middle - half), min(1.0, middle + half))


def quantile(degrees: float) -> float:
    """Student's t at 97.5 %, by its series (Abramowitz and Stegun 26.7.5): right to 0.001 from 9 degrees on."""
    z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / degrees**power for power, term in enumerate(terms, 1))


def correlation(one: Ratio, other: Ratio) -> float:
    """Of what people have to do with both numbers; 0 where nobody is in both."""
    both = sum(pull * other.pull[person] for person, pull in one.pull.items() if person in other.pull)
    size = sqrt(_square(one) * _square(other))
    return max(-1.0, min(1.0, both / size)) if size else 0.0


def _square(ratio: Ratio) -> float:
    return sum(pull * pull for pull in ratio.pull.values())


def apart(one: Interval, other: Interval, rho: float) -> Interval:
    """By how much `other` is more than `one`."""

    def wide(a: float, b: float) -> float:
        return sqrt(max(0.0, a * a + b * b - 2 * rho * a * b))

    more = other.value - one.value
    return Interval(
        more,
        more - wide(other.value - other.low, one.high - one.value),
        more + wide(other.high - other.value, one.value - one.low),
    )
