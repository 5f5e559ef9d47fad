"""The figure of a temperament: where the lines of the radar chart run.

static/js/characters/builder/radar.js moves the same lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

CENTRE = (190, 168)
RADIUS = 112
LABELS = RADIUS + 14


@dataclass(frozen=True, slots=True)
class Axis:
    """One slider: its value and how far it may go, and the name of its far end."""

    value: int
    low: int
    high: int
    end: str


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Radar:
    """Attributes of SVG elements in a box of 380 by 336."""

    webs: list[str]
    edge: str
    spokes: list[tuple[float, float]]
    reach: str
    figure: str
    dots: list[tuple[float, float]]
    labels: list[Label]


def radar(axes: Sequence[Axis]) -> Radar:
    """One axis for each slider, clockwise from the top."""
    count = len(axes)
    ring = [_points([share] * count) for share in (25, 50, 75, 100)]
    inner, outer = ([getattr(axis, end) for axis in axes] for end in ("low", "high"))
    dots = _points([axis.value for axis in axes])
    return Radar(
        webs=[_listed(points) for points in ring[:-1]],
        edge=_listed(ring[-1]),
        spokes=ring[-1],
        reach=f"M{'L'.join(_pairs(_points(outer)))}ZM{'L'.join(_pairs(_points(inner)))}Z",
        figure=_listed(dots),
        dots=dots,
        labels=[_label(place, count, axis.end) for place, axis in enumerate(axes)],
    )


def _points(values: Sequence[int]) -> list[tuple[float, float]]:
    return [_at(place, len(values), RADIUS * value / 100) for place, value in enumerate(values)]


def _at(place: int, count: int, distance: float) -> tuple[float, float]:
    angle = 2 * pi * place / count
    return round(CENTRE[0] + distance * sin(angle), 1), round(CENTRE[1] - distance * cos(angle), 1)


def _label(place: int, count: int, text: str) -> Label:
    x, y = _at(place, count, LABELS)
    anchor = "middle" if abs(x - CENTRE[0]) < 1 else "start" if x > CENTRE[0] else "end"
    return Label(x, round(y + (4 if anchor != "middle" else 9 if y > CENTRE[1] else 2), 1), anchor, text)


def _pairs(points: Sequence[tuple[float, float]]) -> list[str]:
    return [f"{x},{y}" for x, y in points]


def _listed(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(_pairs(points))
