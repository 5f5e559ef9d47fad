from pathlib import Path

import pytest

from stories.book import Book, compiled
from stories.format import read_file

SMALL = (Path(__file__).parent / "small.yaml").read_text()


def book_of(text: str) -> Book:
    return compiled(read_file(text, "small.yaml"))


@pytest.fixture(scope="session")
def lamp() -> Book:
    return book_of(SMALL)
