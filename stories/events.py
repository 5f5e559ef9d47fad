"""What an action did: facts, in order. `Set` alone changes the state; the others say what to show.

Texts are named by their path in the story and the lines of it that held, so a log is the same in every language, and
holds no words that anybody typed.
"""

from typing import Literal

from msgspec import Struct


class Acted(Struct, frozen=True, tag="acted"):
    verb: str
    target: str = ""
    item: str = ""


class Set(Struct, frozen=True, tag="set"):
    """`part` of the state, and the name in it where it is a table."""

    part: str
    name: str
    value: bool | int | str


class Told(Struct, frozen=True, tag="told"):
    path: str
    lines: tuple[int, ...]


class Rolled(Struct, frozen=True, tag="rolled"):
    dice: str
    rolls: tuple[int, ...]
    plus: int
    needs: int
    passed: bool


class Met(Struct, frozen=True, tag="met"):
    """A scene began, an ending was reached, a beat, choice, action or proposal took place."""

    what: Literal["scene", "ending", "beat", "exit", "choice", "action", "proposal"]
    path: str


Event = Acted | Set | Told | Rolled | Met
