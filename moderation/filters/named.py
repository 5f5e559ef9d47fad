"""Patterns about somebody by name, made before anybody knows the name.

A name in a text is read as one capital letter, which folded text never holds: so a pattern is compiled once for all
people, and a text without the name costs nothing.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from moderation.filters.quick import Quick

NAME = "N"  # how patterns write it


class Named:
    def __init__(self, *pieces: str, flags: int = 0) -> None:
        self.pattern = Quick(*pieces, flags=flags)

    def finditer(self, text: "Renamed") -> Iterator[re.Match[str]]:
        """Places are those of `text.plain`."""
        return self.pattern.finditer(text.plain) if text.there else iter(())

    def search(self, text: "Renamed") -> re.Match[str] | None:
        return next(self.finditer(text), None)


class Renamed(NamedTuple):
    """A folded text in which somebody is called `NAME`."""

    plain: str
    there: bool
    text: str
    names: tuple[str, ...]

    def span(self, match: re.Match[str]) -> tuple[int, int]:
        """Where a match stands in the text as it was."""
        return self.between(*match.span())

    def between(self, start: int, end: int) -> tuple[int, int]:
        places = [name.span() for name in _any_of(self.names).finditer(self.text)] if self.there else []
        return _before(start, places), _before(end, places)


def renamed(text: str, *names: str) -> Renamed:
    """The longest of several names first. All in small letters."""
    wanted = tuple(sorted({name for name in names if name}, key=len, reverse=True))
    if not any(name in text for name in wanted):
        return Renamed(text, False, text, wanted)
    return Renamed(_any_of(wanted).sub(NAME, text), True, text, wanted)


@lru_cache(maxsize=256)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, names)))


def _before(at: int, places: Iterable[tuple[int, int]]) -> int:
    for start, end in places:
        if at <= start:
            break
        at += end - start - len(NAME)
    return at
