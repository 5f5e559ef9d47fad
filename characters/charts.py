"""Bars, worked out on the server: geometry only, words stand beside them in the page. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from characters.discretion import Figure

WIDTH, HEIGHT = 600, 120
GAP = 0.25  # of a bar's place
STUB = 6  # how high a bar stands whose number is hidden


@dataclass(frozen=True, slots=True)
class Bar:
    """`part` is the lower, darker piece of it. A hidden one is a stub that only says that there was something."""

    x: float
    y: float
    width: float
    height: float
    hidden: bool = False
    part: float = 0.0

    @property
    def part_y(self) -> float:
        return round(HEIGHT - self.part, 2)


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    top: int  # what the full height stands for
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def any_hidden(self) -> bool:
        return any(bar.hidden for bar in self.bars)


def bars(figures: Sequence[Figure], parts: Sequence[Figure] = (), *, height: int = HEIGHT) -> Chart:
    """One bar for each number, nothing for nothing; `parts` are what is marked within them."""
    top = round_up(max((each.value or 0 for each in figures), default=0))
    step = WIDTH / max(1, len(figures))
    drawn = []
    for place, each in enumerate(figures):
        if each.value == 0:
            continue
        tall = STUB if each.value is None else max(2.0, height * each.value / top)
        part = parts[place].value or 0 if parts else 0
        drawn.append(
            Bar(
                x=round(step * (place + GAP / 2), 2),
                y=round(height - tall, 2),
                width=round(step * (1 - GAP), 2),
                height=round(tall, 2),
                hidden=each.value is None,
                part=round(height * part / top, 2),
            )
        )
    return Chart(drawn, top, height=height)


def round_up(value: int) -> int:
    """A round number to read heights by: 1, 2 or 5 and noughts."""
    size = 10
    while True:
        for step in (1, 2, 5):
            if value <= size * step:
                return size * step
        size *= 10
