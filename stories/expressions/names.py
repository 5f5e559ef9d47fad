"""What names an expression may use: those that its story declares, and a few that every story has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

Type = Literal["truth", "number"]
Kind = Literal["flag", "counter", "cast", "item", "place", "scene", "choice", "mood"]
TOLD: dict[str, str] = {
    "flag": "a flag", "counter": "a counter", "cast": "one of the cast", "item": "an item", "place": "a place",
    "scene": "a scene", "choice": "a choice, as scene.choice", "mood": "a mood",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Names:
    """By kind, so that a misspelt one is told with those there are."""

    of: Mapping[Kind, frozenset[str]] = field(default_factory=dict)

    def has(self, kind: Kind, name: str) -> bool:
        return name in self.of.get(kind, frozenset())

    def near(self, kind: Kind, name: str) -> str:
        """For a message: what may have been meant."""
        close = get_close_matches(name, sorted(self.of.get(kind, ())), cutoff=0.5)
        return f"; do you mean {' or '.join(close)}?" if close else ""
