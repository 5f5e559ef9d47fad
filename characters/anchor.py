"""What never changes about a character: its pinned sliders, as a vector and as sentences."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from characters.traits import describe, read_traits


class Core(NamedTuple):
    """One pinned slider: `at` from -1 (the low end) to 1, and what that means."""

    key: str
    at: float
    says: str


def anchor_of(traits: Mapping[str, Any], language: str, name: str) -> tuple[Core, ...]:
    """The most pronounced first; those that are as pronounced in the order of the house. Empty where none is pinned.

    Raises TraitError as `read_traits` does.
    """
    pinned = [each for each in read_traits(traits) if each.pinned]
    core = [
        Core(each.key, round((each.value - 50) / 50, 2), describe(each.key, each.value, language, name))
        for each in pinned
    ]
    return tuple(sorted(core, key=lambda each: -abs(each.at)))
