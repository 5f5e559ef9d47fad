"""What can only be one way at a time (weather, hour, place, trade, a hurt leg): the fact says one, the reply shows another.

The table is `lists/aspects.yaml`. All that a reply could show is looked for in one pass of RE2; only where that goes against some
fact is it asked which sentence shows it, of whom, and whether it only plays with the thought.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from moderation.filters.base import Context
from moderation.filters.quick import set_of
from moderation.filters.tables import table

_PEOPLE = {"en": ("Ss", "Pp"), "zh": ("我", "你")}
_WHOSE = {"en": "'s", "zh": "的"}


class Way(NamedTuple):
    """One way that an aspect may be; `number` is its place in the pass over a reply."""

    number: int
    name: str
    fact: str
    said: str
    beside: frozenset[str]  # ways that may be true as well


class Aspect(NamedTuple):
    ways: tuple[Way, ...]
    now: bool  # may have changed since


class Held(NamedTuple):
    """What a fact says of an aspect, and of whom."""

    aspect: Aspect
    way: Way
    who: str


def _pattern(lines: str) -> str:
    found = "|".join(line.strip() for line in lines.strip().splitlines())
    return f"(?:{found})"


def _of(pattern: str, who: str, language: str) -> str:
    return pattern.replace("{WHOSE}", f"(?:{who}){_WHOSE[language]}").replace("{WHO}", f"(?:{who})")


@lru_cache(maxsize=4_096)
def _exact(pattern: str, who: str, language: str) -> re.Pattern[str]:
    return re.compile(_of(pattern, who, language), re.IGNORECASE)


class World:
    """All aspects of a language, and the passes over a fact and over a reply."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.aspects: list[Aspect] = []
        self._places: list[tuple[Aspect, Way]] = []
        for aspect in map(self._read, table("aspects")[language].values()):
            self.aspects.append(aspect)
            self._places += [(aspect, way) for way in aspect.ways]
        anybody = "|".join(_PEOPLE[language])
        self._facts = set_of(_of(way.fact, anybody, language) for _, way in self._places)
        self._said = set_of(_of(way.said, anybody, language) for _, way in self._places)

    def _read(self, row: dict[str, Any]) -> Aspect:
        first = sum(len(aspect.ways) for aspect in self.aspects)
        ways = tuple(
            Way(
                first + at,
                str(name),
                _pattern(of.get("fact", of.get("tells", "$a"))),
                _pattern(of.get("said", of.get("tells", "$a"))),
                frozenset(map(str, of.get("with", ()))),
            )
            for at, (name, of) in enumerate(row["values"].items())
        )
        return Aspect(ways, row.get("now", False))

    def held(self, fact: str) -> Iterator[Held]:
        for number in self._facts.Match(fact) or ():
            aspect, way = self._places[number]
            if "{WHO" not in way.fact:
                yield Held(aspect, way, "")
                continue
            for who in _PEOPLE[self.language]:
                if _exact(way.fact, who, self.language).search(fact):
                    yield Held(aspect, way, who)

    def shown(self, whole: str) -> frozenset[int]:
        return frozenset(self._said.Match(whole) or ())


@lru_cache(maxsize=2)
def _world(language: str) -> World:
    return World(language)


@lru_cache(maxsize=2_000)
def _held(fact: str, language: str) -> tuple[Held, ...]:
    return tuple(_world(language).held(fact))


@lru_cache(maxsize=4)
def _shown(said: Sequence[str], language: str) -> frozenset[int]:
    return _world(language).shown("\n".join(said))


_UNSURE = {
    "en": re.compile(
        r"\b(?:if|would|could|should|might|wish|dream\w*|used to|imagine|as if|as though|pretend\w*|before|until|unless|once|ago|back then|"
        r"remember|when (?:ss|pp|we|he|she|they) (?:was|were|is|had|lived)|born|like an?|instead of|rather than|want(?:s|ed)? to|tomorrow|some day|one day|next (?:year|month|time))\b|'d\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"要是|如果|假如|假若|若|以前|从前|曾|当年|梦|仿佛|似的|好像|像是|小时候|那会儿|那时|当初|等[^，。]{0,8}(?:好|后|了)|记得|明天|改天|以后|将来|想要|本来|宁可|除非|还在的时候|别人"
    ),
}
_WAS = {
    "en": re.compile(r"\b(?:was|were|had|have seen|'ve seen|have been|'ve been|last|yesterday|after)\b", re.IGNORECASE),
    "zh": re.compile(r"昨|前天|上(?:周|次|个)|去年|过(?:了|的)"),
}
_NOT = {
    "en": re.compile(r"\b(?:not|never|no|nobody|nor|neither|without|hardly|can't|cannot|stop)\b|n't\b", re.IGNORECASE),
    "zh": re.compile(r"[不没别无未]"),
}
_NEAR = {"en": 24, "zh": 4}
_MOVED_ON = {
    "en": re.compile(
        r"\b(?:let's (?:go|leave)|we (?:leave|arrive|reach|go|walk|head)|i (?:leave|walk|enter|open|step|follow|lead|take you|drag)|hours? later|next (?:morning|day)|the (?:next|following)|suddenly|finally (?:arrive|reach)|wak(?:e|ing) up)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"走吧|出发|我(?:走|推|离开|来到|跟|带|拉)|到了|之后|第二天|过了[^，。]{1,4}(?:天|小时|个时辰)|天(?:亮|黑)了|醒来|突然"
    ),
}


def shows_another(fact: str, said: Sequence[str], language: str, context: Context) -> bool:
    """`fact` and the sentences of a reply read as said between two (`readings.in_person`, or its Chinese fellow)."""
    held = _held(fact, language)
    if not held:
        return False
    shown = _shown(tuple(said), language)
    return any(_other_way(one, shown, said, language, context) for one in held)


def _other_way(held: Held, shown: frozenset[int], said: Sequence[str], language: str, context: Context) -> bool:
    others = [
        way
        for way in held.aspect.ways
        if way.number in shown
        and way is not held.way
        and not (way.name in held.way.beside or held.way.name in way.beside)
    ]
    if not others:
        return False
    who = held.who or "|".join(_PEOPLE[language])
    if any(_exact(held.way.said, who, language).search(sentence) for sentence in said):
        return False
    if held.aspect.now and _MOVED_ON[language].search(context.heard):
        return False
    still = [one for one in said if not (held.aspect.now and _WAS[language].search(one))]
    return any(_plainly(_exact(way.said, who, language), still, language) for way in others)


def _plainly(pattern: re.Pattern[str], said: Sequence[str], language: str) -> bool:
    for sentence in said:
        match = pattern.search(sentence)
        if not match or _UNSURE[language].search(sentence[: match.end()]):
            continue
        denied = _NOT[language].search
        if denied(sentence[max(0, match.start() - _NEAR[language]) : match.start()]) and not denied(match[0]):
            continue
        return True
    return False
