"""A document that is being written: what it holds, what is wrong with it, how it plays."""

from collections.abc import Iterator
from typing import Any

from inference.prompts.marked import Marked, marked
from inference.prompts.problems import Unfit
from stories.books import NAME, book_from
from stories.services.casting import missing_players
from stories.services.releases import checked_book, told
from stories.study import findings, paths_of, simulate
from stories.study.simulate import Plays
from stories.writing import outline_of, plain_of

# So many at a time: a few tenths of a second, between which whoever waits is told how far it is.
AT_ONCE = 250
# What is found without a play: names, ways, what is set and never asked.
UNPLAYED = Plays()


def checked_document(source: str) -> dict[str, Any]:
    """`data` is null where the document is no YAML; `problems` says why, or what else is wrong, by line and path."""
    try:
        top = marked(source, NAME)
        data = plain_of(source)
    except Unfit as unfit:
        return {"data": None, "edges": [], "lines": {}, "problems": [told(each) for each in unfit.problems]}
    return {"data": data, "edges": outline_of(data), "lines": dict(_lines(top, "")), "problems": _problems(source)}


def some_plays(source: str, *, start: str = "", seed: str = "1") -> dict[str, Any]:
    """How so many random plays go, from a scene on: how many met each ending, scene, choice and all else with a path,
    and in which scenes they stopped. Raises Unplayable.
    """
    book = checked_book(source)
    plays = simulate(book, AT_ONCE, seed, start if start in book.scenes else "")
    return {
        "plays": plays.count,
        "steps": plays.steps,
        "endings": {name: plays.endings[name] for name in book.endings},
        "scenes": {name: plays.scenes[name] for name in book.scenes},
        "stuck": dict(plays.stuck),
        "endless": dict(plays.endless),
        "paths": {path: plays.paths[path] for path in paths_of(book)},
    }


def _problems(source: str) -> list[dict[str, Any]]:
    try:
        book = book_from(source)
    except Unfit as unfit:
        return [told(each) for each in unfit.problems]
    missing = [told(each) for each in missing_players(book)]
    if missing:
        return missing
    # Hints, without a play: what only plays can tell stays unsaid.
    return [told(each) | {"hint": True} for each in findings(book, UNPLAYED)]


def _lines(node: Marked, path: str) -> Iterator[tuple[str, int]]:
    yield path, node.line
    if isinstance(node.value, dict | list):
        items = node.value.items() if isinstance(node.value, dict) else enumerate(node.value)
        for key, each in items:
            yield from _lines(each, f"{path}.{key}" if path else str(key))
