"""What recall ranks: facts and lines in the clear. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from memory.told import Mark, Told

Source = Literal["memory", "episode"]


@dataclass(frozen=True, slots=True)
class Row:
    """One memory or one line. `marks`: the lines that it stands for; `answers`: the line that it answers.

    `memory_kind`, `state`, `pinned`, `by_hand`, `superseded_by` are those of a memory.
    """

    id: UUID
    source: Source
    text: str
    said_at: datetime
    marks: tuple[Mark, ...]
    conversation_id: UUID | None = None
    message_id: UUID | None = None
    answers_id: UUID | None = None
    speaker: str = ""
    is_question: bool = False
    importance: int = 50
    memory_kind: str = ""
    state: str = "active"
    pinned: bool = False
    by_hand: bool = False
    superseded_by: UUID | None = None
    seen_by: tuple[UUID, ...] | None = None

    def counts(self, told: Told) -> bool:
        """One of its lines is told, or it was written by hand and comes from none."""
        return told.any_of(self.marks) if self.marks else self.by_hand
