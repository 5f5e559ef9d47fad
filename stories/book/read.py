from pathlib import Path

from stories.book.compile import compiled
from stories.book.parts import Book
from stories.format import read_file


def read_book(path: Path) -> Book:
    """Raises Unfit with everything that is wrong with the file, and OSError where there is none."""
    return compiled(read_file(path.read_text(encoding="utf-8"), path.name))
