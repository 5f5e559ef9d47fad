"""Whether an action is possible at all where the play stands. What comes of it is for `act`."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from stories.book import Book
from stories.rules.actions import Action, Refused
from stories.rules.options import due, reaction_to
from stories.state import PLAYER, State


def visible(state: State, name: str) -> bool:
    """Somebody who is present, an item in hand, lying here or held by somebody present, or the place itself."""
    if name in state.here:
        return state.here[name]
    if name in state.items:
        return _reach(state, name) or state.here.get(state.items[name], False)
    return name == state.place and bool(name)


def check(book: Book, state: State, action: Action) -> None:
    """Raises Refused."""
    if state.ending:
        raise Refused("over")
    if action.item and (action.verb not in ("use", "give", "attack") or not in_hand(book, state, action)):
        raise Refused("not_yours")
    _CHECKS[action.verb](book, state, action)


def in_hand(book: Book, state: State, action: Action) -> bool:
    """What is fixed is used where it stands."""
    held_by = state.items.get(action.item)
    if held_by == PLAYER:
        return True
    return action.verb == "use" and _fixed(book, action.item) and _reach(state, action.item)


def _reach(state: State, item: str) -> bool:
    held_by = state.items[item]
    return held_by == PLAYER or (bool(held_by) and held_by == state.place)


def _fixed(book: Book, item: str) -> bool:
    return item in book.file.items and book.file.items[item].fixed


def _seen(book: Book, state: State, action: Action) -> None:
    if not visible(state, action.target):
        raise Refused("not_here")


def _take(book: Book, state: State, action: Action) -> None:
    if action.target not in state.items or not visible(state, action.target):
        raise Refused("not_here")
    if _fixed(book, action.target):
        raise Refused("fixed")
    if state.items[action.target] == PLAYER:
        raise Refused("not_now")


def _use(book: Book, state: State, action: Action) -> None:
    if not action.item:
        raise Refused("unknown")
    if action.target:
        _seen(book, state, action)


def _person(book: Book, state: State, action: Action) -> None:
    if not state.here.get(action.target, False):
        raise Refused("not_here")


def _give(book: Book, state: State, action: Action) -> None:
    if not action.item:
        raise Refused("unknown")
    _person(book, state, action)


def _go(book: Book, state: State, action: Action) -> None:
    if action.target not in book.roads.get(state.place, ()):
        raise Refused("no_road")
    if not book.scenes[state.scene].roam:
        raise Refused("not_now")


def _choose(book: Book, state: State, action: Action) -> None:
    choice = book.scenes[state.scene].choices.get(action.target)
    if choice is None:
        raise Refused("unknown")
    if not due(book, state, choice):
        raise Refused("not_now")


def _roll(book: Book, state: State, action: Action) -> None:
    if action.target not in book.dice:
        raise Refused("unknown")


def _custom(book: Book, state: State, action: Action) -> None:
    if reaction_to(book, state, action) is None:
        raise Refused("unknown")


_CHECKS: Mapping[str, Callable[[Book, State, Action], None]] = {
    "inspect": _seen, "take": _take, "use": _use, "give": _give, "attack": _seen, "go": _go, "talk": _person,
    "choose": _choose, "roll": _roll, "custom": _custom,
}  # fmt: skip


def possible(book: Book, state: State, action: Action) -> bool:
    try:
        check(book, state, action)
    except Refused:
        return False
    return True


def offered(book: Book, state: State) -> list[Action]:
    """What leads on: open choices, actions that the story answers, things to take, roads to go."""
    if state.ending:
        return []
    choices = book.scenes[state.scene].choices
    found = [Action("choose", name) for name, choice in choices.items() if due(book, state, choice)]
    for action in chain(_answered(book, state), _usual(book, state)):
        if action not in found:
            found.append(action)
    return found


def _usual(book: Book, state: State) -> Iterator[Action]:
    """What lies here can be taken, where roads lead one can go, whether the scene speaks of it or not."""
    for item, held_by in state.items.items():
        if held_by and held_by == state.place and not book.file.items[item].fixed:
            yield Action("take", item)
    if book.scenes[state.scene].roam:
        for place in sorted(book.roads.get(state.place, ())):
            yield Action("go", place)


def _answered(book: Book, state: State) -> Iterator[Action]:
    for reactions in (book.scenes[state.scene].actions, book.actions):
        for reaction in reactions:
            if due(book, state, reaction):
                action = Action(reaction.verb, reaction.target, reaction.item)
                if possible(book, state, action):
                    yield action
