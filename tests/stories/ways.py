"""Ways through a story that anybody can take by its buttons, for tests that play it."""

import random

from stories.book import Book
from stories.rules import Action, act, begin, offered

SEED = "by its buttons"
BY_BUTTON = ("choose", "custom", "go")
TRIES = 400


def two_ways(book: Book) -> list[tuple[str, list[Action]]]:
    """The shortest of some that lead to two endings: {ending, actions} under SEED."""
    chance, found = random.Random(1), dict[str, list[Action]]()
    for _try in range(TRIES):
        state, way = begin(book, SEED).state, list[Action]()
        while actions := [each for each in offered(book, state) if each.verb in BY_BUTTON]:
            way.append(chance.choice(actions))
            state = act(book, state, way[-1], SEED).state
        if state.ending and len(way) < len(found.get(state.ending, range(1_000))):
            found[state.ending] = way
    return sorted(found.items(), key=lambda each: len(each[1]))[:2]
