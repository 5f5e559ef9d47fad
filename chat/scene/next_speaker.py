"""Who speaks next in a room. The same scene gives the same answer: chance is drawn from the message it follows."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from characters.dice import chance
from chat.scene.actors import Actor
from chat.scene.names import mentioned


class Uttered(NamedTuple):
    """Something said aloud. `character` is None for a person."""

    character: UUID | None
    text: str


def next_speaker(
    cast: Sequence[Actor], said: Sequence[Uttered], *, strategy: str, replies_limit: int, seed: UUID
) -> Actor | None:
    """Who answers what was `said` (oldest first, heard by all of `cast`, which is in its order); None: nobody.

    Somebody always answers a person, unless the host decides. Then characters answer each other up to
    `replies_limit` times, never one twice in a row.
    """
    since = replies_since_a_person(said)
    last = said[-1].character if since else None
    able = [actor for actor in cast if actor.may_speak and actor.id != last]
    if strategy == "host" or not able or not said or since > replies_limit:
        return None
    addressed = _addressed(able, said, since)
    if addressed is not None:
        return addressed
    if strategy == "mention":
        return _whoever_spoke_last(able, said) if not since else None
    if strategy == "round":
        return _after(cast, able, said)
    return _diced(able, seed, at_least_one=not since)


def replies_since_a_person(said: Sequence[Uttered]) -> int:
    """How many replies in a row end what was said."""
    return next((number for number, line in enumerate(reversed(said)) if line.character is None), len(said))


def _addressed(able: Sequence[Actor], said: Sequence[Uttered], since: int) -> Actor | None:
    """Named in the last words; or by the person, and still without an answer."""
    answered = {line.character for line in said[len(said) - since :]}
    if since and (named := mentioned(able, said[-1].text)):
        return named[0]
    waiting = _lines_of_people(said[: len(said) - since])
    for line in reversed(waiting):
        for actor in mentioned(able, line.text):
            if actor.id not in answered:
                return actor
    return None


def _lines_of_people(said: Sequence[Uttered]) -> Sequence[Uttered]:
    """The run of lines that people said last."""
    run = next((number for number, line in enumerate(reversed(said)) if line.character is not None), len(said))
    return said[len(said) - run :]


def _whoever_spoke_last(able: Sequence[Actor], said: Sequence[Uttered]) -> Actor:
    by_id = {actor.id: actor for actor in able}
    spoke = (by_id[line.character] for line in reversed(said) if line.character in by_id)
    return next(spoke, able[0])


def _after(cast: Sequence[Actor], able: Sequence[Actor], said: Sequence[Uttered]) -> Actor:
    order = [actor.id for actor in cast]
    spoke = next((order.index(line.character) for line in reversed(said) if line.character in order), -1)
    turns = {actor.id: (order.index(actor.id) - spoke - 1) % len(order) for actor in able}
    return min(able, key=lambda actor: turns[actor.id])


def _diced(able: Sequence[Actor], seed: UUID, *, at_least_one: bool) -> Actor | None:
    """Each rolls against its talkativeness; the one that beats it by most speaks."""
    margins = {actor.id: actor.talkativeness - chance(seed.hex, actor.id, 100) for actor in able}
    best = max(able, key=lambda actor: margins[actor.id])
    # Somebody answers a person; but who never talks does so only when named, while there is anybody else.
    if at_least_one:
        talking = [actor for actor in able if actor.talkativeness] or list(able)
        return max(talking, key=lambda actor: margins[actor.id])
    return best if margins[best.id] > 0 else None
