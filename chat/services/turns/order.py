"""What a turn needs to know, gathered when its input was accepted."""

from dataclasses import dataclass
from uuid import UUID

from accounts.encryption import Cipher
from chat.live.stream import OwnedTurn
from chat.prompts import Persona


@dataclass(frozen=True, slots=True)
class Order:
    """`leaf` is the message to be answered; `begun` the reply to be carried on; `replaces` the one it stands beside."""

    live: OwnedTurn
    user_id: UUID
    owner_id: UUID
    version_id: UUID
    persona: Persona
    leaf: UUID
    speaker: str
    index_secret: bytes
    hint: str = ""
    begun: str = ""
    replaces: UUID | None = None

    @property
    def cipher(self) -> Cipher:
        return self.live.cipher
