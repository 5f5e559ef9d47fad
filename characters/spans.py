"""Weeks and months to count by: days lie in weeks, weeks in months, so that the parts make up the whole."""

from datetime import date, timedelta

WEEK, MONTH = "week", "month"


def week_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> date:
    """The Monday on which the month begins that this day is counted to: the one its week's Thursday lies in."""
    thursday = week_of(day) + timedelta(days=3)
    first = thursday.replace(day=1)
    first_thursday = first + timedelta(days=(3 - first.weekday()) % 7)
    return first_thursday - timedelta(days=3)


def name_of_month(since: date) -> date:
    """The first of the calendar month that a month of whole weeks is named after."""
    return (since + timedelta(days=3)).replace(day=1)


def beginning(kind: str, day: date) -> date:
    return week_of(day) if kind == WEEK else month_of(day)


def following(kind: str, since: date) -> date:
    """Where the next one begins."""
    if kind == WEEK:
        return since + timedelta(days=7)
    after = since + timedelta(days=28)
    return after if month_of(after) == after else after + timedelta(days=7)
