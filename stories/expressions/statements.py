"""Effects: what a story may do to the state. Each answers with changes; who applies them keeps numbers in bounds."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import structlog

from inference import plugins
from inference.prompts.problems import reason as _
from stories.events import Set
from stories.expressions.calls import CALLS, argument
from stories.expressions.names import Kind, Names, Type
from stories.expressions.problem import Wrong
from stories.expressions.tree import Assignment, Call, Name, Node, Statement
from stories.state import NOWHERE, PLAYER, State

log = structlog.get_logger(__name__)
PARTS = ("flags", "counters", "items", "here", "moods", "bonds")
Wanted = Callable[[Node, Names, Type], Callable[[State], Any]]


class Effect(NamedTuple):
    """`touches` names what it changes, for whoever looks for what is never read: counters.hope."""

    touches: str
    changes: Callable[[State], Set | None]


class Order(NamedTuple):
    """`takes`: for each argument the kinds it may be. `change` is given the names and answers with the change, or with
    a function of the state that does; `part` of the state, under the first name, is what it changes."""

    takes: tuple[tuple[Kind, ...], ...]
    part: str
    change: Callable[..., Set | Callable[[State], Set | None]]


_OURS: Mapping[str, Order] = {
    "gain": Order((("item",),), "items", lambda item: Set("items", item, PLAYER)),
    "lose": Order((("item",),), "items", lambda item: Set("items", item, NOWHERE)),
    "put": Order((("item",), ("place", "cast")), "items", lambda item, where: Set("items", item, where)),
    "come": Order((("cast",),), "here", lambda who: Set("here", who, True)),
    "leave": Order((("cast",),), "here", lambda who: Set("here", who, False)),
    "go": Order((("place",),), "place", lambda place: Set("place", "", place)),
    "mood": Order((("cast",), ("mood",)), "moods", lambda who, mood: Set("moods", who, mood)),
}


def problem_of(name: str, value: Any) -> str:
    """What keeps a package's effect from being used."""
    if name in _OURS or name in CALLS:
        return "stories have that word already"
    if not re.fullmatch(r"[a-z][a-z_]{0,39}", name):
        return "its name is no word of small letters"
    if not isinstance(value, Order):
        return "it is no stories.expressions.statements.Order"
    if value.part not in PARTS or not value.takes:
        return f"its part is none of {', '.join(PARTS)}, or it takes nothing"
    return ""


plugins.checked_by(plugins.EFFECTS, problem_of)
ORDERS: Mapping[str, Order] = {**_OURS, **plugins.added(plugins.EFFECTS)}


def typed_statement(statement: Statement, names: Names, wanted: Wanted) -> Effect:
    when = wanted(statement.when, names, "truth") if statement.when else None
    change: Callable[[State], Set | None]
    if isinstance(statement, Assignment):
        touches, change = _assignment(statement, names, wanted)
    else:
        touches, change = _order(statement.call, names)
    if when is None:
        return Effect(touches, change)
    return Effect(touches, lambda state: change(state) if when(state) else None)


def _order(call: Call, names: Names) -> tuple[str, Callable[[State], Set | None]]:
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
    if isinstance(change, Set):
        return f"{order.part}.{given[0]}", lambda _state: change
    return f"{order.part}.{given[0]}", _kept_in(call.name, order, given[0], change)


def _kept_in(
    called: str, order: Order, name: str, change: Callable[[State], Set | None]
) -> Callable[[State], Set | None]:
    """A package's own code, which may fail, and may change nothing but what it says: then nothing comes of it."""

    def made(state: State) -> Set | None:
        try:
            found = change(state)
        except Exception as error:
            log.error("plugin_failed", effect=called, error=type(error).__name__)
            return None
        if found is not None and (not isinstance(found, Set) or (found.part, found.name) != (order.part, name)):
            log.error("plugin_failed", effect=called, error="another change than it says")
            return None
        return found

    return made


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
