"""Tokens and money as people read them."""

from decimal import ROUND_UP, Decimal

from django.utils.formats import number_format

from inference.prices import MILLION


def tokens(count: int) -> str:
    return number_format(count, force_grouping=True)


def money(micros: int, currency: str) -> str:
    """Rounded up to what still says something: hundredths, or the first two figures of less."""
    amount = Decimal(micros) / MILLION
    places = 2 if amount >= 1 or not micros else min(6, 1 - amount.adjusted())
    rounded = amount.quantize(Decimal(1).scaleb(-max(2, places)), ROUND_UP)
    return f"{number_format(rounded, force_grouping=True)} {currency}"
