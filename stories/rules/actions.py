"""What a player can do."""

from typing import Literal

from msgspec import Struct

Verb = Literal["inspect", "take", "use", "give", "attack", "go", "talk", "choose", "roll", "custom"]
Reason = Literal["over", "unknown", "not_here", "not_yours", "fixed", "no_road", "not_now"]


class Action(Struct, frozen=True):
    """`use` and `attack` may name an item in hand; `give` has to. `choose` and `custom` name what a scene has."""

    verb: Verb
    target: str = ""
    item: str = ""


class Refused(Exception):
    """Rules do not allow it. Nothing has changed."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason)
