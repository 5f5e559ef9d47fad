"""A tree that makes sense becomes functions of a State; one that does not is told with the letter it goes wrong at."""

from collections.abc import Callable, Mapping
from typing import Any

from inference.prompts.problems import reason as _
from stories.expressions.calls import CALLS, VARIABLES, argument
from stories.expressions.names import Names, Type
from stories.expressions.parse import COMPARISONS, parse_expression, parse_statement
from stories.expressions.problem import Wrong
from stories.expressions.statements import Effect, typed_statement
from stories.expressions.tree import Call, Joined, Name, Node, Prefixed, Truth, Whole
from stories.state import WHOLE, State

Condition = Callable[[State], bool]
Number = Callable[[State], int]
Typed = tuple[Type, Callable[[State], Any]]
Written = str | int | bool


def condition(written: Written, names: Names) -> Condition:
    return _wanted(_parsed(written), names, "truth")


def number(written: Written, names: Names) -> Number:
    return _wanted(_parsed(written), names, "number")


def effects(written: str | list[str], names: Names) -> tuple[Effect, ...]:
    """Of a list, or of a text in which ; divides them. The letters of a problem count within the one effect."""
    each = written.split(";") if isinstance(written, str) else written
    return tuple(typed_statement(parse_statement(one), names, _wanted) for one in each if one.strip())


def _parsed(written: Written) -> Node:
    if isinstance(written, bool):
        return Truth(written, 1)
    return Whole(written, 1) if isinstance(written, int) else parse_expression(written)


def _wanted(node: Node, names: Names, type_: Type) -> Callable[[State], Any]:
    found, function = _typed(node, names)
    if found != type_:
        wants = _("has to be true or false, and is a number")
        raise Wrong(node.at, wants if type_ == "truth" else _("has to be a number, and is true or false"))
    return function


def _typed(node: Node, names: Names) -> Typed:
    match node:
        case Truth(value=value):
            return "truth", lambda _state: value
        case Whole(value=value):
            return "number", lambda _state: value
        case Name():
            return _name(node, names)
        case Call():
            return _call(node, names)
        case Prefixed(sign="not"):
            inner = _wanted(node.what, names, "truth")
            return "truth", lambda state: not inner(state)
        case Prefixed():
            inner = _wanted(node.what, names, "number")
            return "number", lambda state: -inner(state)
    return _joined(node, names)


def _name(node: Name, names: Names) -> Typed:
    name = node.name
    if names.has("flag", name):
        return "truth", lambda state: state.flags[name]
    if names.has("counter", name):
        return "number", lambda state: state.counters[name]
    if name in VARIABLES:
        return "number", VARIABLES[name]
    near = names.near("flag", name) or names.near("counter", name)
    raise Wrong(node.at, _("%(name)s is neither a flag nor a counter%(near)s", name=name, near=near))


def _call(node: Call, names: Names) -> Typed:
    called = CALLS.get(node.name)
    if called is None:
        raise Wrong(
            node.at, _("there is no %(name)s(…): there are %(known)s", name=node.name, known=", ".join(sorted(CALLS)))
        )
    if called.takes == "truths":
        sides = [_wanted(each, names, "truth") for each in node.given]
        return "number", lambda state: sum(side(state) for side in sides)
    if called.takes == "numbers":
        sides = [_wanted(each, names, "number") for each in node.given]
        best = called.make
        return "number", lambda state: best(side(state) for side in sides)
    if len(node.given) != len(called.takes):
        raise Wrong(
            node.at,
            _(
                "%(name)s(…) takes %(takes)s, and is given %(given)s",
                name=node.name,
                takes=len(called.takes),
                given=len(node.given),
            ),
        )
    given = [argument(each, kinds, names) for each, kinds in zip(node.given, called.takes, strict=True)]
    return called.gives, called.make(*given)


def _joined(node: Joined, names: Names) -> Typed:
    if node.sign in ("and", "or"):
        one, other = _wanted(node.left, names, "truth"), _wanted(node.right, names, "truth")
        if node.sign == "and":
            return "truth", lambda state: one(state) and other(state)
        return "truth", lambda state: one(state) or other(state)
    if node.sign in ("==", "!="):
        type_, left = _typed(node.left, names)
        right = _wanted(node.right, names, type_)
        return "truth", _COMPARED[node.sign](left, right)
    left, right = _wanted(node.left, names, "number"), _wanted(node.right, names, "number")
    if node.sign in COMPARISONS:
        return "truth", _COMPARED[node.sign](left, right)
    return "number", _COUNTED[node.sign](left, right)


def bounded(value: int) -> int:
    """Whatever is multiplied with whatever: it neither grows without end nor fails."""
    return max(-WHOLE, min(WHOLE, value))


_Side = Callable[[State], Any]
_COMPARED: Mapping[str, Callable[[_Side, _Side], _Side]] = {
    "==": lambda one, other: lambda state: one(state) == other(state),
    "!=": lambda one, other: lambda state: one(state) != other(state),
    "<": lambda one, other: lambda state: one(state) < other(state),
    "<=": lambda one, other: lambda state: one(state) <= other(state),
    ">": lambda one, other: lambda state: one(state) > other(state),
    ">=": lambda one, other: lambda state: one(state) >= other(state),
}
_COUNTED: Mapping[str, Callable[[_Side, _Side], _Side]] = {
    "+": lambda one, other: lambda state: bounded(one(state) + other(state)),
    "-": lambda one, other: lambda state: bounded(one(state) - other(state)),
    "*": lambda one, other: lambda state: bounded(one(state) * other(state)),
}
