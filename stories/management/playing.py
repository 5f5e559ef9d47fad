"""A play in a terminal: numbers pick what is offered, anything else is read as a line that somebody types."""

from collections.abc import Callable, Iterator

from stories.book import Book
from stories.meaning import meant
from stories.rules import Action, Refused, act, begin
from stories.rules.act import Outcome, untouched
from stories.telling import Note, View, notes, view

HELP = "a number; or words, such as: look at …, take …, talk to …; q ends"


def play(book: Book, seed: str, language: str, ask: Callable[[str], str], show: Callable[[str], None]) -> None:
    before, outcome = untouched(book), begin(book, seed)
    while True:
        for line in _lines(notes(book, before, outcome.events, language)):
            show(line)
        seen = view(book, outcome.state, language)
        if seen.ending:
            show(f"— {seen.ending.title}: {seen.ending.means}")
            return
        for line in _menu(seen):
            show(line)
        before = outcome.state
        following = _next(book, outcome, seen, seed, ask, show)
        if following is None:
            return
        outcome = following


def _next(
    book: Book, outcome: Outcome, seen: View, seed: str, ask: Callable[[str], str], show: Callable[[str], None]
) -> Outcome | None:
    while (typed := ask("> ").strip()) != "q":
        action = _action(book, outcome, seen, typed)
        if action is None:
            show(HELP)
            continue
        try:
            return act(book, outcome.state, action, seed)
        except Refused as refused:
            show(f"({refused.reason.replace('_', ' ')})")
    return None


def _action(book: Book, outcome: Outcome, seen: View, typed: str) -> Action | None:
    options = [option for option in seen.options if option.open]
    if typed.isdecimal():
        return options[int(typed) - 1].action if 0 < int(typed) <= len(options) else None
    return meant(book, outcome.state, typed)


def _menu(seen: View) -> Iterator[str]:
    yield ""
    yield "   ".join(f"{number.called} {number.value}/{number.high}" for number in seen.numbers)
    for goal in seen.goals:
        yield f"  [{'x' if goal.done else ' '}] {goal.words}"
    things = [person.called for person in seen.present]
    things += [thing.called for thing in (*seen.lying, *seen.carried, *seen.roads)]
    if things:
        yield f"  ({', '.join(things)})"
    at = 0
    for option in seen.options:
        at += option.open
        yield f"  {at}. {option.words}" if option.open else f"  -  {option.words}"


def _lines(told: list[Note]) -> Iterator[str]:
    for note in told:
        if note.kind == "told":
            yield f"\n{note.words}"
        elif note.kind in ("scene", "ending"):
            yield f"\n=== {note.words} ==="
        elif note.kind == "rolled":
            made = " + ".join(map(str, (*note.rolls, note.plus)))
            yield f"\n[{note.words}: {made}, needs {note.needs}: {'passed' if note.passed else 'failed'}]"
        elif note.kind in ("number", "bond"):
            yield f"[{note.words} {note.before} → {note.now}]"
        else:
            yield f"[{'+' if note.kind == 'gained' else '-'} {note.words}]"
