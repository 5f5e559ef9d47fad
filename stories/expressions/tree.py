"""What an expression is made of. Every node knows the letter it stands at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Whole:
    value: int
    at: int


@dataclass(frozen=True, slots=True)
class Truth:
    value: bool
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    given: "tuple[Node, ...]"
    at: int


@dataclass(frozen=True, slots=True)
class Prefixed:
    """`not` or `-`."""

    sign: str
    what: "Node"
    at: int


@dataclass(frozen=True, slots=True)
class Joined:
    """Two sides of `and`, `or`, a comparison, `+`, `-` or `*`."""

    sign: str
    left: "Node"
    right: "Node"
    at: int


Node = Whole | Truth | Name | Call | Prefixed | Joined


@dataclass(frozen=True, slots=True)
class Assignment:
    """`target` is a name, or a call such as bond(rowan); `sign` is =, += or -=."""

    target: Name | Call
    sign: str
    value: Node
    when: Node | None
    at: int


@dataclass(frozen=True, slots=True)
class Order:
    """An effect that is called by name: gain(lamp)."""

    call: Call
    when: Node | None
    at: int


Statement = Assignment | Order
