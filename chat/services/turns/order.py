"""What a turn needs to know, gathered when its input was accepted."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.encryption import Cipher
from accounts.limits import Place
from chat.live.stream import OwnedTurn
from chat.prompts import Note, Persona, Said
from chat.prompts.steps import MOST_MESSAGES
from chat.scene import Actor
from chat.services.rooms.scene import Present, Scene
from chat.services.turns.asked import Asked

WINDOW_MESSAGES = MOST_MESSAGES


@dataclass(frozen=True, slots=True)
class Behind:
    """A line that was just stored, and the page of messages that ends in `parent_id`, read with it."""

    said: Said
    parent_id: UUID | None
    page: list[Any]


@dataclass(slots=True)
class Order:
    """`leaf` is to be answered, `begun` is a reply to be carried on, `head_before` is where the branch stood.

    `knows` is the character when its author gave it texts to know; `staged`: somebody else's, as they were granted.
    `plan` is that of whoever asks.
    """

    live: OwnedTurn
    user_id: UUID
    owner_id: UUID
    version_id: UUID
    plan: str
    persona: Persona
    leaf: UUID
    speaker: str
    index_secret: bytes | None
    hint: str = ""
    begun: str = ""
    head_before: UUID | None = None
    behind: Behind | None = None
    note: Note | None = None
    books: tuple[str, ...] = ()
    knows: UUID | None = None
    staged: bool = True
    # What the character remembers of whoever asks: `memories.HERE`, `memories.MORE`, or None.
    remembers: int | None = None
    # Where whoever asks is.
    zone: str = ""
    # The pair, and the talks in which something moved between them; None where nothing did. In a room the pair alone.
    bond: tuple[UUID, ...] | None = None
    asked: Asked | None = None
    # Whether they want what is said to be read for what it feels like, and the tone that they ask for.
    reads: bool = False
    tone: int = 0
    # For whom it is said: the character's rating, and the age of the youngest who reads it.
    rating: str = "general"
    age: str = "adult"
    # The API key that the line came with.
    key_id: UUID | None = None
    # Among the replies that are under way for whoever asks; given back at its end.
    place: Place | None = None
    # In a room: who else is there, who speaks, and to whom.
    scene: Scene | None = None
    actor: Actor | None = None
    person: Present | None = None

    @property
    def cipher(self) -> Cipher:
        return self.live.cipher
