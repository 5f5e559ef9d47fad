"""Which arm a talk is given: worked out of the two ids, so nothing is stored and every process says the same. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

WHOLE = 1 << 64


@dataclass(frozen=True, slots=True)
class Arm:
    """`label` is A, B, …: what is told of it. `weight` is its part of those who take part, against the others'."""

    id: UUID
    label: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Draw:
    """What decides. `since`: milliseconds since 1970; `percent` of the talks that began after it take part."""

    experiment: UUID
    since: int
    percent: int
    arms: tuple[Arm, ...]


def arm_of(draw: Draw, talk: UUID) -> Arm | None:
    """The same for as long as the experiment runs; None for a talk that does not take part.

    A talk that began before keeps what it had: its id is a UUIDv7 and says when that was.
    """
    if talk.int >> 80 < draw.since:
        return None
    digest = blake2b(talk.bytes, key=draw.experiment.bytes, digest_size=16).digest()
    # Two numbers: whether a talk takes part says nothing of its arm.
    part, arm = int.from_bytes(digest[:8]), int.from_bytes(digest[8:])
    if part * 100 >= draw.percent * WHOLE:
        return None
    return _at(draw.arms, arm)


def _at(arms: Sequence[Arm], number: int) -> Arm:
    """By weight along the line from 0 to WHOLE."""
    rest = number * sum(arm.weight for arm in arms) // WHOLE
    for arm in arms:
        if rest < arm.weight:
            return arm
        rest -= arm.weight
    raise AssertionError("weights are positive")
