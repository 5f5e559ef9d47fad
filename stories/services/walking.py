"""A draft that its author plays by hand: what is told, what moved, what can be done now and what cannot, and why."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from django.utils.translation import gettext

from accounts.errors import Invalid
from stories.book import Book, Choice, names_of
from stories.book.parts import words_in
from stories.events import Met, Set
from stories.expressions import Effect, Wrong, effects
from stories.rules import Action, offered
from stories.rules.options import due
from stories.rules.proposals import told_proposals
from stories.services.releases import checked_book
from stories.state import State
from stories.study.simulate import idle
from stories.study.walk import Moment, Step, arrived, walk
from stories.telling import notes

SEED = "by hand"
MOST_STEPS = 300
PROPOSED = "propose"
SHOWN = ("flags", "counters", "bonds", "items", "moods", "here", "place")


MOST_LETTERS = 1_000  # of what is given, as of effects in a document


def steps_in(sent: Any) -> list[Step]:
    """Of [[verb, target, item]], or ["propose", name, ""] for what a reply brings about. Raises Invalid."""
    if not isinstance(sent, list) or len(sent) > MOST_STEPS:
        raise Invalid(field="steps", limit=MOST_STEPS)
    try:
        return [_step(*each) for each in sent]
    except (msgspec.ValidationError, TypeError) as wrong:
        raise Invalid(field="steps") from wrong


def _step(verb: Any, target: Any, item: Any) -> Step:
    if verb == PROPOSED:
        return Step(proposal=str(target))
    return Step(msgspec.convert({"verb": verb, "target": target, "item": item}, Action))


def walked(
    source: str, *, language: str, start: str = "", way: int = 0, given: str = "", steps: Sequence[Step] = ()
) -> dict[str, Any]:
    """`moments` has one for the beginning and one for each step that the document still lets one take: {notes, met:
    [path], moved: [[part, name, before, now]]}. `choices`: [{name, path, words, open, why, when, to}], `actions`:
    [[verb, target, item]], `proposals`: [[name, what it means]], `state` as it stands. With a `way` it begins as the
    how-many-th random play comes to `start`; `found` is false where none does: then nothing has been before.

    Raises Unplayable, Invalid where what is given is no effects.
    """
    book = checked_book(source)
    start = start if start in book.scenes else ""
    wants_way = bool(start and way)
    came = arrival(source, start, way) if wants_way else None
    played = walk(book, SEED, start=start, came=came, given=_given(book, given), steps=steps)
    state = played.state
    return {
        "moments": [_told(book, moment, language) for moment in played.moments],
        "found": came is not None or not wants_way,
        "scene": state.scene,
        "ending": state.ending,
        "choices": list(_choices(book, state, language)),
        "actions": [[each.verb, each.target, each.item] for each in _deeds(book, state)],
        "proposals": told_proposals(book, state, language),
        "state": {part: getattr(state, part) for part in SHOWN},
    }


# Asked anew with each step of a walk, and hundreds of plays where none comes there.
@lru_cache(maxsize=32)
def arrival(source: str, scene: str, way: int) -> Moment | None:
    """As `arrived` says, of a document that can be played. What it answers is shared: nobody may change it."""
    return arrived(checked_book(source), scene, way)


def _given(book: Book, written: str) -> tuple[Effect, ...]:
    if len(written) > MOST_LETTERS:
        raise Invalid(field="given", limit=MOST_LETTERS)
    try:
        return effects(written, names_of(book.file))
    except Wrong as wrong:
        raise Invalid(wrong.reason.told(gettext), field="given") from wrong


def _told(book: Book, moment: Moment, language: str) -> dict[str, Any]:
    return {
        "notes": [msgspec.to_builtins(note) for note in notes(book, moment.before, moment.events, language)],
        "met": [event.path for event in moment.events if isinstance(event, Met) and event.what != "scene"],
        "moved": list(_moved(moment)),
    }


def _moved(moment: Moment) -> Iterator[list[Any]]:
    state = moment.before.copy()
    for event in moment.events:
        if isinstance(event, Set):
            if event.part in SHOWN:
                table = getattr(state, event.part)
                yield [event.part, event.name, table.get(event.name) if event.name else table, event.value]
            state.put(event.part, event.name, event.value)


def _choices(book: Book, state: State, language: str) -> Iterator[dict[str, Any]]:
    """All that the scene has, so that whoever wrote it sees what keeps one closed."""
    if state.ending:
        return
    written = book.file.scenes[state.scene].choices
    for name, choice in book.scenes[state.scene].choices.items():
        able = due(book, state, choice)
        yield {
            "name": name,
            "path": choice.path,
            "words": words_in(written[name].label, language, book.file),
            "open": able,
            "why": "" if able else _why(state, choice),
            "when": str(written[name].when),
            "to": choice.to,
        }


def _why(state: State, choice: Choice) -> str:
    """What keeps it closed: it was made, its condition, or that of the scene it leads to."""
    if choice.once and choice.path in state.done:
        return "used"
    return "entry" if choice.when(state) else "when"


def _deeds(book: Book, state: State) -> list[Action]:
    if state.ending:
        return []
    return [*(each for each in offered(book, state) if each.verb != "choose"), *idle(state)]
