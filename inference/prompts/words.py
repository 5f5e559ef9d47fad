"""Words with placeholders in them, `{name}`. Doubled braces are a card's macros and stay as they are."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
TEMPLATE_NAME = re.compile(r"[a-z]{1,30}\.[a-z][a-z0-9_]{0,39}")
_TOKEN = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]{0,39})\}|[{}]")


class Piece(NamedTuple):
    """Literal words, or the name of what stands there."""

    words: str
    name: str = ""


class LoneBrace(ValueError):
    """`line` counts from zero, within the words."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


def pieces_of(words: str) -> list[Piece]:
    """Raises LoneBrace."""
    found, at = [], 0
    for token in _TOKEN.finditer(words):
        if token[0] in "{}":
            raise LoneBrace(words.count("\n", 0, token.start()))
        if token[1]:
            found += [Piece(words[at : token.start()]), Piece("", token[1])]
            at = token.end()
    found.append(Piece(words[at:]))
    return [piece for piece in found if piece.words or piece.name]


def placed(words: str) -> Iterator[tuple[str, int]]:
    """The placeholders, each with its line within the words. What cannot be read has none."""
    for token in _TOKEN.finditer(words):
        if token[1]:
            yield token[1], words.count("\n", 0, token.start())


def filled(pieces: list[Piece], given: Mapping[str, list[Piece]]) -> list[Piece]:
    """Where a name is among `given`, its pieces; the rest as it is. One pass: what is put in is not looked at again."""
    found: list[Piece] = []
    for piece in pieces:
        found += given.get(piece.name, [piece]) if piece.name else [piece]
    return found
