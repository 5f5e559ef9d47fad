"""What a behaviour may do next while it streams. A plain string is one token of text."""

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
class Raw:
    """Bytes as they are, good or bad."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Finish:
    """The regular end: finish reason, usage, [DONE], end of the body. Each part can be left out."""

    reason: str | None = "stop"
    usage: bool = True
    done: bool = True
    close: bool = True


class End(Enum):
    CUT = "abort the socket"
    HANG = "say nothing any more, keep the socket"
    EOF = "end the body politely, with neither finish reason nor [DONE]"


Step = str | Thought | Wait | Raw | Finish | End
Steps = Iterator[Step]
