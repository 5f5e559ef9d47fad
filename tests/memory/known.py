"""Talks with things that are known: what tests of the pages and of the API stand on."""

from typing import Any
from uuid import UUID

from accounts.models import User
from chat.selectors.memories import Mind, mind
from chat.services.keeping import keep_line
from memory.services.corrections import Changed, add_by_hand
from tests.chat.grown import Talk


class Acquainted(Talk):
    """A talk with somebody who comes to know things."""

    def __init__(self, owner: User | None = None, **content: Any) -> None:
        super().__init__(owner, **content)
        self.character_id: UUID = self.row.cast.get().character_id

    @property
    def whose(self) -> dict[str, Any]:
        return {"user": self.owner, "character_id": self.character_id}

    @property
    def mind(self) -> Mind:
        return mind(**self.whose)

    @property
    def believed(self) -> list[str]:
        return sorted(each.text for each in self.mind.believed)

    def standing(self) -> dict[str, str]:
        return {each.text: each.standing.value for each in self.mind.known}

    def write(self, text: str, **fields: Any) -> Changed:
        return add_by_hand(**self.whose, text=text, **fields)

    def keep(self, line: UUID, **fields: Any) -> Changed:
        return keep_line(**self.who, message_id=line, **fields).changed
