"""What a behaviour may do next while it streams. A plain string is one token of text.

How each of them looks on the wire is the business of a face: `inference/standin/faces/`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Thought:
    """One token of reasoning, outside the text."""

    text: str


@dataclass(frozen=True, slots=True)
class Wait:
    seconds: float


@dataclass(frozen=True, slots=True)
class Finish:
    """The regular end: finish reason, usage, end mark, end of the body. Each part can be left out.

    `sequence`: the stop string that ended it; `cached`: what share of the prompt the cache had; `times`: how far the
    usage is from the truth.
    """

    reason: str | None = "stop"
    usage: bool = True
    done: bool = True
    close: bool = True
    sequence: str | None = None
    cached: float = 0.0
    times: int = 1


class Odd(Enum):
    KEEP_ALIVE = "a sign that the connection lives, and no more"
    GARBLED = "half an event"
    FAULT = "an event that tells of an error"


class End(Enum):
    CUT = "abort the socket"
    HANG = "say nothing any more, keep the socket"
    EOF = "end the body politely, with neither finish reason nor end mark"


Step = str | Thought | Wait | Finish | Odd | End
Steps = Iterator[Step]
