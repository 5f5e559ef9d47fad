"""Books and talks for tests of the engine: plain values, a line every other one a reply."""

from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from uuid import UUID

from characters.lore import Activation, Book, CompiledBook, Entry, Moment, State, activate, compile_books

_numbers = count(1)


def fresh_id() -> UUID:
    """Growing, as the ids of messages do."""
    return UUID(int=next(_numbers))


@dataclass(frozen=True)
class Line:
    id: UUID
    role: str
    text: str


def talk(*texts: str) -> list[Line]:
    """The character opens; then they take turns."""
    return [Line(fresh_id(), "player" if at % 2 else "character", text) for at, text in enumerate(texts)]


def entry(*keys: str, **fields: Any) -> Entry:
    return Entry(**{"id": fresh_id(), "book": UUID(int=0), "keys": keys, "text": " ".join(keys), **fields})


def book(*entries: Entry, **fields: Any) -> Book:
    made = Book(id=fresh_id(), **fields)
    return replace(made, entries=tuple(replace(each, book=made.id, position=at) for at, each in enumerate(entries)))


class Stage:
    """One talk and its books, turn after turn."""

    def __init__(self, *books: Book, room: int = 1_000_000) -> None:
        self.books: tuple[CompiledBook, ...] = compile_books(books)
        self.branch: list[Line] = []
        self.state = State()
        self.room = room

    def hear(self, text: str, answer: str = "Yes.", **moment: Any) -> Activation:
        """The player says this, and is answered: what came up."""
        self.branch += [Line(fresh_id(), "player", text)]
        found = self.look(**moment)
        self.branch += [Line(fresh_id(), "character", answer)]
        self.state = found.state
        return found

    def forget(self) -> None:
        """The window moved on: only the last reply is left in it."""
        self.branch = self.branch[-1:]

    def look(self, **moment: Any) -> Activation:
        told = Moment(**{"talk": "talk", "seed": str(self.branch[-1].id) if self.branch else "", **moment})
        return activate(
            self.books, self.branch, moment=told, state=self.state, room=self.room, measure=lambda each: len(each.text)
        )


def names(part: Any) -> list[str]:
    return [each.entry.name or (each.entry.keys[0] if each.entry.keys else each.entry.text) for each in part]


def causes(found: Activation) -> dict[str, str]:
    return {names([cut])[0]: cut.cause for cut in found.cut}


def fires(made: Entry, *texts: str, **moment: Any) -> bool:
    """Whether an entry comes up in a talk of these lines."""
    found = activate(compile_books([book(made)]), talk(*texts), moment=Moment(seed="seed", **moment))
    return bool(found.fresh or found.stable)
