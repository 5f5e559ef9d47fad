"""Events as a player reads them: words, dice, what was gained, what moved. Flags and hidden numbers stay unsaid."""

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from stories.book import Book
from stories.book.parts import words_in
from stories.events import Event, Met, Rolled, Set, Told
from stories.state import PLAYER, State

Kind = Literal["told", "rolled", "scene", "ending", "gained", "lost", "number", "bond"]


class Note(Struct, frozen=True, omit_defaults=True):
    """`what` names the thing, `words` are what there is to read; `before` and `now` are numbers that moved."""

    kind: Kind
    words: str
    what: str = ""
    rolls: tuple[int, ...] = ()
    plus: int = 0
    needs: int = 0
    passed: bool = False
    before: int = 0
    now: int = 0


def notes(book: Book, before: State, events: Iterable[Event], language: str) -> list[Note]:
    """`before` is the state that the events began with; it is left as it is."""
    return list(_notes(book, before.copy(), events, language))


def _notes(book: Book, state: State, events: Iterable[Event], language: str) -> Iterator[Note]:
    for event in events:
        if isinstance(event, Told):
            yield Note("told", book.told(event.path, language, event.lines))
        elif isinstance(event, Rolled):
            name = words_in(book.dice[event.dice].name, language, book.file)
            yield Note("rolled", name, event.dice, event.rolls, event.plus, event.needs, event.passed)
        elif isinstance(event, Met):
            yield from _met(book, event, language)
        elif isinstance(event, Set):
            yield from _moved(book, state, event, language)
            state.put(event.part, event.name, event.value)


def _met(book: Book, event: Met, language: str) -> Iterator[Note]:
    part, _dot, name = event.path.partition(".")
    if event.what == "scene":
        yield Note("scene", words_in(book.file.scenes[name].title, language, book.file), name)
    elif event.what == "ending" and part == "endings":
        yield Note("ending", words_in(book.file.endings[name].title, language, book.file), name)


def _moved(book: Book, state: State, event: Set, language: str) -> Iterator[Note]:
    file, name = book.file, event.name
    if event.part == "items" and PLAYER in (event.value, state.items[name]):
        kind: Kind = "gained" if event.value == PLAYER else "lost"
        yield Note(kind, words_in(file.items[name].name, language, file), name)
    elif event.part == "counters" and file.counters[name].shown:
        words = words_in(file.counters[name].name, language, file)
        yield Note("number", words, name, before=state.counters[name], now=int(event.value))
    elif event.part == "bonds":
        words = words_in(file.cast[name].name, language, file)
        yield Note("bond", words, name, before=state.bonds[name], now=int(event.value))
