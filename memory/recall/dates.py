"""Days that a question names, English and Chinese, absolute or seen from now. Pure: whoever asks brings the day.

What is not said with a day, month or year of its own ("then", "in the morning") names none.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from memory.recall.words import fold

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sept sep", "october oct", "november nov", "december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
WEEKDAYS = {name: number for number, name in enumerate(day.lower() for day in calendar.day_name)}
_NUMBERS = "zero one two three four five six seven eight nine ten"
SMALL = {name: number for number, name in enumerate(_NUMBERS.split())}
SMALL |= {"a": 1, "an": 1, "couple of": 2, "a couple of": 2, "few": 3, "a few": 3}
CHINESE_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
CHINESE_DAYS = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "昨晚": 1, "前天": 2, "大前天": 3}

_MONTH = "(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_N = r"[0-9〇零一二两三四五六七八九十]{1,3}"


@dataclass(frozen=True, slots=True)
class Span:
    """From the first day to the last, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def spans(text: str, now: date) -> list[Span]:
    """All that are named, in the order of the rules that find them: the more exact ones first."""
    left = fold(text)
    found: list[Span] = []
    for pattern, reading in _RULES:
        for match in pattern.finditer(left):
            left = left[: match.start()] + " " * len(match[0]) + left[match.end() :]
            try:
                span = reading(match, now)
            except (ValueError, OverflowError):
                continue  # a thirty-first of June
            if span is not None:
                found.append(span)
    return found


def without_dates(text: str) -> str:
    """The text less the dates in it: they are compared as dates, not as words."""
    left = fold(text)
    for pattern, _ in _RULES:
        left = pattern.sub(" ", left)
    return left


def _day(year: int | None, month: int, day: int, now: date) -> Span:
    """Without a year: the last time that there was such a day."""
    found = date(year or now.year, month, day)
    if year is None and found > now:
        found = date(now.year - 1, month, day)
    return Span(found, found)


