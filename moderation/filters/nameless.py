"""A text without names: everybody has one, so they tie nothing together."""

import re
from collections.abc import Iterable
from functools import lru_cache

NAME = "§"  # stands for any name


@lru_cache(maxsize=2_000)
def bound(fact: str, speaker: str) -> str:
    """A trait, or a fact, in small letters, the speaker's name as "§"."""
    return nameless(fact.lower().replace("’", "'"), names_of(speaker))


def names_of(speaker: str) -> frozenset[str]:
    return frozenset({speaker, *speaker.split()} - {""})


@lru_cache(maxsize=512)
def ordered(names: frozenset[str]) -> tuple[str, ...]:
    """In small letters, the longest first."""
    return tuple(sorted({name.lower() for name in names if name}, key=lambda name: (-len(name), name)))


def nameless(text: str, names: Iterable[str]) -> str:
    pattern = _any_name(ordered(frozenset(names)))
    return pattern.sub(f" {NAME} ", text) if pattern is not None else text


@lru_cache(maxsize=256)
def _any_name(names: tuple[str, ...]) -> re.Pattern[str] | None:
    pieces = (rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name) for name in names)
    return re.compile("|".join(pieces)) if names else None
