"""What a filter is: it looks at one text and says what it found, where, and how sure it is. It decides nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property
from string import ascii_letters
from typing import Protocol

from moderation.filters.background import Background
from moderation.filters.normalise import Form, fold, spaced, squeezed


class Stage(StrEnum):
    INPUT = "input"  # what a person said
    STREAM = "stream"  # a reply, while it comes
    OUTPUT = "output"  # a reply, when it is whole
    CARD = "card"  # what an author wrote
    MEMORY = "memory"  # what is about to be remembered


EVERYWHERE = frozenset(Stage)


class Cost(IntEnum):
    """Microseconds for 200 characters, in order of size. The chain asks the cheap ones first."""

    TINY = 30
    SMALL = 100
    MEDIUM = 500
    LARGE = 2_000


@dataclass(frozen=True, slots=True)
class Finding:
    """`rule` is the name that policies use, such as `sexual` or `pii.email`; `score` lies between 0 and 1."""

    filter: str
    rule: str
    score: float
    span: tuple[int, int] | None = None  # in the text as it was handed in
    note: str = ""  # for moderators: which term, which cue; never the text itself


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the text. All of it may be missing."""

    stage: Stage = Stage.INPUT
    language: str = ""  # what the conversation is in: "en", "zh"
    rating: str = "general"
    age: str = "adult"  # or "minor", "unknown"
    surface: str = "chat"
    wanted: str = ""  # what a reply has to be in, where that is sure; empty: as `language`
    speaker: str = ""  # whose reply it is
    player: str = ""
    cast: Sequence[str] = ()  # others who may rightly be named
    traits: Sequence[str] = ()  # what never changes about the speaker
    artificial: bool = False  # the speaker is a machine by its own card, and may say so
    facts: Sequence[str] = ()  # what is pinned
    earlier: Sequence[str] = ()  # the speaker's last lines, newest last
    heard: str = ""  # what is being answered
    background: Background = field(default_factory=Background)  # all that the model was told
    system: str = ""  # our instructions, which must not come out
    canaries: Sequence[str] = ()


BEGINNING = 20_000  # signs; a hundred times a usual reply


class Text:
    """A text and its forms, each made once and only if some filter asks for it."""

    def __init__(self, raw: str) -> None:
        self.raw = raw

    @cached_property
    def beginning(self) -> "Text":
        """For the dear filters: what goes wrong in a reply of many pages has gone wrong before its tenth."""
        return self if len(self.raw) <= BEGINNING else Text(self.raw[:BEGINNING])

    @cached_property
    def folded(self) -> Form:
        return fold(self.raw)

    @cached_property
    def spaced(self) -> Form:
        return spaced(self.folded)

    @cached_property
    def squeezed(self) -> Form:
        return squeezed(self.folded)

    @cached_property
    def evidence(self) -> float:
        return _evidence(self.raw[:200])

    @cached_property
    def chinese(self) -> bool:
        """Whether it is mostly written in Chinese characters: two letters count as one of them."""
        han, others = letters_of(self.raw)
        return han * 4 > han + others


ENOUGH_LETTERS, ENOUGH_HAN = 24, 12
_HAN, _LATIN = re.compile("[\u4e00-\u9fff]+"), re.compile("[A-Za-z]+")
_ASCII_LETTERS = ascii_letters.encode()


def letters_of(raw: str) -> tuple[int, int]:
    """How many Chinese characters there are, and how many letters of any other kind."""
    if raw.isascii():
        return 0, len(raw) - len(raw.encode().translate(None, _ASCII_LETTERS))
    latin = sum(map(len, _LATIN.findall(raw)))
    han = sum(map(len, _HAN.findall(raw)))
    rest = _HAN.sub("", _LATIN.sub("", raw))
    return han, latin + sum(map(str.isalpha, rest))


def _evidence(raw: str) -> float:
    """Below one for a text of a few letters: counting what is in it says little about "she", or "all of you"."""
    han, letters = letters_of(raw)
    return min(1.0, han / ENOUGH_HAN + letters / ENOUGH_LETTERS)


class Filter(Protocol):
    name: str
    cost: Cost
    stages: frozenset[Stage]

    def look(self, text: Text, context: Context) -> list[Finding]: ...
