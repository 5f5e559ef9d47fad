"""What conditions and effects of a story read and write, by name: for what is set and never asked, or the other way."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from stories.expressions.tokens import Token, tokens
from stories.format import StoryFile

_EXPRESSIONS = frozenset({"when", "entry", "done", "needs", "plus"})


@dataclass(slots=True)
class Uses:
    read: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)


def uses_of(file: StoryFile) -> Uses:
    uses = Uses()
    for kind, text in _written(file):
        found = tokens(text)
        names = _names(found)
        if kind != "do":
            uses.read |= names
            continue
        target = _names(found[: _sign(found)])
        uses.written |= target
        uses.read |= _names(found[_sign(found) :])
    return uses


def _sign(found: list[Token]) -> int:
    """Where the target of an effect ends."""
    return next((at for at, token in enumerate(found) if token.kind in ("=", "+=", "-=", "if")), len(found))


def _names(found: list[Token]) -> set[str]:
    return {token.text for token in found if token.kind == "name"}


def _written(part: Any) -> Iterator[tuple[str, str]]:
    if isinstance(part, msgspec.Struct):
        for name in part.__struct_fields__:
            value = getattr(part, name)
            if name == "do":
                each = value.split(";") if isinstance(value, str) else value
                yield from (("do", one) for one in each)
            elif name in _EXPRESSIONS and isinstance(value, str):
                yield name, value
            else:
                yield from _written(value)
    elif isinstance(part, dict):
        for each in part.values():
            yield from _written(each)
    elif isinstance(part, list):
        for each in part:
            yield from _written(each)
