"""What a prompt is made of, and what comes out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple
from uuid import UUID

from characters.anchor import Core
from characters.lore import NOTHING_YET, CompiledBook, State
from characters.traits import Setting
from inference.base import Line
from memory.bonds.standing import Standing
from stories.telling import Brief

Language = Literal["en", "zh-hans"]
Kind = Literal["chat", "regenerate", "continue", "impersonate"]


Voice = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class DepthPrompt:
    """The card's note: said again so many messages from the end of the talk."""

    text: str
    depth: int = 4
    role: Voice = "system"


@dataclass(frozen=True, slots=True)
class Note:
    """The author's note of a talk: what its player tells the model each time, or at every so many of their lines."""

    text: str
    depth: int = 4
    role: Voice = "system"
    every: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """The character as its author wrote it, traits already in words; `anchor` are those that never change. `then`:
    models that answer where `model` cannot. `remembers`: its author lets it. `dynamic` are the sliders that may move.
    """

    version_id: UUID
    language: Language
    name: str
    description: str = ""
    personality: str = ""
    scenario: str = ""
    examples: str = ""
    system_prompt: str = ""
    post_history_instructions: str = ""
    nickname: str = ""
    depth_prompt: DepthPrompt | None = None
    traits: str = ""
    anchor: tuple[Core, ...] = ()
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    model: str = ""
    then: tuple[str, ...] = ()
    remembers: bool = True
    dynamic: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True)
class Persona:
    name: str
    description: str = ""


class Said(NamedTuple):
    """One message of the branch. A tuple: forty are made a turn."""

    id: UUID
    role: Literal["player", "character"]
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Lore:
    """The books of a talk, highest rank first, and what of its past they have to know.

    `greeting` is the number of the opening it began with, where that is known; `recalled` came up by meaning.
    """

    books: tuple[CompiledBook, ...] = ()
    state: State = NOTHING_YET
    greeting: int | None = None
    recalled: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a text that the author gave the character; `source` and `title` are the text's."""

    id: UUID
    source: UUID
    title: str
    text: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Recalled:
    """What came up by meaning, best first. `state`: done, late or failed; empty when there was nothing to ask.
    `read`: tokens that the embedding model read for it."""

    passages: tuple[Passage, ...] = ()
    state: str = ""
    milliseconds: int = 0
    read: int = 0


@dataclass(frozen=True, slots=True)
class Remembered:
    """A memory, or a line said long ago: `day` as it is written, `answers` what the line replied to, `messages` the
    lines that say it."""

    id: UUID
    source: Literal["memory", "episode"]
    text: str
    day: str = ""
    at: float = 0.0
    speaker: str = ""
    answers: str = ""
    score: float = 0.0
    messages: tuple[UUID, ...] = ()


class Placed(NamedTuple):
    """What came to mind at a message of the branch, and stands there since."""

    message: UUID
    rows: tuple[Remembered, ...]


class Tone(NamedTuple):
    """How player and character have sounded lately, as moods of a face; empty where that is not known. `wish`: the tone
    that the player asks for, from -2, dark, to 2, exuberant.
    """

    player: str = ""
    character: str = ""
    wish: int = 0


@dataclass(frozen=True, slots=True)
class Memories:
    """What the character remembers of whom it talks to. `pinned` and `standing` are to be in every prompt, `found`
    bears on what was just said, best first; `placed` is there already. `summary` is of what came before the branch.
    `state` and the rest as in Recalled.
    """

    pinned: tuple[Remembered, ...] = ()
    standing: tuple[Remembered, ...] = ()
    found: tuple[Remembered, ...] = ()
    placed: tuple[Placed, ...] = ()
    summary: str = ""
    summary_id: UUID | None = None
    state: str = ""
    milliseconds: int = 0
    read: int = 0


@dataclass(frozen=True, slots=True)
class Bond:
    """How the character stands with whom it talks to; None where nothing has happened yet. `sample` is the reply that
    shows its voice best.
    """

    standing: Standing | None = None
    sample: str = ""
    sample_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """Who else is in a room, as everybody there knows them. `cast` has names and taglines, never a description;
    `names` all that another one's line may begin with, who spoke last first.
    """

    cast: tuple[tuple[str, str], ...] = ()
    people: tuple[Persona, ...] = ()
    names: tuple[str, ...] = ()


class ToldAt(NamedTuple):
    """What the rules of a story told at a message of the branch."""

    message: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """The story that is played, as it stands where the reply goes, for whoever speaks."""

    brief: Brief
    told: tuple[ToldAt, ...] = ()


@dataclass(frozen=True, slots=True)
class PromptContext:
    """`branch` is oldest first and ends with the line to be answered. `begun` is a reply to be carried on. `note` is
    there when it is its turn.

    In a room `company` is there, and `branch` has what the character heard: its own lines under the role of the
    character, everybody else's under that of the player, with their names; the persona is whom the character
    has before it, and `director` who gave the hint.

    `whole`: the branch begins where the talk does. Otherwise its beginning was cut, by `steps.kept_of`.

    `talk` names the conversation: what is left to chance is drawn from it, and from the message. `notes` are what the
    player, or a program of theirs, wants kept in mind.
    """

    sheet: Sheet
    persona: Persona
    branch: tuple[Said, ...]
    kind: Kind = "chat"
    hint: str = ""
    director: str = ""
    begun: str = ""
    note: Note | None = None
    window_tokens: int = 8_192
    talk: str = ""
    lore: Lore = field(default_factory=Lore)
    recalled: Recalled = field(default_factory=Recalled)
    memories: Memories = field(default_factory=Memories)
    bond: Bond = field(default_factory=Bond)
    notes: str = ""
    tone: Tone = field(default_factory=Tone)
    company: Company | None = None
    story: Story | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Prompt:
    """`manifest` says what went in and what was cut: ids, names and tokens, never text. It is made (by `noted`, once)
    when it is first asked for: whoever waits for the first word does not wait for it.

    The first `stays` lines are those that the prompt of the next turn begins with too, as far as can be known.
    """

    lines: tuple[Line, ...]
    stop: tuple[str, ...] = ()
    max_tokens: int | None = None
    stays: int = 0
    noted: Callable[[], dict[str, Any]] = field(default=dict, compare=False, repr=False)

    @property
    def manifest(self) -> dict[str, Any]:
        return self.noted()
