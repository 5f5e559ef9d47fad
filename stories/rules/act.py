"""An action resolved. The same story, state, seed and action give the same outcome, byte for byte."""

from dataclasses import dataclass, field
from typing import Literal

from stories.book import Book, Branch, Choice, Passage, Roll
from stories.book.parts import Option
from stories.events import Acted, Event, Met, Rolled, Set, Told
from stories.expressions import Effect
from stories.rules.actions import Action
from stories.rules.dice import rolled
from stories.rules.options import due, reaction_to
from stories.rules.possible import check
from stories.state import NOWHERE, PLAYER, State

MOST_SCENES = 8  # that one action may pass through
BONDS = (0, 100)


@dataclass(frozen=True, slots=True)
class Outcome:
    state: State
    events: tuple[Event, ...]


def begin(book: Book, seed: str) -> Outcome:
    """The first scene, and whatever happens in it by itself."""
    stage = Stage(book, untouched(book), seed)
    stage.enter(book.file.start)
    stage.settle()
    return stage.outcome()


def act(book: Book, state: State, action: Action, seed: str) -> Outcome:
    """Raises Refused, and never changes the state it is given."""
    check(book, state, action)
    stage = Stage(book, state.copy(), seed)
    stage.act(action)
    return stage.outcome()


def untouched(book: Book) -> State:
    """Before anything has happened, the first scene included."""
    file = book.file
    return State(
        scene="",
        flags=dict(file.flags),
        counters={name: counter.start for name, counter in file.counters.items()},
        bonds={name: member.bond for name, member in file.cast.items()},
        items={name: item.at or NOWHERE for name, item in file.items.items()},
        moods=dict.fromkeys(file.cast, "calm"),
        here=dict.fromkeys(file.cast, False),
    )


@dataclass(slots=True)
class Stage:
    """A state that is being changed, and what is told of it: every change is an event."""

    book: Book
    state: State
    seed: str
    events: list[Event] = field(default_factory=list)

    def outcome(self) -> Outcome:
        return Outcome(self.state, tuple(self.events))

    def act(self, action: Action) -> None:
        self.events.append(Acted(action.verb, action.target, action.item))
        self.put("step", "", self.state.step + 1)
        self.put("moves", "", self.state.moves + 1)
        option = self._option(action)
        if option is not None:
            self.take(option)
        else:
            self._as_usual(action)
        self.settle()

    def _option(self, action: Action) -> Option | None:
        if action.verb == "choose":
            return self.book.scenes[self.state.scene].choices[action.target]
        return reaction_to(self.book, self.state, action)

    def _as_usual(self, action: Action) -> None:
        """What the story has no answer to of its own. Nobody takes or suffers anything that no rule speaks of."""
        if action.verb == "inspect":
            self.tell(self.book.abouts[action.target])
        elif action.verb == "take":
            self.put("items", action.target, PLAYER)
        elif action.verb == "go":
            self.put("place", "", action.target)
            self.tell(self.book.abouts[action.target])

    def take(self, option: Option) -> None:
        self.meet("choice" if isinstance(option, Choice) else "action", option.path)
        self.follow(option)
        if option.roll is not None and not self.state.ending:
            self.follow(self.roll(option.roll, option.path))

    def roll(self, roll: Roll, path: str) -> Branch:
        rolls = rolled(self.book.dice[roll.dice], self.seed, self.state.step, path)
        plus, needs = roll.plus(self.state), roll.needs(self.state)
        passed = sum(rolls) + plus >= needs
        self.events.append(Rolled(roll.dice, rolls, plus, needs, passed))
        return roll.passed if passed else roll.failed

    def follow(self, branch: Branch) -> None:
        self.tell(branch.text)
        self.apply(branch.do)
        if branch.to in self.book.endings:
            self.end(branch.to)
        elif branch.to:
            self.enter(branch.to)

    def enter(self, name: str) -> None:
        scene = self.book.scenes[name]
        self.put("scene", "", name)
        self.put("moves", "", 0)
        self.put("seen", name, self.state.seen.get(name, 0) + 1)
        if scene.place:
            self.put("place", "", scene.place)
        if scene.present is not None:
            for who, was in self.state.here.items():
                if was != (who in scene.present):
                    self.put("here", who, not was)
        self.events.append(Met("scene", scene.path))
        self.tell(scene.text)
        self.apply(scene.do)

    def end(self, name: str) -> None:
        ending = self.book.endings[name]
        self.put("ending", "", name)
        self.events.append(Met("ending", ending.path))
        self.tell(ending.text)

    def settle(self) -> None:
        """What happens by itself: fate, beats, exits; again in each scene that this leads to."""
        for _again in range(MOST_SCENES):
            visit = (self.state.scene, self.state.seen[self.state.scene])
            self._by_itself()
            if self.state.ending or visit == (self.state.scene, self.state.seen[self.state.scene]):
                return

    def _by_itself(self) -> None:
        if self._fate():
            return
        scene = self.book.scenes[self.state.scene]
        visits = self.state.seen[scene.name]
        for what, beats in (("beat", scene.beats), ("exit", scene.exits)):
            for beat in beats:
                if due(self.book, self.state, beat):
                    self.meet(what, beat.path)  # type: ignore[arg-type]
                    self.follow(beat)
                    left = (self.state.scene, self.state.seen[scene.name]) != (scene.name, visits)
                    if left or self._fate():
                        return

    def _fate(self) -> bool:
        """An ending that comes whenever its condition holds."""
        for ending in self.book.fated:
            if not self.state.ending and ending.when is not None and ending.when(self.state):
                self.end(ending.name)
        return bool(self.state.ending)

    # --- what changes and what is told ---

    def meet(self, what: Literal["beat", "exit", "choice", "action", "proposal"], path: str) -> None:
        self.events.append(Met(what, path))
        self.put("done", path, self.state.done.get(path, 0) + 1)

    def tell(self, passage: Passage) -> None:
        if lines := passage.lines(self.state):
            self.events.append(Told(passage.path, lines))

    def apply(self, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            if change := effect.changes(self.state):
                self.put(change.part, change.name, self._bounded(change))

    def _bounded(self, change: Set) -> bool | int | str:
        if change.part == "counters":
            counter = self.book.file.counters[change.name]
            return max(counter.low, min(counter.high, int(change.value)))
        if change.part == "bonds":
            return max(BONDS[0], min(BONDS[1], int(change.value)))
        return change.value

    def put(self, part: str, name: str, value: bool | int | str) -> None:
        if self.state.put(part, name, value):
            self.events.append(Set(part, name, value))
