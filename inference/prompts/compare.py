"""Two texts side by side, line by line, with what is different within a line."""

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

AROUND = 3  # lines of what is the same, beside a difference
_WORDS = re.compile(r"[\u3400-\u9fff]|\w+|\s+|.")


class Piece(NamedTuple):
    text: str
    changed: bool


class Side(NamedTuple):
    """`number` is None where this side has no such line."""

    number: int | None
    pieces: tuple[Piece, ...]


class Row(NamedTuple):
    """`kind`: the same on both sides, different, or so many `lines` left out that are the same."""

    kind: Literal["same", "changed", "gap"]
    left: Side
    right: Side
    lines: int = 0


NOTHING = Side(None, ())


def side_by_side(left: str, right: str) -> list[Row]:
    one, other = left.splitlines(), right.splitlines()
    rows: list[Row] = []
    for kind, a1, a2, b1, b2 in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            rows += _same(one, a1, a2, b1, first=not a1, last=a2 == len(one) and b2 == len(other))
        else:
            rows += _changed(one[a1:a2], other[b1:b2], a1, b1)
    return rows


def _same(lines: Sequence[str], start: int, end: int, there: int, *, first: bool, last: bool) -> Iterator[Row]:
    head, tail = 0 if first else AROUND, 0 if last else AROUND
    hidden = range(start + head, end - tail)
    for at in range(start, end):
        if len(hidden) > 1 and at in hidden:
            if at == hidden.start:
                yield Row("gap", NOTHING, NOTHING, len(hidden))
            continue
        piece = (Piece(lines[at], changed=False),)
        yield Row("same", Side(at + 1, piece), Side(there + at - start + 1, piece))


def _changed(left: Sequence[str], right: Sequence[str], a1: int, b1: int) -> Iterator[Row]:
    for at in range(max(len(left), len(right))):
        if at >= len(left):
            yield Row("changed", NOTHING, Side(b1 + at + 1, (Piece(right[at], changed=True),)))
        elif at >= len(right):
            yield Row("changed", Side(a1 + at + 1, (Piece(left[at], changed=True),)), NOTHING)
        else:
            before, after = _words(left[at], right[at])
            yield Row("changed", Side(a1 + at + 1, before), Side(b1 + at + 1, after))


def _words(left: str, right: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    one, other = _WORDS.findall(left), _WORDS.findall(right)
    before, after = [], []
    for kind, a1, a2, b1, b2 in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if a2 > a1:
            before.append(Piece("".join(one[a1:a2]), kind != "equal"))
        if b2 > b1:
            after.append(Piece("".join(other[b1:b2]), kind != "equal"))
    return tuple(before), tuple(after)
