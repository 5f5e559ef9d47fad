"""What is found in a line, before it is kept."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Heard:
    """A line with what has to be known to read it: who says it to whom, and on which day where the player is."""

    text: str
    speaker: str
    other: str
    role: Literal["player", "character"]
    day: date


@dataclass(frozen=True, slots=True)
class Fact:
    """`statement` stands alone: names and dates are resolved. `slot` is what it says one thing of: a later fact of the
    same slot contradicts it. `kind` is one of memory.models.Kind. `asked`: somebody wanted it remembered.
    """

    statement: str
    kind: str
    slot: str = ""
    importance: int = 50
    confidence: int = 80
    asked: bool = False
