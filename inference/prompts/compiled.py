"""A template ready to be rendered: every placeholder found, every macro carried out, nothing left to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inference.prompts.assemble import Assembled
from inference.prompts.source import ALWAYS, SHARE, Block, Condition, Input, Part, Placement, Role
from inference.prompts.words import Piece, filled, pieces_of

Values = Mapping[str, Any]
TYPES: Mapping[str, type] = {"text": str, "choice": str, "flag": bool, "number": int}


class Words:
    """Literal words and names in turn. What is put in is text, whatever it looks like."""

    __slots__ = ("first", "rest")

    def __init__(self, pieces: Sequence[Piece]) -> None:
        literal, rest = [""], []
        for piece in pieces:
            if piece.name:
                rest.append(piece.name)
                literal.append("")
            else:
                literal[-1] += piece.words
        self.first = literal[0]
        self.rest = tuple(zip(rest, literal[1:], strict=True))

    def render(self, values: Values) -> str:
        if not self.rest:
            return self.first
        said = [self.first]
        for name, literal in self.rest:
            said += (str(values[name]), literal)
        return "".join(said)


@dataclass(frozen=True, slots=True)
class CompiledPart:
    when: tuple[tuple[str, bool | tuple[str, ...]], ...]
    words: Words


@dataclass(frozen=True, slots=True)
class CompiledBlock:
    """`depth` as in Block; `share` and `tokens` are what it may take."""

    name: str
    placement: Placement
    role: Role
    depth: int | str
    priority: int
    share: float
    tokens: int | None
    slot: bool
    when: tuple[tuple[str, bool | tuple[str, ...]], ...]
    head: Words | None
    parts: tuple[CompiledPart, ...]

    def render(self, values: Values) -> str:
        """Empty where it has no say."""
        if not holds(self.when, values):
            return ""
        said = [part.words.render(values) for part in self.parts if holds(part.when, values)]
        if not said:
            return ""
        body = "\n".join(said)
        return f"{self.head.render(values)}\n{body}" if self.head else body

    @property
    def bounded(self) -> bool:
        return self.share < 1 or self.tokens is not None

    def most(self, total: int) -> int:
        """Tokens that it may take of so many."""
        share = int(total * self.share)
        return share if self.tokens is None else min(share, self.tokens)

    def depth_in(self, values: Values) -> int:
        return int(values[self.depth]) if isinstance(self.depth, str) else self.depth


def holds(when: tuple[tuple[str, bool | tuple[str, ...]], ...], values: Values) -> bool:
    for name, wants in when:
        value = values[name]
        if value not in wants if isinstance(wants, tuple) else bool(value) is not wants:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Compiled:
    """`included` are the versions of what it is made of beside itself; `family` is that of the model it was made for,
    where that makes a difference.
    """

    name: str
    version: str
    included: Mapping[str, str]
    prefix_share: float
    inputs: Mapping[str, Input]
    blocks: Mapping[str, CompiledBlock]
    phrases: Mapping[str, Words]
    numbers: Mapping[str, float]
    # By placement, in their order.
    prefix: tuple[CompiledBlock, ...]
    tail: tuple[CompiledBlock, ...]
    depths: tuple[CompiledBlock, ...]
    family: str = ""

    def checked(self, values: Values) -> Values:
        """The same values. TypeError for one that is missing, too many, or not what the template says."""
        if values.keys() != self.inputs.keys():
            odd = sorted(values.keys() ^ self.inputs.keys())
            raise TypeError(f"{self.name} {self.version}: missing or unknown: {', '.join(odd)}")
        for name, asked in self.inputs.items():
            value = values[name]
            if type(value) is not TYPES[asked.type] or (asked.of and value not in asked.of):
                raise TypeError(f"{self.name} {self.version}: {name} has to be a {asked.type}")
        return values

    def phrase(self, name: str, values: Values) -> str:
        return self.phrases[name].render(values)

    def template(self) -> dict[str, Any]:
        """What a manifest says of it."""
        told: dict[str, Any] = {"name": self.name, "version": self.version}
        told |= {"includes": dict(self.included)} if self.included else {}
        return told | ({"family": self.family} if self.family else {})


def compiled(whole: Assembled, family: str = "") -> Compiled:
    """Of a template that was found in order: KeyError and LoneBrace otherwise."""
    blocks = {name: _block(block, whole) for name, block in whole.blocks.items()}

    def placed(placement: Placement) -> tuple[CompiledBlock, ...]:
        return tuple(block for block in blocks.values() if block.placement == placement)

    return Compiled(
        name=whole.name,
        version=whole.version,
        included=whole.included,
        prefix_share=whole.prefix_share,
        inputs=whole.inputs,
        blocks=blocks,
        phrases={name: Words(pieces_of(text.words)) for name, text in whole.phrases.items()},
        numbers=whole.numbers,
        prefix=placed("prefix"),
        tail=placed("tail"),
        depths=placed("depth"),
        family=family,
    )


def _block(block: Block, whole: Assembled) -> CompiledBlock:
    whole_share = 1.0 if block.placement == "prefix" or block.slot else SHARE
    return CompiledBlock(
        name=block.name,
        placement=block.placement,
        role=block.role,
        depth=block.depth,
        priority=block.priority,
        share=whole_share if block.share is None else block.share,
        tokens=block.tokens,
        slot=block.slot,
        when=_when(block.when),
        head=Words(pieces_of(block.head.words)) if block.head else None,
        parts=tuple(CompiledPart(_when(part.when), Words(_pieces(part, whole))) for part in block.parts),
    )


def _pieces(part: Part, whole: Assembled) -> list[Piece]:
    if not part.macro:
        return pieces_of(part.text.words)
    given = {name: pieces_of(text.words) for name, text in part.given.items()}
    return filled(pieces_of(whole.macros[part.macro].text.words), given)


def _when(conditions: tuple[Condition, ...]) -> tuple[tuple[str, bool | tuple[str, ...]], ...]:
    return tuple((each.input, each.wants) for each in conditions)


def kept(blocks: Sequence[CompiledBlock]) -> list[CompiledBlock]:
    """Those that are never left out."""
    return [block for block in blocks if block.priority == ALWAYS]


def yielding(blocks: Sequence[CompiledBlock]) -> list[CompiledBlock]:
    """Those that go where the history needs the room, the last to go first."""
    return sorted((block for block in blocks if block.priority < ALWAYS), key=lambda block: -block.priority)
