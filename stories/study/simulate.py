"""Random plays: somebody who does, at each step, any one of the things that lead on, or lingers. Whoever lingers may
hear a reply that brings about what the scene lets it.
"""

import random
from collections import Counter
from dataclasses import dataclass, field

from stories.book import Book
from stories.events import Told
from stories.rules.act import Stage, untouched
from stories.rules.actions import Action
from stories.rules.possible import offered
from stories.rules.proposals import bring_about, open_proposals
from stories.state import State

MOST_STEPS = 400  # a play that takes longer goes in a circle
LINGERING = 0.25  # how often nothing is done but to talk or to look, while time passes


@dataclass(slots=True)
class Plays:
    """How many plays met each ending, scene, path (of choices, beats, actions) and line of text."""

    count: int = 0
    steps: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    scenes: Counter[str] = field(default_factory=Counter)
    paths: Counter[str] = field(default_factory=Counter)
    lines: Counter[tuple[str, int]] = field(default_factory=Counter)
    stuck: Counter[str] = field(default_factory=Counter)
    endless: Counter[str] = field(default_factory=Counter)

    def add(self, stage: Stage) -> None:
        state = stage.state
        self.count += 1
        self.steps += state.step
        self.scenes.update(state.seen.keys())
        self.paths.update(state.done.keys())
        self.lines.update({(each.path, at) for each in stage.events if isinstance(each, Told) for at in each.lines})
        if state.ending:
            self.endings[state.ending] += 1
        elif state.step >= MOST_STEPS:
            self.endless[state.scene] += 1
        else:
            self.stuck[state.scene] += 1


def simulate(book: Book, plays: int = 10_000, seed: str = "1", start: str = "") -> Plays:
    """The same seed gives the same plays. `start`: a scene to begin with instead of the story's first."""
    chance = random.Random(seed)  # noqa: S311
    found = Plays()
    for number in range(plays):
        found.add(_played(book, chance, f"{seed}.{number}", start or book.file.start))
    return found


def _played(book: Book, chance: random.Random, seed: str, start: str) -> Stage:
    stage = Stage(book, untouched(book), seed)
    stage.enter(start)
    stage.settle()
    while stage.state.step < MOST_STEPS and onward(stage, chance):
        pass
    return stage


def onward(stage: Stage, chance: random.Random) -> bool:
    """One step of somebody who plays at random; whether there was any to take."""
    actions = offered(stage.book, stage.state)
    if not actions:
        return False
    lingers = chance.random() < LINGERING
    if lingers:
        actions = idle(stage.state) or actions
    stage.act(actions[int(chance.random() * len(actions))])
    if lingers and (proposed := open_proposals(stage.book, stage.state)):
        says = [*proposed, "nothing"]
        bring_about(stage, [says[int(chance.random() * len(says))]])
    return True


def idle(state: State) -> list[Action]:
    """What lets time pass."""
    talking = [Action("talk", who) for who, present in state.here.items() if present]
    return [*talking, Action("inspect", state.place)] if state.place else talking
