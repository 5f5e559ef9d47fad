"""A conversation as every format is written from it and read into it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO, Literal

Role = Literal["player", "character"]
Openable = Callable[[], BinaryIO]
"""Opens a file from its beginning, each time anew."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the tree. `key` names it within its file, `at` is in milliseconds since 1970. `rating` is what
    whoever writes the file out thinks of it.
    """

    key: str
    parent: str | None
    role: Role
    name: str
    text: str
    at: int | None = None
    status: str = "complete"
    muted: bool = False
    rating: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a branch: the alternatives there, oldest first, and which of them the branch goes through."""

    lines: list[Line]
    chosen: int

    @property
    def line(self) -> Line:
        return self.lines[self.chosen]


@dataclass(slots=True)
class Talk:
    """All but the lines. `head` is the key of the line on which it goes on; None: the last one that is read.

    `opening` is the greeting of the character's (from 0) that a file counts on without holding it. `notes` counts what
    was not taken as it stood, by a code of NOTES in chat/import_words.py.
    """

    title: str = ""
    character: str = ""
    character_id: str = ""
    others: list[str] = field(default_factory=list)
    player: str = ""
    created: int | None = None
    updated: int | None = None
    head: str | None = None
    opening: int | None = None
    notes: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Found:
    """A talk in a file. `lines` come once: parents before children, alternatives in their order."""

    talk: Talk
    lines: Iterator[Line]


def too_large(character: str) -> Found:
    """In the place of a talk that has too much in it to be held."""
    return Found(Talk(character=character, notes=Counter(too_large=1)), iter(()))


def iso(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"
