"""From a story as written to a Book; with everything that is wrong, each at its line."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from characters.portraits import MOODS
from inference.prompts.problems import Problem, Unfit
from stories.book.parts import Beat, Book, Branch, Choice, Ending, Passage, Proposal, Reaction, Roll, Scene
from stories.book.sense import senseless
from stories.expressions import Condition, Effect, Names, Number, Wrong, condition, effects, number
from stories.format import Text, Written, lines_of
from stories.format import shape as shapes

Compiled = TypeVar("Compiled")


def compiled(written: Written) -> Book:
    """Raises Unfit."""
    making = _Compiling(written)
    book = making.book()
    if problems := [*senseless(written), *making.problems]:
        raise Unfit(problems)
    return book


def names_of(file: shapes.StoryFile) -> Names:
    return Names(
        {
            "flag": frozenset(file.flags),
            "counter": frozenset(file.counters),
            "cast": frozenset(file.cast),
            "item": frozenset(file.items),
            "place": frozenset(file.places),
            "scene": frozenset(file.scenes),
            "choice": frozenset(f"{name}.{choice}" for name, scene in file.scenes.items() for choice in scene.choices),
            "mood": frozenset(MOODS),
        }
    )


class _Compiling:
    """Notes what is wrong and goes on with something harmless."""

    def __init__(self, written: Written) -> None:
        self.written = written
        self.names = names_of(written.file)
        self.problems: list[Problem] = []
        self.texts: dict[str, Text] = {}

    def book(self) -> Book:
        file = self.written.file
        scenes = {name: self.scene(name, scene) for name, scene in file.scenes.items()}
        endings = {name: self.ending(name, ending) for name, ending in file.endings.items()}
        return Book(
            written=self.written,
            scenes=scenes,
            endings=endings,
            actions=self.reactions("actions", file.actions),
            dice=file.dice,
            roads=_roads(file.places),
            abouts=dict(self.abouts(file)),
            fated=tuple(ending for ending in endings.values() if ending.when),
            texts=self.texts,
        )

    def abouts(self, file: shapes.StoryFile) -> Iterable[tuple[str, Passage]]:
        tables: Mapping[str, Mapping[str, Any]] = {"cast": file.cast, "items": file.items, "places": file.places}
        for part, table in tables.items():
            for name, thing in table.items():
                yield name, self.passage(f"{part}.{name}.about", thing.about)

    def scene(self, name: str, scene: shapes.Scene) -> Scene:
        path = f"scenes.{name}"
        return Scene(
            name=name,
            path=path,
            place=scene.place,
            present=None if scene.present is None else frozenset(scene.present),
            entry=self.condition(f"{path}.entry", scene.entry),
            text=self.passage(f"{path}.text", scene.text),
            do=self.effects(f"{path}.do", scene.do),
            roam=scene.roam,
            goals=tuple(self.condition(f"{path}.goals.{at}.done", goal.done) for at, goal in enumerate(scene.goals)),
            beats=self.beats(f"{path}.beats", scene.beats),
            choices={each: self.choice(f"{path}.choices.{each}", each, one) for each, one in scene.choices.items()},
            actions=self.reactions(f"{path}.actions", scene.actions),
            exits=self.beats(f"{path}.exits", scene.exits),
            proposals={each: self.proposal(f"{path}.proposals.{each}", one) for each, one in scene.proposals.items()},
        )

    def beats(self, path: str, beats: Mapping[str, shapes.Beat]) -> tuple[Beat, ...]:
        return tuple(
            Beat(
                **self.branch(f"{path}.{name}", beat),
                when=self.condition(f"{path}.{name}.when", beat.when),
                once=beat.once,
            )
            for name, beat in beats.items()
        )

    def choice(self, path: str, name: str, choice: shapes.Choice) -> Choice:
        return Choice(**self.option(path, name, choice))

    def reactions(self, path: str, reactions: Mapping[str, shapes.Reaction]) -> tuple[Reaction, ...]:
        return tuple(
            Reaction(
                **self.option(f"{path}.{name}", name, reaction),
                verb=reaction.verb,
                item=reaction.item,
                target=name if reaction.verb == "custom" else reaction.target,
            )
            for name, reaction in reactions.items()
        )

    def option(self, path: str, name: str, option: shapes.Choice | shapes.Reaction) -> dict[str, Any]:
        return {
            **self.branch(path, option),
            "name": name,
            "when": self.condition(f"{path}.when", option.when),
            "once": option.once,
            "roll": self.roll(f"{path}.roll", option.roll) if option.roll else None,
        }

    def branch(self, path: str, branch: shapes.Branch) -> dict[str, Any]:
        return {
            "path": path,
            "text": self.passage(f"{path}.text", branch.text),
            "do": self.effects(f"{path}.do", branch.do),
            "to": branch.to,
        }

    def roll(self, path: str, roll: shapes.Roll) -> Roll:
        return Roll(
            dice=roll.dice,
            needs=self.number(f"{path}.needs", roll.needs),
            plus=self.number(f"{path}.plus", roll.plus),
            passed=Branch(**self.branch(f"{path}.passed", roll.passed)),
            failed=Branch(**self.branch(f"{path}.failed", roll.failed)),
        )

    def proposal(self, path: str, proposal: shapes.Proposal) -> Proposal:
        return Proposal(
            path=path,
            when=self.condition(f"{path}.when", proposal.when),
            do=self.effects(f"{path}.do", proposal.do),
            most=proposal.most,
        )

    def ending(self, name: str, ending: shapes.Ending) -> Ending:
        path = f"endings.{name}"
        comes = None if ending.when is False else self.condition(f"{path}.when", ending.when)
        return Ending(name=name, path=path, text=self.passage(f"{path}.text", ending.text), when=comes)

    # --- words, conditions, effects ---

    def passage(self, path: str, text: Text) -> Passage:
        self.texts[path] = text
        lines = lines_of(text)
        below = "" if isinstance(text, shapes.Line) else "{}."
        return Passage.of(
            path,
            tuple(
                None if line.when is True else self.condition(f"{path}.{below.format(at)}when", line.when)
                for at, line in enumerate(lines)
            ),
        )

    def condition(self, path: str, written: shapes.Expression) -> Condition:
        return self.made(path, lambda: condition(written, self.names), lambda _state: True)

    def number(self, path: str, written: shapes.Expression) -> Number:
        return self.made(path, lambda: number(written, self.names), lambda _state: 0)

    def effects(self, path: str, written: shapes.Effects) -> tuple[Effect, ...]:
        if isinstance(written, str):
            return self.effect(path, written)
        each = (self.effect(f"{path}.{at}", one) for at, one in enumerate(written))
        return tuple(effect for made in each for effect in made)

    def effect(self, path: str, written: str) -> tuple[Effect, ...]:
        none: tuple[Effect, ...] = ()
        return self.made(path, lambda: effects(written, self.names), none)

    def made(self, path: str, make: Callable[[], Compiled], otherwise: Compiled) -> Compiled:
        try:
            return make()
        except Wrong as wrong:
            self.problems.append(self.written.problem(path, wrong.reason))
            return otherwise


def _roads(places: Mapping[str, shapes.Place]) -> dict[str, frozenset[str]]:
    """A road leads both ways, wherever it is written."""
    roads: dict[str, set[str]] = {name: set() for name in places}
    for name, place in places.items():
        for other in place.roads:
            if other in roads:
                roads[name].add(other)
                roads[other].add(name)
    return {name: frozenset(others) for name, others in roads.items()}
