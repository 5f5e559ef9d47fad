import re
from decimal import Decimal

from django import template
from django.utils.translation import gettext

from characters.discretion import Figure

register = template.Library()
MARKS = re.compile(r"[*_`#>~|]+")
LINE = 80


@register.filter
def figure(value: Figure) -> str:
    """A number that may be shown, or that it may not."""
    if value.value is None:
        return gettext("hidden") if value.cover else gettext("fewer than ten")
    return grouped(value.value) + ("+" if value.growing else "")


@register.filter
def percent(value: int | None) -> str:
    """A share; where one of its sides is fewer than ten there is none to tell."""
    return "–" if value is None else f"{value}%"


@register.filter
def beginning_words(text: str) -> str:
    """The beginning of an opening without its marks, as much as fits a line."""
    words = " ".join(MARKS.sub("", text).split())
    return words if len(words) <= LINE else f"{words[:LINE].rsplit(' ', 1)[0].rstrip()}…"


@register.filter
def grouped(value: int) -> str:
    """With commas, in both languages: Django knows none in Chinese."""
    return f"{value:,}"


@register.filter
def money(micros: int, currency: str) -> str:
    """Millionths of a currency unit, to four places: the rest is kept, not shown."""
    return f"{Decimal(micros // 100) / 10_000:,.4f} {currency}"
