"""A fact names a thing, and the reply handles that very thing as if the fact were not so. Rows of `lists/things.yaml`.

What a fact captures is put into the pattern that goes against it: one row tells of every lift that is out of order.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from moderation.filters.quick import loosened, set_of
from moderation.filters.readings import NUMBER, Test, number, number_zh
from moderation.filters.tables import table

_OTHER = {"Ss": "Pp", "Pp": "Ss", "我": "你", "你": "我"}
_PEOPLE = {"en": "Ss|Pp", "zh": "我|你"}
_KIN = {
    called: "|".join(alike)
    for alike in (
        ("mother", "mom", "mum"),
        ("father", "dad"),
        ("母亲", "妈妈", "妈", "娘"),
        ("父亲", "爸爸", "爸", "爹"),
    )
    for called in alike
}
_COUNTS = re.compile(NUMBER, re.IGNORECASE)


class Row(NamedTuple):
    fact: re.Pattern[str]
    said: str
    said_of_it: str  # alternatives that name the thing
    unless: str
    numbers: bool  # `n` of the fact and `m` of the reply must differ
    next_to: bool  # by more than one
    other: str  # `x` and `y` must differ: as a "name", with a capital, or as a "word"


def _joined(lines: str, *, naming: bool | None = None) -> str:
    found = [line.strip() for line in lines.strip().splitlines()]
    return "|".join(line for line in found if naming is None or ("{x}" in line) == naming)


class Rows:
    """The rows of a language, and one pass of RE2 over a fact that tells which of them it is for."""

    def __init__(self, language: str) -> None:
        self._rows = _read(language)
        self._facts = set_of(loosened(row.fact.pattern) for row in self._rows)

    def of(self, fact: str) -> Iterator[tuple[Row, re.Match[str]]]:
        for at in self._facts.Match(fact) or ():
            if match := self._rows[at].fact.search(fact):
                yield self._rows[at], match


@lru_cache(maxsize=2)
def _rows(language: str) -> Rows:
    return Rows(language)


def _read(language: str) -> tuple[Row, ...]:
    return tuple(
        Row(
            re.compile(_joined(row["fact"]), re.IGNORECASE),
            _joined(row["said"], naming=False),
            _joined(row["said"], naming=True),
            _joined(row.get("unless", "")),
            row.get("number", False),
            row.get("next_to", False),
            row.get("another", ""),
        )
        for row in table("things")[language]
    )


def tests_of(fact: str, language: str) -> tuple[Test, ...]:
    """`fact` as said between two."""
    return tuple(_test(row, _captured(match), language) for row, match in _rows(language).of(fact))


def _captured(match: re.Match[str]) -> dict[str, str]:
    """Of alternatives that capture the same, the one that did."""
    return {name.rstrip("0123456789"): found for name, found in match.groupdict().items() if found}


def _test(row: Row, captured: dict[str, str], language: str) -> Test:
    thing = captured.get("x", "").lower()
    anyway, of_it = (_put_in(part, captured, language) for part in (row.said, row.said_of_it))
    unless = _put_in(row.unless, captured, language)

    def against(sentence: str) -> bool:
        match = _search(anyway, sentence)
        if match is None and thing in sentence.lower():  # compiled for this thing only once it is spoken of
            match = _search(of_it, sentence)
        if match is None or _search(unless, sentence):
            return False
        if row.numbers:
            return _differ(captured["n"], _captured(match).get("m", ""), row.next_to)
        if row.other:
            another = _captured(match)["y"]
            return not (thing in another.lower() or another.lower() in thing) and not (
                row.other == "name" and another.islower()
            )
        return True

    return against


def _search(pattern: str, sentence: str) -> re.Match[str] | None:
    return _compiled(pattern).search(sentence) if pattern else None


@lru_cache(maxsize=2_000)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _put_in(pattern: str, captured: dict[str, str], language: str) -> str:
    who = captured.get("who", "")
    kin = captured.get("kin", "").lower()
    known = {
        "x": re.escape(captured.get("x", "")),
        "what": captured.get("what", ""),
        "kin": f"(?:{_KIN.get(kin, kin)})",
        "who": who or f"(?:{_PEOPLE[language]})",
        "other": captured.get("other") or _OTHER.get(who.capitalize(), _PEOPLE[language]),
    }
    for name, of in known.items():
        pattern = pattern.replace(f"{{{name}}}", of)
    return pattern


def _differ(ours: str, theirs: str, next_to: bool) -> bool:
    one, other = _number(ours), _number(theirs)
    return one is not None and other is not None and abs(one - other) > (1 if next_to else 0)


def _number(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    if text.isascii():
        return number(text.lower()) if _COUNTS.fullmatch(text) else None
    return number_zh(text)
