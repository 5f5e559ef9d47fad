"""Numbers, hours and days of a fact held against a sentence: age, how many, when."""

import re

from moderation.filters.readings import NUMBER, Check, Test, number, shared

_HOW_OLD = re.compile(rf"\b(\w+) is ({NUMBER})(?: years old|\W*$)", re.IGNORECASE)
_AGED = re.compile(
    rf"\b(\w+) is (?:only |just |already )?({NUMBER})(?: years old|\W|$)(?!\s*(?:minute|hour|mile|day|step|week|o'clock))",
    re.IGNORECASE,
)


def _age(fact: str) -> Test | None:
    age = _HOW_OLD.search(fact)
    if not age:
        return None
    who, years = age[1], number(age[2].lower())

    def other(said: str) -> bool:
        now = _AGED.search(said)
        return bool(now and now[1] == who and number(now[2].lower()) != years)

    return other


_COUNTED = re.compile(rf"\b({NUMBER}) (?:of (?:my|the|Ss's) )?((?:[a-z]+ )?)([a-z]{{3,}}s)\b", re.IGNORECASE)
_NUMBERED = re.compile(
    rf"\b(deck|floor|room|gate|chapter|pier|house|cell|platform|number|level) ({NUMBER})\b", re.IGNORECASE
)
_NUMBERS = re.compile(rf"\b{NUMBER}\b", re.IGNORECASE)
_UNITS = frozenset({"days", "years", "hours", "miles", "weeks", "months", "minutes", "times"})


def _counted(text: str) -> dict[str, int]:
    found = {match[3].lower(): number(match[1].lower()) for match in _COUNTED.finditer(text)}
    return found | {match[1].lower(): number(match[2].lower()) for match in _NUMBERED.finditer(text)}


def _how_many(fact: str) -> Test | None:
    ours = _counted(fact)
    if not ours:
        return None

    def other(said: str) -> bool:
        if len(_NUMBERS.findall(said)) != 1:  # of six rooms, two empty and four full
            return False
        theirs = _counted(said)
        return any(
            what in theirs
            and theirs[what] not in {ours[what], 1}
            and ((what.endswith("s") and what not in _UNITS) or shared(fact, said) - {what[:4]})
            for what in ours
        )

    return other


_NOON = {"noon": 12, "midday": 12, "midnight": 24}
_AT = re.compile(rf"\b(?:at|until|till|by|before|since) ({NUMBER}|{'|'.join(_NOON)})\b", re.IGNORECASE)


def _hour(word: str) -> int:
    return _NOON.get(word) or number(word)


def _clock(fact: str) -> Test | None:
    ours = _AT.search(fact)
    if not ours:
        return None
    hour = _hour(ours[1].lower())

    def other(said: str) -> bool:
        theirs = _AT.search(said)
        return bool(theirs and _hour(theirs[1].lower()) != hour and shared(fact, said))

    return other


_SOON = re.compile(rf"\bin ({NUMBER}) (minute|hour|day|week|month)s?\b", re.IGNORECASE)


def _within(fact: str) -> Test | None:
    ours = _SOON.search(fact)
    if not ours:
        return None
    long, unit = number(ours[1].lower()), ours[2]

    def other(said: str) -> bool:
        theirs = _SOON.search(said)
        if not theirs or (number(theirs[1].lower()), theirs[2]) == (long, unit):
            return False
        return bool(shared(fact, said) - {unit[:4], theirs[2][:4]})

    return other


_BY_DAY = re.compile(r"\b(?:on|by|until|till|before|this|next) ((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b")


def _day(fact: str) -> Test | None:
    ours = _BY_DAY.search(fact)
    if not ours:
        return None
    day = ours[1]

    def other(said: str) -> bool:
        theirs = _BY_DAY.search(said)
        return bool(theirs and day not in said and shared(fact, said) - {day[:4].lower(), theirs[1][:4].lower()})

    return other


_CAME = re.compile(r"\b(Ss|Pp)\b.{0,40}\b(?:arrived|came|got here|come|arrive)\b.{0,40}\bon (\w+day)")


def _arrived(fact: str) -> Test | None:
    ours = _CAME.search(fact)
    if not ours:
        return None
    who, day = ours[1], ours[2]

    def other(said: str) -> bool:
        theirs = _CAME.search(said)
        return bool(theirs and theirs[1] == who and theirs[2] != day)

    return other


COUNTED: tuple[Check, ...] = (_age, _how_many, _clock, _within, _day, _arrived)
