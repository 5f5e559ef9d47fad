"""The stories of the house: `stories/presets/*.yaml`."""

from functools import cache
from pathlib import Path

from stories.book import Book, read_book

DIRECTORY = Path(__file__).parent / "presets"


def files() -> list[Path]:
    return sorted(DIRECTORY.glob("*.yaml"))


@cache
def shipped() -> dict[str, Book]:
    """By name, read once."""
    return {path.stem: read_book(path) for path in files()}
