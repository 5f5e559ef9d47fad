"""What a compiled story is made of. Every part knows its path in the file; texts stay there and are found by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from stories.expressions import Condition, Effect, Number
from stories.format import StoryFile, Written, lines_of
from stories.format.shape import Dice, Text, Verb, Words
from stories.state import State


@dataclass(frozen=True, slots=True)
class Passage:
    """A text by its path. A line without a condition is always told."""

    path: str
    conditions: tuple[Condition | None, ...] = ()
    always: tuple[int, ...] | None = None

    @classmethod
    def of(cls, path: str, conditions: tuple[Condition | None, ...]) -> "Passage":
        """Most texts depend on nothing: what is told of them is known beforehand."""
        free = not any(conditions)
        return cls(path, conditions, tuple(range(len(conditions))) if free else None)

    def lines(self, state: State) -> tuple[int, ...]:
        if self.always is not None:
            return self.always
        return tuple(at for at, holds in enumerate(self.conditions) if holds is None or holds(state))


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    path: str
    text: Passage
    do: tuple[Effect, ...] = ()
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    dice: str
    needs: Number
    plus: Number
    passed: Branch
    failed: Branch


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat(Branch):
    when: Condition
    once: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Option(Branch):
    """What somebody may do: once, or whenever it holds."""

    name: str
    when: Condition
    once: bool
    roll: Roll | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Option):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction(Option):
    verb: Verb
    item: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    path: str
    when: Condition
    do: tuple[Effect, ...]
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    name: str
    path: str
    place: str
    present: frozenset[str] | None
    entry: Condition
    text: Passage
    do: tuple[Effect, ...]
    roam: bool
    goals: tuple[Condition, ...]
    beats: tuple[Beat, ...]
    choices: Mapping[str, Choice]
    actions: tuple[Reaction, ...]
    exits: tuple[Beat, ...]
    proposals: Mapping[str, Proposal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    name: str
    path: str
    text: Passage
    when: Condition | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    written: Written
    scenes: Mapping[str, Scene]
    endings: Mapping[str, Ending]
    actions: tuple[Reaction, ...]
    dice: Mapping[str, Dice]
    roads: Mapping[str, frozenset[str]]
    abouts: Mapping[str, Passage]
    fated: tuple[Ending, ...]
    texts: Mapping[str, Text] = field(repr=False)

    @property
    def file(self) -> StoryFile:
        return self.written.file

    def told(self, path: str, language: str, lines: tuple[int, ...]) -> str:
        """The words of these lines, in the first language of the story where it lacks this one."""
        known = lines_of(self.texts[path])
        return "\n\n".join(words_in(known[at], language, self.file) for at in lines).strip()


def words_in(words: Words, language: str, file: StoryFile) -> str:
    spoken = language if language in file.languages else file.languages[0]
    return str(getattr(words, spoken.replace("-", "_"))).strip()
