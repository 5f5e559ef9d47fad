"""`halve(hope)`: half of a counter, rounded down."""

from collections.abc import Callable

from stories.events import Set
from stories.expressions.statements import Order
from stories.state import State


def halve(counter: str) -> Callable[[State], Set]:
    return lambda state: Set("counters", counter, state.counters[counter] // 2)


HALVE = Order(takes=(("counter",),), part="counters", change=halve)
