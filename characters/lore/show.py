"""A look at what a book does with a talk, for people: what came up, where its keys stand, what was cut."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from characters.lore.activation import Moment, activate
from characters.lore.compiled import CompiledBook
from characters.lore.entries import Entry
from characters.lore.keys import Text
from characters.lore.outcome import Activation, Fired
from characters.lore.state import Line


class Piece(NamedTuple):
    """A run of a message; `entries` are the names of those whose key it is."""

    text: str
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownLine:
    id: UUID
    role: str
    pieces: tuple[Piece, ...]

    @property
    def called(self) -> bool:
        return any(piece.entries for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Look:
    lines: tuple[ShownLine, ...]
    found: Activation


def look_through(books: Sequence[CompiledBook], lines: Sequence[Line], *, room: int, measure: object) -> Look:
    """The talk as if it were answered now, and nothing had come up before."""
    leaf = str(lines[-1].id) if lines else ""
    found = activate(
        books,
        lines,
        moment=Moment(talk="try", seed=f"try {leaf}", greeting=0),
        room=room,
        measure=measure,  # type: ignore[arg-type]
    )
    spans: defaultdict[UUID, list[tuple[int, int, str]]] = defaultdict(list)
    texts = {line.id: Text(line.text) for line in lines}
    for fired in _called_by_key(found):
        book = next(book for book in books if book.book.id == fired.entry.book)
        number = book.primary[book.by_id[fired.entry.id]][fired.key or 0]
        for line in reversed(lines[-fired.entry.scan_depth :] if fired.entry.scan_depth else []):
            for start, end in book.keys.spans(texts[line.id], {number}):
                spans[line.id].append((start, end, name_of(fired.entry)))
    return Look(
        tuple(ShownLine(line.id, line.role, _pieces(texts[line.id].plain, spans[line.id])) for line in lines), found
    )


def _called_by_key(found: Activation) -> list[Fired]:
    every = [*found.stable, *found.fresh, *(cut.found for cut in (*found.cut, *found.missed) if cut.found)]
    return [fired for fired in every if fired.key is not None and fired.message is not None]


def _pieces(text: str, spans: list[tuple[int, int, str]]) -> tuple[Piece, ...]:
    """The text cut where a key begins or ends; what overlaps is one piece for all of them."""
    merged: list[tuple[int, int, list[str]]] = []
    for start, end, name in sorted(spans):
        if merged and start < merged[-1][1]:
            begun, ended, names = merged[-1]
            merged[-1] = (begun, max(ended, end), [*names, name])
        else:
            merged.append((start, end, [name]))
    pieces, at = [], 0
    for start, end, names in merged:
        if start > at:
            pieces.append(Piece(text[at:start]))
        pieces.append(Piece(text[start:end], tuple(dict.fromkeys(names))))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return tuple(pieces)


def name_of(entry: Entry) -> str:
    return entry.name or (entry.keys[0] if entry.keys else entry.text[:40])