def _month(year: int | None, month: int, now: date) -> Span:
    year = year or (now.year if month <= now.month else now.year - 1)
    return Span(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _ago(count: int, unit: str, now: date) -> Span:
    if unit.startswith("day"):
        day = now - timedelta(days=count)
        return Span(day, day)
    if unit.startswith("week"):
        middle = now - timedelta(weeks=count)
        return Span(middle - timedelta(days=3), middle + timedelta(days=3))
    if unit.startswith("month"):
        months = now.year * 12 + now.month - 1 - count
        return _month(months // 12, months % 12 + 1, now)
    return Span(date(now.year - count, 1, 1), date(now.year - count, 12, 31))


def _week(back: int, now: date) -> Span:
    monday = now - timedelta(days=now.weekday() + 7 * back)
    return Span(monday, monday + timedelta(days=6))


def _weekday(number: int, now: date) -> Span:
    day = now - timedelta(days=(now.weekday() - number - 1) % 7 + 1)
    return Span(day, day)


def chinese_number(text: str) -> int:
    """Up to ninety-nine, in signs or figures; ValueError else."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(str(CHINESE_DIGITS[sign]) for sign in text))
    return 10 * (CHINESE_DIGITS[tens] if tens else 1) + (CHINESE_DIGITS[ones] if ones else 0)


def _int(text: str | None) -> int | None:
    return int(text) if text else None


def _chinese_year(text: str | None, now: date) -> int | None:
    if not text:
        return None
    if text in {"今", "去", "前"}:
        return now.year - "今去前".index(text)
    year = int("".join(str(CHINESE_DIGITS.get(sign, sign)) for sign in text))
    return 2000 + year if year < 100 else year


Reading = Callable[[re.Match[str], date], Span | None]


def _rules() -> Iterator[tuple[re.Pattern[str], Reading]]:
    def rule(pattern: str, reading: Reading) -> tuple[re.Pattern[str], Reading]:
        return re.compile(pattern), reading

    number = "|".join(sorted(SMALL, key=len, reverse=True))
    yield rule(
        r"\b(?P<year>(?:19|20)\d\d)[-/.](?P<month>[01]?\d)[-/.](?P<day>[0-3]?\d)\b",
        lambda m, now: _day(int(m["year"]), int(m["month"]), int(m["day"]), now),
    )
    yield rule(
        rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?",
        lambda m, now: _day(_int(m["year"]), MONTHS[m["month"]], int(m["day"]), now),
    )
    yield rule(
        rf"\b{_MONTH}\s+(?:the\s+)?{_DAY}\b(?!\d)(?:,?\s+{_YEAR})?",
        lambda m, now: _day(_int(m["year"]), MONTHS[m["month"]], int(m["day"]), now),
    )
    yield rule(rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}", lambda m, now: _month(int(m["year"]), MONTHS[m["month"]], now))
    yield rule(
        rf"(?:(?P<year>(?:\d{{4}}|\d\d|[〇零一二三四五六七八九]{{2,4}}|[今去前]))年)?(?P<month>{_N})月(?:份)?的?(?P<day>{_N})[日号號]",
        lambda m, now: _day(_chinese_year(m["year"], now), chinese_number(m["month"]), chinese_number(m["day"]), now),
    )
    yield rule(
        rf"(?P<year>\d{{4}}|[〇零一二三四五六七八九]{{4}}|[今去前])年的?(?P<month>{_N})月",
        lambda m, now: _month(_chinese_year(m["year"], now), chinese_number(m["month"]), now),
    )
    yield rule(rf"(?P<month>{_N})月份?", lambda m, now: _month(None, chinese_number(m["month"]), now))
    yield rule(
        r"(?P<year>\d{4}|[〇零一二三四五六七八九]{4}|[今去前])年",
        lambda m, now: _year(_chinese_year(m["year"], now)),
    )
    yield rule(
        rf"\b(?P<count>\d{{1,3}}|{number})\s+(?P<unit>days?|weeks?|months?|years?)\s+ago\b",
        lambda m, now: _ago(SMALL.get(m["count"]) or int(m["count"]), m["unit"], now),
    )
    yield rule(r"\bday before yesterday\b", lambda m, now: _ago(2, "day", now))
    yield rule(r"\b(?:yesterday|last night)\b", lambda m, now: _ago(1, "day", now))
    yield rule(r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b", lambda m, now: _ago(0, "day", now))
    yield rule(
        r"\b(?P<which>last|this|past|previous)\s+(?P<unit>week|weekend|month|year)\b",
        lambda m, now: _last(m["unit"], 0 if m["which"] == "this" else 1, now),
    )
    yield rule(
        r"\b(?:last|on|past)\s+(?P<day>" + "|".join(WEEKDAYS) + r")\b",
        lambda m, now: _weekday(WEEKDAYS[m["day"]], now),
    )
    yield rule(
        "|".join(sorted(CHINESE_DAYS, key=len, reverse=True)), lambda m, now: _ago(CHINESE_DAYS[m[0]], "day", now)
    )
    yield rule(
        rf"(?P<count>{_N})(?P<unit>天|日|个?星期|周|个?礼拜|个月|年)(?:之前|以前|前)",
        lambda m, now: _ago(chinese_number(m["count"]), _UNITS[m["unit"][-1]], now),
    )
    yield rule(
        r"(?P<which>上上|上|这|本)个?(?:星期|周|礼拜)(?P<day>[一二三四五六日天1-7])?",
        lambda m, now: _chinese_week(m["which"], m["day"], now),
    )
    yield rule(r"(?P<which>上上|上|这|本)个?月", lambda m, now: _ago(_BACK[m["which"]], "month", now))
    # A month alone may also be a name or a verb: only where it stands as a time.
    yield rule(
        rf"\b(?:in|during|of|since|by|around|early|late|mid|last|this)[\s-]+{_MONTH}(?!\s*\d)",
        lambda m, now: _month(None, MONTHS[m["month"]], now),
    )
    yield rule(r"\b(?:in|during|of|since|by|around)\s+" + _YEAR + r"\b", lambda m, now: _year(int(m["year"])))


_UNITS = {"天": "day", "日": "day", "期": "week", "周": "week", "拜": "week", "月": "month", "年": "year"}
_BACK = {"上上": 2, "上": 1, "这": 0, "本": 0}


def _year(year: int | None) -> Span | None:
    return Span(date(year, 1, 1), date(year, 12, 31)) if year else None


def _last(unit: str, back: int, now: date) -> Span:
    if unit == "week":
        return _week(back, now)
    if unit == "weekend":
        saturday = now - timedelta(days=(now.weekday() - 5) % 7)
        return Span(saturday, saturday + timedelta(days=1))
    return _ago(back, unit, now)


def _chinese_week(which: str, day: str | None, now: date) -> Span:
    week = _week(_BACK[which], now)
    if day is None:
        return week
    at = 6 if day in "日天7" else int(CHINESE_DIGITS.get(day, day)) - 1
    found = week.first + timedelta(days=at)
    return Span(found, found)


_RULES = tuple(_rules())
