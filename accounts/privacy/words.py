"""What pages say of what is held of somebody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.privacy.holdings import all_holdings


@dataclass(frozen=True, slots=True)
class Told:
    """In words where there are some, and all the rest by the names of models."""

    named: list[tuple[Any, int]]
    rest: list[tuple[str, int]]


def told(counts: Mapping[str, int]) -> Told:
    called = {holding.model: holding.called for holding in all_holdings() if holding.called}
    named = [(words, counts[model]) for model, words in called.items() if model in counts]
    return Told(named, sorted((model, rows) for model, rows in counts.items() if model not in called))
