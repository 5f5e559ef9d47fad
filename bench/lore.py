"""A book of 500 entries over a window of 40 messages, beside a search for each key in each message."""

import random
import re
from dataclasses import replace
from typing import Any
from uuid import UUID

from bench.report import Line
from bench.servers import Stage
from bench.small import beside, tell, told_by

ENTRIES, MESSAGES, GOAL_MS = 500, 40, 5.0
SYLLABLES = ("ka", "lo", "mir", "than", "ves", "or", "el", "du", "ran", "sha", "bri", "ost", "fen", "gul", "ith", "mar")


def measure(stage: Stage) -> list[Line]:
    """In a process of its own, on the servers' core."""
    return told_by(stage, "bench.lore")


def material(messages: int) -> tuple[Any, tuple[Any, ...]]:
    """A book, and that many messages in which some of its keys come up. The same at every run."""
    from characters.lore import Book, Entry
    from chat.prompts import Said

    dice = random.Random(7)
    words = ["".join(dice.choice(SYLLABLES) for _ in range(dice.randint(3, 4))) for _ in range(3_000)]
    spoken = words[:250]
    made = Book(id=UUID(int=1), recursive=True)
    entries = tuple(
        Entry(
            id=UUID(int=number + 10),
            book=made.id,
            text=" ".join(dice.choice(spoken) for _ in range(60)),
            keys=tuple(dice.sample(words, 3)) if number % 50 else (f"/{dice.choice(words)}(s|es)?/i",),
            secondary=(dice.choice(words),) if number % 5 == 0 else (),
            use_regex=True,
            whole_words=bool(number % 2),
            scan_depth=MESSAGES,
            order=dice.randint(1, 200),
            priority=dice.randint(1, 50),
            constant=number % 100 == 0,
        )
        for number in range(ENTRIES)
    )
    branch = tuple(
        Said(
            id=UUID(int=number + 10_000),
            role="player" if number % 2 else "character",
            speaker="",
            text=" ".join(dice.choice(spoken) for _ in range(90)),
        )
        for number in range(messages)
    )
    return replace(made, entries=entries), branch


def lines() -> list[Line]:
    from characters.lore import Entry, Moment, activate, compile_books

    made, branch = material(MESSAGES)
    entries = made.entries
    books = compile_books([made])
    moment = Moment(talk="talk", seed="seed")

    def ours() -> object:
        for book in books:
            book.keys._held.clear()  # as in the first turn of a process: later ones look through a message or two
        return activate(books, branch, moment=moment, room=1_600, measure=lambda entry: len(entry.text) // 4)

    def key_by_key() -> list[Entry]:
        found = []
        for entry in entries:
            patterns = [
                re.compile(key[1:].rpartition("/")[0] if key.startswith("/") else rf"\b{re.escape(key)}\b", re.I)
                for key in entry.keys
            ]
            if entry.constant or any(pattern.search(said.text) for said in branch for pattern in patterns):
                found.append(entry)
        return found

    found = beside("lore: 500 entries, 40 messages", ours, "a search for each key", key_by_key)
    value, against = found.value / 1_000, found.against / 1_000
    compiling = beside("", lambda: compile_books([made]), "", lambda: None)
    return [
        Line("15", found.name, value, "ms", found.baseline, against, 0.1, 0.05),
        Line("15", "", value, "ms", "the bound", GOAL_MS, 1.0),
        Line("", "- made ready, once a revision", compiling.value / 1_000, "ms"),
    ]


if __name__ == "__main__":
    tell(lines())
