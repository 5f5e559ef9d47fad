"""Nobody is to be found in a statistic: groups of fewer than ten people are hidden, also where one could work it out.

Pure. A part is hidden when fewer than ten people stand behind it. When a whole is shown and its hidden parts together
might still be fewer than ten people, the smallest shown part is hidden too: whole less shown parts then speaks of ten
or more. What still grows is rounded down to tens, so that looking twice tells nothing about who came in between.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEAST = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that may be shown; `growing` means at least so many.

    `value` is None for fewer than ten people, or (`cover`) for more who are hidden so that those cannot be worked out.
    """

    value: int | None
    growing: bool = False
    cover: bool = False

    @property
    def hidden(self) -> bool:
        return self.value is None


HIDDEN = Figure(None)
COVER = Figure(None, cover=True)
NOTHING = Figure(0)


def figure(number: int, *, shown: bool = True, people: int = LEAST, growing: bool = False) -> Figure:
    """Nothing is nothing; a small number and one of a hidden group are hidden; one that grows is told in tens."""
    if not number:
        return NOTHING
    if number < LEAST or people < LEAST:
        return HIDDEN
    if not shown:
        return COVER
    return Figure(number - number % LEAST, growing=True) if growing else Figure(number)


def added(figures: Iterable[Figure]) -> Figure:
    """The sum of what is shown alone: nothing hidden can be worked out of it."""
    known = list(figures)
    seen = [each for each in known if each.value is not None]
    growing = any(each.growing for each in seen)
    total = sum(each.value or 0 for each in seen)
    if not total:
        return HIDDEN if len(seen) < len(known) else NOTHING
    return Figure(total - total % LEAST if growing else total, growing)


def shown_parts(people: Sequence[int], *, whole_shown: bool = True) -> list[bool]:
    """Which parts may be shown, by the people behind each. -1 says that a part is empty: that may always be told.

    A part with 0 people is one with something in it that nobody is known to stand behind.
    """
    if not whole_shown:
        return [count < 0 for count in people]
    shown = [count < 0 or count >= LEAST for count in people]
    hidden = [count for count, seen in zip(people, shown, strict=True) if not seen]
    if hidden and max(hidden) < LEAST:
        # People may be the same in two parts: only the largest is sure to be that many.
        rest = [(count, place) for place, count in enumerate(people) if shown[place] and count >= 0]
        if rest:
            shown[min(rest)[1]] = False
    return shown


def share(part: int, whole: int) -> int | None:
    """Per cent, in whole numbers; None when those in it, or those not in it, are fewer than ten."""
    if not whole:
        return None
    if part in (0, whole):
        return 100 * part // whole
    if part < LEAST or whole - part < LEAST:
        return None
    return round(100 * part / whole)
