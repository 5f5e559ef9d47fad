"""A story played by hand, step by step: from its beginning, from any scene as if nothing had been, or from a scene as
somebody comes there. All is played anew each time, so that a story that was changed meanwhile shows where it goes now.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from stories.book import Book
from stories.events import Event
from stories.expressions import Effect
from stories.rules.act import Stage, untouched
from stories.rules.actions import Action, Refused
from stories.rules.possible import check
from stories.rules.proposals import bring_about, open_proposals
from stories.state import State
from stories.study.simulate import MOST_STEPS, onward

MOST_WAYS = 300  # random plays that are looked through for one that comes to a scene


class Step(NamedTuple):
    """An action; or what a reply brings about, by the name of a proposal."""

    action: Action | None = None
    proposal: str = ""


class Moment(NamedTuple):
    """What came of a step, of the beginning for the first. `before` is the state that the events began with."""

    before: State
    events: tuple[Event, ...]
    state: State


@dataclass(frozen=True, slots=True)
class Walk:
    """One moment for the beginning, and one for each step that the story still lets one take; the first that it does
    not, and all after it, are left out.
    """

    moments: list[Moment]

    @property
    def state(self) -> State:
        return self.moments[-1].state


def walk(
    book: Book,
    seed: str,
    *,
    start: str = "",
    came: Moment | None = None,
    given: Iterable[Effect] = (),
    steps: Iterable[Step] = (),
) -> Walk:
    """`came`: how somebody `arrived`; else it begins at `start`, and nothing has been before but what is `given`."""
    moments = [came or _begun(book, seed, start, tuple(given))]
    for step in steps:
        stage = Stage(book, moments[-1].state.copy(), seed)
        if not _taken(stage, step):
            break
        moments.append(Moment(moments[-1].state, tuple(stage.events), stage.state))
    return Walk(moments)


def _begun(book: Book, seed: str, start: str, given: tuple[Effect, ...]) -> Moment:
    stage = Stage(book, untouched(book), seed)
    stage.apply(given)
    before = stage.state.copy()
    stage.events.clear()
    stage.enter(start or book.file.start)
    stage.settle()
    return Moment(before, tuple(stage.events), stage.state)


def arrived(book: Book, scene: str, way: int) -> Moment | None:
    """The step that led there, in the random play that came there as the `way`-th (from 1); counted round where there
    are fewer, None where no play came. It costs up to MOST_WAYS plays.
    """
    ways = []
    for number in range(MOST_WAYS):
        if (came := _came_to(book, scene, str(number))) is not None:
            ways.append(came)
            if len(ways) == way:
                return came
    return ways[(way - 1) % len(ways)] if ways else None


def _came_to(book: Book, scene: str, seed: str) -> Moment | None:
    chance = random.Random(seed)  # noqa: S311
    stage, before = Stage(book, untouched(book), seed), untouched(book)
    stage.enter(book.file.start)
    stage.settle()
    while stage.state.scene != scene or stage.state.ending:
        before = stage.state.copy()
        stage.events.clear()
        if stage.state.step >= MOST_STEPS or not onward(stage, chance):
            return None
    return Moment(before, tuple(stage.events), stage.state)


def _taken(stage: Stage, step: Step) -> bool:
    if step.action is None:
        if step.proposal not in open_proposals(stage.book, stage.state):
            return False
        bring_about(stage, [step.proposal])
        return True
    try:
        check(stage.book, stage.state, step.action)
    except Refused:
        return False
    stage.act(step.action)
    return True
