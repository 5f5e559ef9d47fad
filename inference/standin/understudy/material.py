"""The hand-written material: phrases, lessons, and what to listen for."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).with_name("phrases")


@cache
def phrases(name: str) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, Any] = yaml.load((FOLDER / f"{name}.yaml").read_text("utf-8"), Loader=loader)  # noqa: S506
    return loaded


@cache
def word_list(language: str, name: str) -> tuple[str, ...]:
    return tuple(phrases("listening")[language][name].split())


@cache
def _kinds(language: str) -> list[tuple[str, re.Pattern[str]]]:
    found = phrases("listening")[language]["kinds"]
    return [(kind, re.compile("|".join(patterns), re.I)) for kind, patterns in found.items()]


def kind_of(language: str, text: str, *, but: tuple[str, ...] = ()) -> str:
    """The first kind whose pattern is found, or ""."""
    return next((kind for kind, pattern in _kinds(language) if kind not in but and pattern.search(text)), "")
