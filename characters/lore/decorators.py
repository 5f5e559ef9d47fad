"""Decorators of the V3 card format: lines like `@@depth 2` at the start of an entry's text.

`@@@name value` right below is a fallback, read only when all above it are unknown to us or make no sense. Whatever
is understood or not, these lines and the blank ones around them never reach a prompt.
"""

import re
from collections.abc import Callable
from typing import TypeVar, overload

_LINE = re.compile(r"[ \t]*(@@@?)[ \t]*([A-Za-z_]\w*)[ \t]*(.*?)[ \t]*\Z")
MAX_LINES = 100
MAX_NUMBER = 10_000
T = TypeVar("T", int, None)


class Decorators:
    """What the decorators of one entry say; of a repeated name the first, but all keys."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[str, ...]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._said

    def add(self, name: str, value: str) -> bool:
        """False when we do not act on it: then its fallback is read."""
        reads = KNOWN.get(name)
        values = reads(value) if reads else None
        if values is None:
            return False
        if name in REPEATED:
            self._said[name] = self._said.get(name, ()) + values
        else:
            self._said.setdefault(name, values)
        return True

    @overload
    def number(self, name: str, default: int) -> int: ...
    @overload
    def number(self, name: str, default: None) -> int | None: ...
    def number(self, name: str, default: int | None) -> int | None:
        values = self._said.get(name)
        return int(values[0]) if values else default

    def word(self, name: str) -> str | None:
        values = self._said.get(name)
        return values[0] if values else None

    def words(self, name: str) -> tuple[str, ...]:
        return self._said.get(name, ())


def _number(least: int) -> Callable[[str], tuple[str, ...] | None]:
    def read(value: str) -> tuple[str, ...] | None:
        if not (value.isascii() and value.isdigit()) or len(value) > 6:
            return None
        return (str(min(int(value), MAX_NUMBER)),) if int(value) >= least else None

    return read


def _one_of(*names: str) -> Callable[[str], tuple[str, ...] | None]:
    return lambda value: (value.lower(),) if value.lower() in names else None


def _list(value: str) -> tuple[str, ...] | None:
    words = tuple(word.strip() for word in value.split(",") if word.strip())
    return words or None


def _flag(value: str) -> tuple[str, ...]:
    return ("",)


# What we act on. `instruct_*` speaks of models that are not chat models, Risu's own of Risu: unknown here.
KNOWN: dict[str, Callable[[str], tuple[str, ...] | None]] = {
    "activate": _flag,
    "dont_activate": _flag,
    "activate_only_after": _number(0),
    "activate_only_every": _number(1),
    "keep_activate_after_match": _flag,
    "dont_activate_after_match": _flag,
    "depth": _number(0),
    "reverse_depth": _number(0),
    "role": _one_of("system", "user", "assistant"),
    "scan_depth": _number(0),
    "is_greeting": _number(0),
    "is_user_icon": lambda value: (value,) if value else None,
    "position": _one_of("after_desc", "before_desc", "personality", "scenario"),
    "ignore_on_max_context": _flag,
    "additional_keys": _list,
    "exclude_keys": _list,
    "disable_ui_prompt": _one_of("post_history_instructions", "system_prompt"),
}
REPEATED = ("additional_keys", "exclude_keys")


def read_decorators(content: str) -> tuple[Decorators, str]:
    """The decorators at the start of a text, and the text without them."""
    found, rest = Decorators(), content
    if "@@" not in content:
        return found, content.strip()
    understood = True  # by the lines above that this one could stand in for
    for _ in range(MAX_LINES):
        line, _, below = rest.partition("\n")
        read = _LINE.match(line.rstrip("\r"))
        if read is None:
            if line.strip() or not rest:
                break
        elif read[1] == "@@" or not understood:
            understood = found.add(read[2].lower(), read[3])
        rest = below
    return found, rest.strip()
