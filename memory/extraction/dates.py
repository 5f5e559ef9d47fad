"""Days that are named from where one stands (tomorrow, 上周三) are written out, so that they still hold later."""

import re
from datetime import date, timedelta

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12,
}  # fmt: skip
_CHINESE_NUMBERS = {
    "一": 1,
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "半": 0,
}
_CHINESE_DAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}

# Days from today, longest names first.
_ENGLISH_DAYS = {
    "the day after tomorrow": 2, "the day before yesterday": -2, "tomorrow": 1, "yesterday": -1, "today": 0,
    "tonight": 0, "this morning": 0, "this evening": 0, "last night": -1,
}  # fmt: skip
_CHINESE_NAMES = {
    "大后天": 3, "大前天": -3, "后天": 2, "前天": -2, "明天": 1, "明早": 1, "明晚": 1,
    "昨天": -1, "昨晚": -1, "今天": 0, "今晚": 0, "今早": 0,
}  # fmt: skip
_ENGLISH = re.compile(
    rf"\b(?P<day>{'|'.join(_ENGLISH_DAYS)})\b"
    rf"|\b(?P<which>next|last|this)\s+(?P<span>week|month|year|{'|'.join(_WEEKDAYS)})\b"
    rf"|\b(?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)})\s+(?P<unit>day|week|month|year)s?\s+(?P<ago>ago|from now)\b"
    rf"|\bin\s+(?P<until>\d{{1,3}}|{'|'.join(_NUMBERS)})\s+(?P<unit2>day|week|month|year)s?\b(?!\s*ago)",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    rf"(?P<day>{'|'.join(_CHINESE_NAMES)})"
    r"|(?P<which>上上|下下|上|下|这|本)(?:个)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])?"
    r"|(?P<month>上|下|这|本)个月|(?P<year>去|前|今|明|后)年"
    r"|(?P<count>\d{1,3}|[一两二三四五六七八九十])(?P<unit>天|个?星期|周|个月|年)(?P<ago>之?前|之?后|以后)"
)


def resolved(text: str, today: date, *, chinese: bool) -> str:
    """The text with the date behind each of these words: “tomorrow (30 November 2026)”."""

    def told(found: re.Match[str]) -> str:
        when = (_chinese if chinese else _english)(found, today)
        if when is None:
            return found.group()
        return f"{found.group()}（{when}）" if chinese else f"{found.group()} ({when})"

    return (_CHINESE if chinese else _ENGLISH).sub(told, text)


def names_a_day(text: str, *, chinese: bool) -> bool:
    return (_CHINESE if chinese else _ENGLISH).search(text) is not None


def written(day: date, *, chinese: bool) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if chinese else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _english(found: re.Match[str], today: date) -> str | None:
    if day := found["day"]:
        return written(_moved(today, _ENGLISH_DAYS[day.lower()], "day"), chinese=False)
    if which := found["which"]:
        return _of_span(which.lower(), found["span"].lower(), today)
    count, unit = found["count"] or found["until"], found["unit"] or found["unit2"]
    number = _NUMBERS.get(count.lower()) or int(count)
    back = found["ago"] is not None and found["ago"].lower() == "ago"
    return _dated(_moved(today, -number if back else number, unit.lower()), unit.lower(), chinese=False)


def _of_span(which: str, span: str, today: date) -> str:
    step = {"next": 1, "last": -1, "this": 0}[which]
    if span in _WEEKDAYS:
        ahead = _WEEKDAYS.index(span) - today.weekday()
        if which == "next":
            ahead += 7 if ahead <= 0 else 0
        elif which == "last":
            ahead -= 7 if ahead >= 0 else 0
        return written(today + timedelta(days=ahead), chinese=False)
    if span == "week":
        monday = today + timedelta(days=7 * step - today.weekday())
        return f"the week of {written(monday, chinese=False)}"
    return _dated(_moved(today, step, span), span, chinese=False)


def _chinese(found: re.Match[str], today: date) -> str | None:
    if day := found["day"]:
        return written(_moved(today, _CHINESE_NAMES[day], "day"), chinese=True)
    if which := found["which"]:
        step = {"上上": -2, "下下": 2, "上": -1, "下": 1}.get(which, 0)
        monday = today + timedelta(days=7 * step - today.weekday())
        weekday = found["weekday"]
        if weekday is None:
            return f"{written(monday, chinese=True)}起的一周"
        return written(monday + timedelta(days=_CHINESE_DAYS[weekday]), chinese=True)
    if month := found["month"]:
        return _dated(_moved(today, {"上": -1, "下": 1}.get(month, 0), "month"), "month", chinese=True)
    if year := found["year"]:
        return f"{today.year + {'去': -1, '前': -2, '今': 0, '明': 1, '后': 2}[year]}年"
    count = found["count"]
    number = int(count) if count.isdecimal() else _CHINESE_NUMBERS[count]
    unit = {"天": "day", "周": "week", "星期": "week", "个星期": "week", "个月": "month", "年": "year"}[found["unit"]]
    return _dated(_moved(today, -number if "前" in found["ago"] else number, unit), unit, chinese=True)


def _moved(today: date, count: int, unit: str) -> date:
    if unit in ("day", "week"):
        return today + timedelta(days=count * (7 if unit == "week" else 1))
    months = today.year * 12 + today.month - 1 + count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    if not 1 <= year <= 9_998:
        return today
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(today.day, (first_of_next - timedelta(days=1)).day))


def _dated(day: date, unit: str, *, chinese: bool) -> str:
    """As exactly as was said: who says “two years ago” means no day."""
    if unit == "year":
        return f"{day.year}年" if chinese else str(day.year)
    if unit == "month":
        return f"{day.year}年{day.month}月" if chinese else f"{_MONTHS[day.month - 1]} {day.year}"
    return written(day, chinese=chinese)
