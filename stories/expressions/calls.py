"""What an expression may ask of the state, beside flags and counters."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from inference.prompts.problems import either
from inference.prompts.problems import reason as _
from stories.expressions.names import TOLD, Kind, Names, Type
from stories.expressions.problem import Wrong
from stories.expressions.tree import Name, Node
from stories.state import PLAYER, State


class Called(NamedTuple):
    """`takes`: for each argument the kinds it may be, or any number of truths or numbers."""

    gives: Type
    takes: tuple[tuple[Kind, ...], ...] | Literal["truths", "numbers"]
    make: Callable[..., Any]


def _choice(path: str) -> Callable[[State], bool]:
    scene, _dot, choice = path.partition(".")
    whole = f"scenes.{scene}.choices.{choice}"
    return lambda state: whole in state.done


CALLS: Mapping[str, Called] = {
    "has": Called("truth", (("item",),), lambda item: lambda state: state.items[item] == PLAYER),
    "holds": Called("truth", (("cast", "place"), ("item",)), lambda who, item: lambda state: state.items[item] == who),
    "at": Called("truth", (("place",),), lambda place: lambda state: state.place == place),
    "here": Called("truth", (("cast",),), lambda who: lambda state: state.here[who]),
    "bond": Called("number", (("cast",),), lambda who: lambda state: state.bonds[who]),
    "seen": Called("truth", (("scene",),), lambda scene: lambda state: scene in state.seen),
    "visits": Called("number", (("scene",),), lambda scene: lambda state: state.seen.get(scene, 0)),
    "chose": Called("truth", (("choice",),), _choice),
    "count": Called("number", "truths", sum),
    "min": Called("number", "numbers", min),
    "max": Called("number", "numbers", max),
}
VARIABLES: Mapping[str, Callable[[State], int]] = {
    "moves": lambda state: state.moves,
    "steps": lambda state: state.step,
}


def argument(node: Node, kinds: tuple[Kind, ...], names: Names) -> str:
    """The name that stands here. Raises Wrong where it is none of these kinds."""
    what = either([TOLD[kind] for kind in kinds])
    if not isinstance(node, Name):
        raise Wrong(node.at, _("here has to be %(what)s", what=what))
    if not any(names.has(kind, node.name) for kind in kinds):
        near = next((found for kind in kinds if (found := names.near(kind, node.name))), "")
        raise Wrong(node.at, _("%(name)s is not %(what)s%(near)s", name=node.name, what=what, near=near))
    return node.name
