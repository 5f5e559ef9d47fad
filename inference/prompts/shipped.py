"""What packages ship. Each puts its folder here when it is imported."""

from functools import lru_cache
from pathlib import Path

from inference.prompts.problems import Unfit
from inference.prompts.shelf import Shelf, read_folder

_folders: list[Path] = []


def ship(folder: Path) -> None:
    if folder not in _folders:
        _folders.append(folder)
        shipped.cache_clear()


@lru_cache(maxsize=1)
def shipped() -> Shelf:
    """Read and checked once. Raises Unfit: a product that ships what does not fit does not start."""
    shelf = Shelf(source for folder in _folders for source in read_folder(folder))
    if problems := shelf.problems():
        raise Unfit(problems)
    return shelf
