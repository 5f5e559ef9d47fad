"""What comes of it: which entries are in the prompt, why, and what was cut."""

from dataclasses import dataclass
from typing import Literal, NamedTuple
from uuid import UUID

from characters.lore.entries import Entry
from characters.lore.keys import Problem
from characters.lore.state import NOTHING_YET, Stand, State

Why = Literal["constant", "forced", "key", "entry", "sticky", "latched", "meaning"]
# chance, group, delay, cooldown, after, every, greeting, icon, needed, excluded, once, rounds: a condition that did
# not hold. too_long, book_budget, budget: no room.
Cause = str


class Fired(NamedTuple):
    """An entry in the prompt. `key` is the index among its keys, `message` where that was found, `by` who called it.

    `stand` says where it is put; None for what is said in the stable part, or anew at its depth in every prompt.
    """

    entry: Entry
    why: Why
    key: int | None = None
    message: UUID | None = None
    by: UUID | None = None
    round: int = 0
    tokens: int = 0
    stand: Stand | None = None


class Cut(NamedTuple):
    """An entry that would have come up. `found` says what had called it."""

    entry: Entry
    cause: Cause
    found: Fired | None = None


@dataclass(frozen=True, slots=True)
class Activation:
    """`stable` is in every prompt alike, `standing` was there before, `fresh` is new. All in the order to be read.

    `again` was found once more while it stands. `released` stood too long and made room. `missed` had a key found but
    not what else it asks for.
    """

    stable: tuple[Fired, ...] = ()
    standing: tuple[Fired, ...] = ()
    fresh: tuple[Fired, ...] = ()
    again: tuple[Fired, ...] = ()
    cut: tuple[Cut, ...] = ()
    missed: tuple[Cut, ...] = ()
    released: tuple[Stand, ...] = ()
    problems: tuple[Problem, ...] = ()
    tokens: int = 0
    room: int = 0
    state: State = NOTHING_YET
