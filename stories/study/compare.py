"""Two documents of a story beside each other: what came, what went, and which words changed. Pure.

Parts are told apart by their names, lines of a list by their place. A part that is new or gone is one difference, with
all that is in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Path = tuple[str | int, ...]
# What stands in both and is another is looked into, down to its texts and values.
KINDS = ("new", "gone", "text", "value")
_LANGUAGES = frozenset({"en", "zh-hans"})
SKIPPED = frozenset({"story", "name", "version"})


@dataclass(frozen=True, slots=True)
class Difference:
    """`text`: words of people in one language; `value`: an expression, a number, a name, a list of such."""

    kind: Literal["new", "gone", "text", "value"]
    path: Path
    before: Any = None
    after: Any = None


def differences(before: Any, after: Any) -> list[Difference]:
    """In the order of the newer document; what is gone stands where its neighbours do."""
    return list(_between(before, after, ()))


def _between(before: Any, after: Any, path: Path) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*after, *(key for key in before if key not in after)]:
            if path or key not in SKIPPED:
                yield from _below(before, after, key, (*path, key))
    elif isinstance(before, list) and isinstance(after, list) and _holds_parts(before, after):
        for at in range(max(len(before), len(after))):
            yield from _below(dict(enumerate(before)), dict(enumerate(after)), at, (*path, at))
    elif before != after or type(before) is not type(after):
        said = path[-1] in _LANGUAGES and isinstance(before, str) and isinstance(after, str)
        yield Difference("text" if said else "value", path, before, after)


def _below(before: dict[Any, Any], after: dict[Any, Any], key: Any, path: Path) -> Iterator[Difference]:
    if key not in before:
        yield Difference("new", path, None, after[key])
    elif key not in after:
        yield Difference("gone", path, before[key], None)
    else:
        yield from _between(before[key], after[key], path)


def _holds_parts(*lists: list[Any]) -> bool:
    return any(isinstance(each, dict) for one in lists for each in one)


def words_below(value: Any, language: str) -> str:
    """All that people wrote in what is new or gone, in one language."""
    return "\n".join(_words(value, language))


def _words(value: Any, language: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            if key == language and isinstance(each, str):
                yield each.strip()
            elif key not in _LANGUAGES:
                yield from _words(each, language)
    elif isinstance(value, list):
        for each in value:
            yield from _words(each, language)
