"""What a model costs: prices of a million tokens, and what came of them for one call, in millionths."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from django.conf import settings

from inference.base import Usage

MILLION = 1_000_000


class Cost(NamedTuple):
    """Money as a whole number of millionths of `currency`."""

    micros: int
    currency: str


@dataclass(frozen=True, slots=True)
class Price:
    """Of a million tokens: such a price is what one token costs in millionths."""

    currency: str
    prompt: Decimal
    cached: Decimal
    completion: Decimal
    written: Decimal | None = None  # None: as what is only read

    def of(self, usage: Usage) -> Cost:
        """Rounded up: nothing that costs is free."""
        fresh = usage.prompt - usage.cached - usage.written
        written = self.prompt if self.written is None else self.written
        exact = fresh * self.prompt + usage.cached * self.cached + usage.written * written
        exact += usage.completion * self.completion
        return Cost(int(exact.to_integral_value(ROUND_CEILING)), self.currency)

    def most_of(self, usage: Usage) -> Cost:
        """Of so many tokens, the most it can be: with none of the prompt cached, and all of it written."""
        written = usage.prompt if self.written is not None and self.written > self.prompt else 0
        return self.of(Usage(usage.prompt, usage.completion, written=written))


def price_of_row(row: object) -> Price | None:
    """Of a row of the catalogue; None where neither what goes in nor what comes out has a price."""
    prompt, cached, written, completion = (getattr(row, f"price_{name}") for name in ("in", "cached", "written", "out"))
    if prompt is None and completion is None:
        return None
    prompt = prompt or Decimal(0)
    cached = prompt if cached is None else cached
    return Price(row.currency, prompt, cached, completion or Decimal(0), written)  # type: ignore[attr-defined]


def dearest(prices: Iterable[Price | None], usage: Usage) -> Cost | None:
    """The most that this can cost whoever of them serves, in the currency of the first that has a price."""
    costs = [price.most_of(usage) for price in prices if price is not None]
    return max((cost for cost in costs if cost.currency == costs[0].currency), default=None)


def picture_cost() -> Cost | None:
    """Of one picture by the painter whom the environment names."""
    price = settings.IMAGE_PRICE
    return Cost(int((price * MILLION).to_integral_value(ROUND_CEILING)), settings.PRICE_CURRENCY) if price else None


def hearing_cost(seconds: float) -> Cost | None:
    """Of so much speech by the recogniser whom the environment names."""
    exact = settings.HEARING_PRICE * MILLION * Decimal(seconds) / 60
    return Cost(int(exact.to_integral_value(ROUND_CEILING)), settings.PRICE_CURRENCY) if exact else None


def speech_cost(letters: int) -> Cost | None:
    """Of so many letters by the speaker whom the environment names: a price of a million is what one costs in
    millionths."""
    price = settings.SPEECH_PRICE
    exact = price * letters
    return Cost(int(exact.to_integral_value(ROUND_CEILING)), settings.PRICE_CURRENCY) if price else None


def reading_price() -> Price | None:
    """Of the embedding model that the environment names."""
    price = settings.EMBEDDING_PRICE
    return Price(settings.PRICE_CURRENCY, price, price, Decimal(0)) if price else None
