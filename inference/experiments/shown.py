"""The outcome as a page shows it: numbers in words, and where they stand on a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inference.experiments.intervals import LEAST, Interval
from inference.experiments.outcomes import Against, Figure, Unit, Verdict, outcomes_of
from inference.models import Experiment, ExperimentArm

WIDTH = 600  # of the line, whatever it stands for
VERDICTS: dict[Verdict, str | Promise] = {
    "more": gettext_lazy("more"),
    "less": gettext_lazy("less"),
    "unclear": gettext_lazy("no difference can be told yet"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """From `low` to `high`, with the value at `at`."""

    low: float
    at: float
    high: float

    @property
    def width(self) -> float:
        return round(max(2.0, self.high - self.low), 1)


@dataclass(frozen=True, slots=True)
class Row:
    """Of one arm. Where fewer than ten people are behind it there is neither a mark nor a number."""

    label: str
    gives: str
    told: str
    people: int | None
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    told: str
    verdict: str | Promise
    sure: bool


@dataclass(frozen=True, slots=True)
class Plot:
    """One number; `end` is what the right end of its line stands for."""

    key: str
    name: str | Promise
    end: str
    rows: list[Row]
    differences: list[Difference]
    first: str


@dataclass(frozen=True, slots=True)
class Shown:
    arms: list[ExperimentArm]
    plots: list[Plot]
    least: int = LEAST
    width: int = WIDTH


def shown(experiment: Experiment, *, until: datetime) -> Shown:
    arms = list(experiment.arms.select_related("prompt"))
    by_id = {arm.pk: arm for arm in arms}
    return Shown(arms, [_plot(figure, by_id, arms[0].label) for figure in outcomes_of(list(by_id), until)])


def _plot(figure: Figure, arms: dict[UUID, ExperimentArm], first: str) -> Plot:
    unit, currency = figure.measure.unit, figure.currency
    end = _end(unit, [of.interval for of in figure.arms if of.interval is not None])
    return Plot(
        key=figure.measure.key,
        name=figure.measure.name,
        end=_written(end, unit, currency),
        rows=[
            Row(
                label=arms[of.arm].label,
                gives=arms[of.arm].gives,
                told=_told(of.interval, unit, currency) if of.interval else "",
                people=of.people,
                mark=_mark(of.interval, end) if of.interval else None,
            )
            for of in figure.arms
        ],
        differences=[_difference(each, arms[each.arm].label, unit) for each in figure.against],
        first=first,
    )


def _end(unit: Unit, intervals: Sequence[Interval]) -> float:
    """A round number above everything that is shown; a share ends at one at the latest."""
    most = max((interval.high for interval in intervals), default=1.0) or 1.0
    size = 10.0**-6
    while True:
        for step in (1, 2, 5):
            if most <= size * step:
                return min(1.0, size * step) if unit == "share" else size * step
        size *= 10


def _mark(interval: Interval, end: float) -> Mark:
    low, at, high = (
        round(WIDTH * min(1.0, number / end), 1) for number in (interval.low, interval.value, interval.high)
    )
    return Mark(low, at, high)


def _told(interval: Interval, unit: Unit, currency: str) -> str:
    told = {name: _written(number, unit, currency) for name, number in interval._asdict().items()}
    return _("%(value)s (%(low)s to %(high)s)") % told


def _difference(against: Against, label: str, unit: Unit) -> Difference:
    interval = against.interval
    if interval is None:
        return Difference(label, "", _("too few people"), sure=False)
    told = {name: _signed(100 * number) for name, number in interval._asdict().items()}
    text = _("%(value)s (%(low)s to %(high)s) points") if unit == "share" else _("%(value)s (%(low)s to %(high)s) %%")
    text %= told
    return Difference(label, text, VERDICTS[against.verdict], sure=against.verdict != "unclear")


def _written(number: float, unit: Unit, currency: str) -> str:
    if unit == "share":
        return f"{_rounded(100 * number)} %"
    if unit == "money":
        amount = number / 1e6
        return f"{_rounded(amount, 2 if amount >= 1 else 6)} {currency}"
    return _rounded(number)


def _signed(number: float) -> str:
    number = round(number, 1)
    return ("+" if number > 0 else "−" if number < 0 else "±") + _rounded(abs(number))


def _rounded(number: float, places: int = 1) -> str:
    """As the reader writes it; `number_format` alone would cut off."""
    return number_format(round(number, places), places)
