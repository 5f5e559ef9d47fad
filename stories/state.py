"""Where a play stands. Everything that rules may look at or change is in here, by the names of the story."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, structs

PLAYER = "you"
NOWHERE = ""
WHOLE = 1_000_000  # numbers stay between this and its negative


class State(Struct):
    """Changed only by `put`. Copies are whole: nothing is shared with the one it was made from.

    `items` tells who or what holds an item: `you`, one of the cast, a place, or "" for nowhere. `here` is who of the
    cast is present, `seen` how often each scene began, `done` how often a choice, beat, action or proposal was met
    by its path. `step` counts actions, `moves` those of the scene.
    """

    scene: str
    place: str = NOWHERE
    ending: str = ""
    step: int = 0
    moves: int = 0
    flags: dict[str, bool] = {}
    counters: dict[str, int] = {}
    bonds: dict[str, int] = {}
    items: dict[str, str] = {}
    moods: dict[str, str] = {}
    here: dict[str, bool] = {}
    seen: dict[str, int] = {}
    done: dict[str, int] = {}

    def put(self, part: str, name: str, value: bool | int | str) -> bool:
        """Whether that is another value than before. Without a name, the part itself is one."""
        if name:
            table = getattr(self, part)
            if table.get(name) == value:
                return False
            table[name] = value
            return True
        if getattr(self, part) == value:
            return False
        setattr(self, part, value)
        return True

    def copy(self) -> "State":
        return State(
            self.scene, self.place, self.ending, self.step, self.moves, self.flags.copy(), self.counters.copy(),
            self.bonds.copy(), self.items.copy(), self.moods.copy(), self.here.copy(), self.seen.copy(),
            self.done.copy(),
        )  # fmt: skip

    def as_dict(self) -> Mapping[str, Any]:
        return structs.asdict(self)
