"""A template as it is written: what its file says, and in which line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Type = Literal["text", "flag", "number", "choice"]
Placement = Literal["prefix", "history", "tail", "depth"]
Role = Literal["system", "user", "assistant"]

ALWAYS = 100  # the priority of what is never left out
SHARE = 0.125  # of the room: what a block in the tail or at a depth takes at most, where it does not say


@dataclass(frozen=True, slots=True)
class Text:
    """Words with placeholders; `line` is that of its first letter."""

    words: str
    line: int


@dataclass(frozen=True, slots=True)
class Input:
    """What the product hands in. A `stable` one is the same from turn to turn of a talk, so that it may stand in the
    part of a prompt that providers keep.
    """

    name: str
    type: Type
    line: int = 0
    of: tuple[str, ...] = ()
    stable: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A flag has to be so, a choice one of these, a text there or not."""

    input: str
    wants: bool | tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Part:
    """A line or several of a block. With a `macro` its words are the macro's, with `given` for its parameters."""

    text: Text
    when: tuple[Condition, ...] = ()
    macro: str = ""
    given: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Macro:
    name: str
    params: tuple[str, ...]
    text: Text
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """`head` stands above the parts, if there are any. A `slot` is filled by the product, below the block's own words.

    `depth` counts messages from the end of the talk, or names a number among the inputs. Of `share` (of the room) and
    `tokens` the smaller holds. What has less than ALWAYS for its priority is left out where the history needs the room.
    """

    name: str
    line: int
    placement: Placement = "tail"
    role: Role = "system"
    depth: int | str = 0
    priority: int = ALWAYS
    share: float | None = None
    tokens: int | None = None
    when: tuple[Condition, ...] = ()
    head: Text | None = None
    parts: tuple[Part, ...] = ()
    slot: bool = False
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Override:
    """Fields of single blocks, and phrases, that take the place of what was there."""

    blocks: Mapping[str, tuple[int, Mapping[str, Any]]] = field(default_factory=dict)
    phrases: Mapping[str, Text] = field(default_factory=dict)
    macros: Mapping[str, Macro] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """An override for a language, a family of models or an environment; for all that it names at once."""

    language: str
    family: str
    environment: str
    override: Override
    line: int


@dataclass(frozen=True, slots=True)
class Source:
    """One template. `languages` are all it has words in, its own first."""

    where: str
    text: str
    name: str
    version: str
    languages: tuple[str, ...]
    description: str = ""
    author: str = ""
    prefix_share: float = 0.5
    inputs: Mapping[str, Input] = field(default_factory=dict)
    outputs: Mapping[str, Input] = field(default_factory=dict)
    include: tuple[tuple[str, int], ...] = ()
    macros: Mapping[str, Macro] = field(default_factory=dict)
    blocks: Mapping[str, Block] = field(default_factory=dict)
    phrases: Mapping[str, Text] = field(default_factory=dict)
    override: Override = field(default_factory=Override)
    profiles: tuple[Profile, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)
