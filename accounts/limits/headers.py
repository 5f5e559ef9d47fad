"""What is left, as HTTP tells it: `RateLimit` and `RateLimit-Policy`, lists of structured fields."""

from typing import Any

from accounts.errors import ProductError, RateLimited
from accounts.limits.buckets import Rates


def tell(response: Any, rates: Rates) -> None:
    """Add them to what the answer says already."""
    for name, items in (
        ("RateLimit-Policy", [f'"{rate.name}";q={rate.limit};w={rate.window}' for rate in rates]),
        ("RateLimit", [f'"{rate.name}";r={rate.remaining};t={rate.seconds}' for rate in rates]),
    ):
        if items:
            before = [response[name]] if name in response else []
            response[name] = ", ".join(before + items)


def tell_refused(response: Any, error: ProductError) -> None:
    """The same with an error, where it was a limit."""
    if isinstance(error, RateLimited):
        tell(response, error.rates)
