"""What happens between two people, and what it does to a character: a table that can be read and argued with.

No model decides: what was said is looked at by rules (`hearing.py`), so the same words always move the same things, and
whoever reads the reason can tell whether it is right.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

CLOSENESS = "closeness"
MOST_A_TURN = 6  # of one slider, by all that one turn holds
LATELY = 6  # turns within which the same thing again counts for less


class Event(NamedTuple):
    """`moves` are steps on the sliders of `characters.traits`, and of closeness; `mood` is what it leaves behind."""

    key: str
    moves: Mapping[str, int]
    mood: str = ""


EVENTS: Mapping[str, Event] = {
    event.key: event
    for event in (
        Event("thanked", {"trust": 1, CLOSENESS: 1}, "glad"),
        Event("praised", {"manner": 2, CLOSENESS: 2}, "glad"),
        Event("affection", {"manner": 3, "feeling": 2, CLOSENESS: 4}, "tender"),
        Event("confided", {"trust": 3, "feeling": 1, CLOSENESS: 3}, "moved"),
        Event("apologised", {"trust": 1, "patience": 1, CLOSENESS: 1}, "softened"),
        Event("promise_kept", {"trust": 4, CLOSENESS: 2}, "reassured"),
        Event("promise_broken", {"trust": -4, CLOSENESS: -1}, "hurt"),
        Event("lied", {"trust": -6, CLOSENESS: -2}, "hurt"),
        Event("insulted", {"manner": -4, "trust": -3, "patience": -2, CLOSENESS: -4}, "offended"),
        Event("threatened", {"trust": -6, "manner": -3, CLOSENESS: -5}, "alarmed"),
        Event("laughed", {"humour": 2, CLOSENESS: 1}, "amused"),
        Event("gave", {"manner": 2, CLOSENESS: 2}, "moved"),
        Event("asked_after", {"curiosity": 1, "talk": 1, CLOSENESS: 1}),
        Event("gave_time", {"patience": 2, "trust": 1}),
        Event("asked_frankness", {"honesty": 2}),
        Event("named_player", {CLOSENESS: 2}),
        Event("named_character", {CLOSENESS: 2}),
        Event("shared_word", {"humour": 1, CLOSENESS: 2}, "amused"),
    )
}
MOODS = tuple(dict.fromkeys(event.mood for event in EVENTS.values() if event.mood))
# These leave words behind: what one calls the other, and what both call something.
NAMING = ("named_player", "named_character", "shared_word")


class Happening(NamedTuple):
    """One thing that happened in a turn. `words` are a name or a running joke, as it was said."""

    event: Event
    words: str = ""


class Step(NamedTuple):
    """A happening as it counts."""

    key: str
    moves: Mapping[str, int]
    mood: str = ""
    words: str = ""


def steps_of(happenings: Sequence[Happening], lately: Sequence[Sequence[str]]) -> list[Step]:
    """`lately` are the events of the turns before, the newest first. Said again and again, a kindness wears off: the
    second time within a few turns it counts half, from the third on not at all. Harm does not wear off.
    """
    room: dict[str, int] = {}
    steps = []
    for event, words in happenings:
        again = sum(event.key in turn for turn in lately[:LATELY])
        moves = {}
        for slider, by in event.moves.items():
            worn = by if by < 0 else by // (again + 1) if again < 2 else 0
            spent = room.get(slider, 0)
            taken = max(-MOST_A_TURN - spent, min(MOST_A_TURN - spent, worn))
            room[slider] = spent + taken
            if taken:
                moves[slider] = taken
        if moves or words or (event.mood and not again):
            steps.append(Step(event.key, moves, event.mood, words))
    return steps
