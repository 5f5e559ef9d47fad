"""What came of an experiment: five numbers for each arm, with how sure they are, and what differs between arms.

Whoever keeps talks counts what people brought (`on_outcomes`); here it is turned into figures. Of fewer than ten people
nothing is told.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inference.experiments.intervals import (
    Interval,
    Pair,
    Ratio,
    between_means,
    between_shares,
    of_mean,
    of_share,
    ratio_of,
)

Unit = Literal["share", "count", "money"]
Verdict = Literal["more", "less", "unclear"]


class Brought(NamedTuple):
    """What one person brought to one arm. `ripe` are talks old enough to tell whether somebody came back to them."""

    arm: UUID
    person: UUID
    talks: int = 0
    replies: int = 0
    swiped: int = 0
    ripe: int = 0
    returned: int = 0
    rated: int = 0
    good: int = 0
    calls: int = 0
    micros: int = 0


class Counted(NamedTuple):
    """`currency` is empty where nothing had a price, or prices were in several: then there is no cost."""

    brought: Sequence[Brought]
    currency: str = ""


Reader = Callable[[Sequence[UUID], datetime], Counted]
_readers: list[Reader] = []


def on_outcomes(reader: Reader) -> None:
    """For an app above: `reader(arms, until)` counts what turns of these arms came to."""
    _readers[:] = [reader]


class Measure(NamedTuple):
    """A fraction, by the names of what is counted."""

    key: str
    name: str | Promise
    over: str
    under: str
    unit: Unit


MEASURES = (
    Measure("swipes", _("Replies that another take was asked for"), "swiped", "replies", "share"),
    Measure("turns", _("Turns of a talk"), "replies", "talks", "count"),
    Measure("returns", _("Talks that somebody came back to on another day within a week"), "returned", "ripe", "share"),
    Measure("ratings", _("Good ones among rated replies"), "good", "rated", "share"),
    Measure("cost", _("Cost of a turn"), "micros", "calls", "money"),
)


@dataclass(frozen=True, slots=True)
class Of:
    """One number of one arm. `interval` is None where fewer than ten people are behind it, and then so is `people`."""

    arm: UUID
    interval: Interval | None
    people: int | None


@dataclass(frozen=True, slots=True)
class Against:
    """By how much an arm's number is more than the first one's: points of a share, a part of a mean."""

    arm: UUID
    interval: Interval | None

    @property
    def verdict(self) -> Verdict:
        if self.interval is None or self.interval.low <= 0 <= self.interval.high:
            return "unclear"
        return "more" if self.interval.low > 0 else "less"


@dataclass(frozen=True, slots=True)
class Figure:
    measure: Measure
    arms: tuple[Of, ...]
    against: tuple[Against, ...]
    currency: str = ""


def outcomes_of(arms: Sequence[UUID], until: datetime) -> list[Figure]:
    """The first arm is what the others are held against."""
    counted = _readers[0](arms, until) if _readers else Counted(())
    told = [measure for measure in MEASURES if measure.unit != "money" or counted.currency]
    return [_figure(measure, arms, counted) for measure in told]


def _figure(measure: Measure, arms: Sequence[UUID], counted: Counted) -> Figure:
    ratios = {arm: ratio_of(_pairs(measure, arm, counted.brought)) for arm in arms}
    of = of_share if measure.unit == "share" else of_mean
    shown = tuple(
        Of(arm, of(ratio) if ratio else None, ratio.people if ratio else None) for arm, ratio in ratios.items()
    )
    first, *others = arms
    against = tuple(Against(arm, _between(measure, ratios[first], ratios[arm])) for arm in others)
    return Figure(measure, shown, against, counted.currency if measure.unit == "money" else "")


def _pairs(measure: Measure, arm: UUID, brought: Sequence[Brought]) -> Mapping[UUID, Pair]:
    return {
        each.person: Pair(getattr(each, measure.over), getattr(each, measure.under))
        for each in brought
        if each.arm == arm
    }


def _between(measure: Measure, one: Ratio | None, other: Ratio | None) -> Interval | None:
    if one is None or other is None:
        return None
    return between_shares(one, other) if measure.unit == "share" else between_means(one, other)
