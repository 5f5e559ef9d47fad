"""What a player sees of where a play stands: nothing that is hidden, locked away, or meant for the model."""

from msgspec import Struct

from stories.book import Book
from stories.book.parts import words_in
from stories.format import Words
from stories.rules import Action, offered
from stories.rules.options import due
from stories.state import PLAYER, State


class Thing(Struct, frozen=True):
    name: str
    called: str


class Present(Struct, frozen=True):
    name: str
    called: str
    role: str
    mood: str
    bond: int


class Option(Struct, frozen=True):
    """`open` is false where the words say what it would take."""

    action: Action
    words: str
    open: bool = True


class Goal(Struct, frozen=True):
    words: str
    done: bool


class Number(Struct, frozen=True):
    called: str
    value: int
    low: int
    high: int


class Ending(Struct, frozen=True):
    name: str
    title: str
    means: str
    kind: str


class View(Struct, frozen=True):
    """In one language. `roads` are empty while the scene holds the player."""

    scene: str
    title: str
    place: str
    present: tuple[Present, ...]
    goals: tuple[Goal, ...]
    options: tuple[Option, ...]
    carried: tuple[Thing, ...]
    lying: tuple[Thing, ...]
    roads: tuple[Thing, ...]
    numbers: tuple[Number, ...]
    ending: Ending | None


def view(book: Book, state: State, language: str) -> View:
    return _Looking(book, state, language).view()


class _Looking:
    def __init__(self, book: Book, state: State, language: str) -> None:
        self.book, self.state, self.language = book, state, language
        self.file = book.file

    def said(self, words: Words) -> str:
        return words_in(words, self.language, self.file)

    def view(self) -> View:
        scene = self.file.scenes[self.state.scene]
        place = self.file.places.get(self.state.place)
        return View(
            scene=self.state.scene,
            title=self.said(scene.title),
            place=self.said(place.name) if place else "",
            present=tuple(self.person(name) for name, here in self.state.here.items() if here),
            goals=tuple(
                Goal(self.said(goal.text), done(self.state))
                for goal, done in zip(scene.goals, self.book.scenes[self.state.scene].goals, strict=True)
            ),
            options=() if self.state.ending else tuple(self.options()),
            carried=self.held_by(PLAYER),
            lying=self.held_by(self.state.place) if self.state.place else (),
            roads=self.roads() if scene.roam and not self.state.ending else (),
            numbers=tuple(
                Number(self.said(counter.name), self.state.counters[name], counter.low, counter.high)
                for name, counter in self.file.counters.items()
                if counter.shown
            ),
            ending=self.ending(),
        )

    def person(self, name: str) -> Present:
        member = self.file.cast[name]
        return Present(
            name, self.said(member.name), self.said(member.role), self.state.moods[name], self.state.bonds[name]
        )

    def options(self) -> list[Option]:
        """Choices in the order of the file, with those that say what they take; then what has a label of its own."""
        written, scene = self.file.scenes[self.state.scene], self.book.scenes[self.state.scene]
        found = []
        for name, choice in scene.choices.items():
            words = written.choices[name]
            if due(self.book, self.state, choice):
                found.append(Option(Action("choose", name), self.said(words.label)))
            elif (locked := self.said(words.locked)) and choice.path not in self.state.done:
                found.append(Option(Action("choose", name), locked, open=False))
        custom = {**self.file.actions, **written.actions}
        return found + [
            Option(action, self.said(custom[action.target].label))
            for action in offered(self.book, self.state)
            if action.verb == "custom"
        ]

    def held_by(self, whom: str) -> tuple[Thing, ...]:
        items = self.file.items
        return tuple(
            Thing(name, self.said(items[name].name)) for name, holder in self.state.items.items() if holder == whom
        )

    def roads(self) -> tuple[Thing, ...]:
        places = self.file.places
        return tuple(
            Thing(name, self.said(places[name].name)) for name in sorted(self.book.roads.get(self.state.place, ()))
        )

    def ending(self) -> Ending | None:
        if not self.state.ending:
            return None
        ending = self.file.endings[self.state.ending]
        return Ending(self.state.ending, self.said(ending.title), self.said(ending.means), ending.kind)
