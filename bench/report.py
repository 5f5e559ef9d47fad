"""Lines of the report: a value, the baseline it was measured against in the same run, and the goal for their ratio."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

RESULTS = Path(__file__).parent / "results" / "latest.json"


class Figures:
    """What was measured, by server and name, once a round."""

    def __init__(self) -> None:
        self.values: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
        self.errors: Counter[str] = Counter()

    def add(self, server: str, name: str, value: float) -> None:
        self.values[server, name].append(value)

    def __call__(self, server: str, name: str) -> float:
        known = [value for value in self.values.get((server, name), ()) if not math.isnan(value)]
        return median(known) if known else math.nan

    def spread(self, server: str, name: str) -> str:
        known = self.values.get((server, name), [])
        return f"{min(known):.4g}-{max(known):.4g}" if known else ""


@dataclass(slots=True)
class Line:
    """`ratio` is value / baseline; a goal of None informs only. `more` says that more is better."""

    number: str
    name: str
    value: float
    unit: str
    baseline: str = ""
    against: float = math.nan
    goal: float | None = None
    stretch: float | None = None
    more: bool = False
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.value / self.against if self.against else math.nan

    def reaches(self, goal: float | None) -> bool | None:
        if goal is None or math.isnan(self.ratio):
            return None
        return self.ratio >= goal if self.more else self.ratio <= goal

    @property
    def met(self) -> str:
        if self.reaches(self.goal) is None:
            return "-"
        return "stretch" if self.reaches(self.stretch) else "yes" if self.reaches(self.goal) else "NO"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": self.ratio, "met": self.met}


def number(value: float | None) -> str:
    if value is None or math.isnan(value):
        return "-"
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(lines: Sequence[Line]) -> str:
    def sign(line: Line, goal: float | None) -> str:
        return "-" if goal is None else ("≥ " if line.more else "≤ ") + number(goal)

    head = ("#", "measure", "value", "unit", "baseline", "value", "ratio", "goal", "stretch", "met")
    rows = [head] + [
        (
            line.number, line.name, number(line.value), line.unit, line.baseline, number(line.against),
            number(line.ratio), sign(line, line.goal), sign(line, line.stretch), line.met,
        )
        for line in lines
    ]  # fmt: skip
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    told = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([told[0], "  ".join("-" * width for width in widths), *told[1:]])


def write(lines: Sequence[Line], figures: Figures, about: dict[str, Any], path: Path = RESULTS) -> None:
    clean: Callable[[Any], Any] = lambda value: None if isinstance(value, float) and math.isnan(value) else value  # noqa: E731
    path.parent.mkdir(exist_ok=True)
    told = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        **about,
        "errors": dict(figures.errors),
        "lines": [{key: clean(value) for key, value in line.as_dict().items()} for line in lines],
        "rounds": {
            f"{server}: {name}": [clean(value) for value in values]
            for (server, name), values in sorted(figures.values.items())
        },
    }
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
