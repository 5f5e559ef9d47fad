"""Where one branch of a play stands. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from msgspec import json

from chat.plays.words import deed
from stories.book import Book
from stories.rules import Action, Entry, act, begin, propose
from stories.rules.act import Outcome, untouched
from stories.state import State
from stories.telling import Note, View, notes, view


@dataclass(frozen=True, slots=True)
class Staged:
    """`parts` says who plays whom, `at` is the message of the last entry, None before the first. `state` is never
    changed: what happens makes another one.
    """

    book: Book
    state: State
    seed: str
    language: str
    parts: Mapping[str, UUID]
    at: UUID | None = None

    def standing(self, state: State, *, at: UUID) -> "Staged":
        return replace(self, state=state, at=at)

    def act(self, action: Action) -> "Happened":
        """Raises stories.rules.Refused."""
        return self._happened(act(self.book, self.state, action, self.seed), action=action)

    def begin(self) -> "Happened":
        return self._happened(begin(self.book, self.seed))

    def propose(self, names: Iterable[str]) -> "Happened":
        listed = tuple(names)
        return self._happened(propose(self.book, self.state, listed, self.seed), proposed=listed)

    def is_here(self, character_id: UUID) -> bool:
        """Whether a character is present where the play stands. One that plays nobody of the story comes and goes as
        the host has it."""
        names = [name for name, player in self.parts.items() if player == character_id]
        return not names or any(self.state.here.get(name, False) for name in names)

    def view(self) -> View:
        return view(self.book, self.state, self.language)

    def _happened(
        self, outcome: Outcome, action: Action | None = None, proposed: tuple[str, ...] | None = None
    ) -> "Happened":
        entry = Entry(outcome.events, action, proposed)
        return Happened(entry, self, replace(self, state=outcome.state))


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry, and the play before and after it."""

    entry: Entry
    before: Staged
    after: Staged

    @property
    def ending(self) -> str:
        """Where it has just been reached."""
        return self.after.state.ending if not self.before.state.ending else ""

    def notes(self) -> list[Note]:
        return notes(self.before.book, self.before.state, self.entry.events, self.before.language)

    def deed(self) -> str:
        """What was done, in the story's words; empty where nothing was, or where it is not known in which scene."""
        scene, action = self.before.state.scene, self.entry.action
        if action is None or not scene or self.before.at == self.after.at:
            return ""
        return deed(self.before.book, scene, action, self.before.language)

    def hung_on(self, message_id: UUID) -> "Happened":
        return replace(self, after=replace(self.after, at=message_id))


def stored(happened: Happened) -> tuple[str, str]:
    """Entry and state as they lie in the database."""
    return json.encode(happened.entry).decode(), json.encode(happened.after.state).decode()


def entry_row(happened: Happened, *, seq: int) -> dict[str, Any]:
    """The columns of one that hangs on a message."""
    entry, state = stored(happened)
    return {
        "message_id": happened.after.at,
        "before_id": happened.before.at,
        "seq": seq,
        "entry": entry,
        "state": state,
    }


def state_in(text: str) -> State:
    return json.decode(text, type=State)


def entry_in(text: str) -> Entry:
    return json.decode(text, type=Entry)


def start_of(book: Book, seed: str, language: str, parts: Mapping[str, UUID]) -> Staged:
    return Staged(book, untouched(book), seed, language, parts)
