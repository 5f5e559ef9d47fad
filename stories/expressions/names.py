"""What names an expression may use: those that its story declares, and a few that every story has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from inference.prompts.problems import Reason, either
from inference.prompts.problems import reason as _

Type = Literal["truth", "number"]
Kind = Literal["flag", "counter", "cast", "item", "place", "scene", "choice", "mood"]
TOLD: dict[str, Reason] = {
    "flag": _("a flag"), "counter": _("a counter"), "cast": _("one of the cast"), "item": _("an item"),
    "place": _("a place"), "scene": _("a scene"), "choice": _("a choice, as scene.choice"), "mood": _("a mood"),
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
        return _("; do you mean %(names)s?", names=either(close)) if close else ""
