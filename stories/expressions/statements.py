"""Effects: what a story may do to the state. Each answers with changes; who applies them keeps numbers in bounds."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from inference.prompts.problems import reason as _
from stories.events import Set
from stories.expressions.calls import argument
from stories.expressions.names import Kind, Names, Type
from stories.expressions.problem import Wrong
from stories.expressions.tree import Assignment, Call, Name, Node, Statement
from stories.state import NOWHERE, PLAYER, State

Wanted = Callable[[Node, Names, Type], Callable[[State], Any]]


class Effect(NamedTuple):
    """`touches` names what it changes, for whoever looks for what is never read: counters.hope."""

    touches: str
    changes: Callable[[State], Set | None]


class _Order(NamedTuple):
    takes: tuple[tuple[Kind, ...], ...]
    part: str
    change: Callable[..., Set]


ORDERS: Mapping[str, _Order] = {
    "gain": _Order((("item",),), "items", lambda item: Set("items", item, PLAYER)),
    "lose": _Order((("item",),), "items", lambda item: Set("items", item, NOWHERE)),
    "put": _Order((("item",), ("place", "cast")), "items", lambda item, where: Set("items", item, where)),
    "come": _Order((("cast",),), "here", lambda who: Set("here", who, True)),
    "leave": _Order((("cast",),), "here", lambda who: Set("here", who, False)),
    "go": _Order((("place",),), "place", lambda place: Set("place", "", place)),
    "mood": _Order((("cast",), ("mood",)), "moods", lambda who, mood: Set("moods", who, mood)),
}


def typed_statement(statement: Statement, names: Names, wanted: Wanted) -> Effect:
    when = wanted(statement.when, names, "truth") if statement.when else None
    if isinstance(statement, Assignment):
        touches, change = _assignment(statement, names, wanted)
    else:
        touches, change = _order(statement.call, names)
    if when is None:
        return Effect(touches, change)
    return Effect(touches, lambda state: change(state) if when(state) else None)


def _order(call: Call, names: Names) -> tuple[str, Callable[[State], Set]]:
    order = ORDERS.get(call.name)
    if order is None:
        raise Wrong(
            call.at,
            _("there is no effect %(name)s(…): there are %(known)s", name=call.name, known=", ".join(sorted(ORDERS))),
        )
    if len(call.given) != len(order.takes):
        raise Wrong(
            call.at,
            _(
                "%(name)s(…) takes %(takes)s, and is given %(given)s",
                name=call.name,
                takes=len(order.takes),
                given=len(call.given),
            ),
        )
    given = [argument(each, kinds, names) for each, kinds in zip(call.given, order.takes, strict=True)]
    change = order.change(*given)
    return f"{order.part}.{given[0]}", lambda _state: change


def _assignment(statement: Assignment, names: Names, wanted: Wanted) -> tuple[str, Callable[[State], Set]]:
    part, name, type_ = _target(statement.target, names)
    value = wanted(statement.value, names, type_)
    if statement.sign == "=":
        return f"{part}.{name}", lambda state: Set(part, name, value(state))
    if type_ != "number":
        raise Wrong(statement.at, _("%(name)s is a flag: it is set with = true or = false", name=name))
    sign = 1 if statement.sign == "+=" else -1
    return f"{part}.{name}", lambda state: Set(part, name, getattr(state, part)[name] + sign * value(state))


def _target(target: Name | Call, names: Names) -> tuple[str, str, Type]:
    if isinstance(target, Call):
        if target.name != "bond" or len(target.given) != 1:
            raise Wrong(target.at, _("%(name)s(…) cannot be set: flags, counters and bond(…) can", name=target.name))
        return "bonds", argument(target.given[0], ("cast",), names), "number"
    if names.has("flag", target.name):
        return "flags", target.name, "truth"
    if names.has("counter", target.name):
        return "counters", target.name, "number"
    near = names.near("flag", target.name) or names.near("counter", target.name)
    raise Wrong(target.at, _("%(name)s is neither a flag nor a counter%(near)s", name=target.name, near=near))


def touched(effects: Iterable[Effect]) -> set[str]:
    return {effect.touches for effect in effects}
