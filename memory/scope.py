"""Whose memories may come up in a reply. Pure."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from memory.told import Told

# Which lines of these talks are told. Whoever asks for a recall brings it: the talks are not ours to read.
ReadTold = Callable[[Collection[UUID]], Awaitable[Told]]


@dataclass(frozen=True, slots=True)
class Scope:
    """All that one player and one character have in common, in whatever talk.

    In a room (`room_id`) it is what was said there, to whomever, and heard by the character: of that, what everybody
    who sees the reply may know. `shown_to` are those people; None: all there are.
    """

    owner_id: UUID
    character_id: UUID
    room_id: UUID | None = None
    shown_to: tuple[UUID, ...] | None = None

    def may_know(self, seen_by: Collection[UUID] | None) -> bool:
        """Whether what these people were told of may come up."""
        if self.room_id is None or seen_by is None:
            return True
        return self.shown_to is not None and set(self.shown_to) <= set(seen_by)
