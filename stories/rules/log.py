"""A play as what happened in it. Entries hang on messages of the tree: the state of a branch is that of its entries.

Two ways lead from a log to its state, and tests hold that they agree: `retold` folds the events and needs no rules, so
a play goes on whatever becomes of the story; `replayed` acts again, which proves that nothing but rules made it.
"""

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from stories.book import Book
from stories.events import Event, Set
from stories.rules.act import Outcome, act, begin, untouched
from stories.rules.actions import Action
from stories.rules.proposals import propose
from stories.state import State


class Entry(Struct, frozen=True, omit_defaults=True):
    """The beginning, an action, or what a model proposed; and what came of it."""

    events: tuple[Event, ...]
    action: Action | None = None
    proposed: tuple[str, ...] | None = None


class Log(Struct, frozen=True):
    story: str
    version: str
    seed: str
    entries: tuple[Entry, ...] = ()

    def encoded(self) -> bytes:
        return msgspec.json.encode(self)


def decoded(data: bytes) -> Log:
    return msgspec.json.decode(data, type=Log)


def retold(book: Book, entries: Iterable[Entry]) -> State:
    state = untouched(book)
    for entry in entries:
        for event in entry.events:
            if isinstance(event, Set):
                state.put(event.part, event.name, event.value)
    return state


def replayed(book: Book, seed: str, entries: Iterable[Entry]) -> State:
    """Raises Refused where the rules of this version of the story would not have allowed it."""
    state = untouched(book)
    for entry in entries:
        state = again(book, state, entry, seed).state
    return state


def again(book: Book, state: State, entry: Entry, seed: str) -> Outcome:
    if entry.proposed is not None:
        return propose(book, state, entry.proposed, seed)
    return act(book, state, entry.action, seed) if entry.action else begin(book, seed)
