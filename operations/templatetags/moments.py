"""Days and moments in UTC, written as on the other pages: 30 November 2026, 07:05."""

from datetime import UTC, date, datetime

from django import template
from django.utils.formats import date_format
from django.utils.translation import pgettext

register = template.Library()


@register.filter
def whole_day(day: date) -> str:
    return date_format(day, pgettext("long date with year, see Django's date filter", "j F Y"))


@register.filter
def moment(at: datetime) -> str:
    return f"{whole_day(at.astimezone(UTC))}, {at.astimezone(UTC):%H:%M}"
