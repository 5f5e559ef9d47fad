"""Which of the counted numbers may be told: small groups are hidden from the top down (docs/adr/0012). Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from characters.discretion import LEAST, Figure, added, figure, shown_parts
from characters.spans import MONTH, WEEK, beginning

DAY = "day"
KINDS = (DAY, WEEK, MONTH)


def nested(people: Mapping[str, Mapping[date, int]]) -> set[tuple[str, date]]:
    """Kind and beginning of each that may be told, by the people behind them; where nothing was there is no entry.

    Months that are told whole say which of their weeks may be, and these which of their days.
    """
    told = {(MONTH, since) for since, count in people.get(MONTH, {}).items() if count >= LEAST}
    for kind, over in ((WEEK, MONTH), (DAY, WEEK)):
        inside: dict[date, list[date]] = defaultdict(list)
        for since in sorted(people.get(kind, {})):
            inside[beginning(over, since)].append(since)
        for whole, parts in inside.items():
            shown = shown_parts([people[kind][since] for since in parts], whole_shown=(over, whole) in told)
            told |= {(kind, since) for since, each in zip(parts, shown, strict=True) if each}
    return told


def summed_parts(weeks: Iterable[Mapping[str, tuple[int, int]]]) -> dict[str, Figure]:
    """Of weeks that are over: part -> number and people. What is hidden in its week is in no sum."""
    found: dict[str, list[Figure]] = defaultdict(list)
    for week in weeks:
        shown = shown_parts([people for _number, people in week.values()])
        for (part, (number, people)), seen in zip(week.items(), shown, strict=True):
            found[part].append(figure(number, shown=seen, people=people))
    return {part: added(figures) for part, figures in found.items()}
