"""A character of the cast as a scene sees it, and who was there when something was said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """`called` are the names it goes by; in the order of the cast."""

    id: UUID
    name: str
    nickname: str = ""
    tagline: str = ""
    talkativeness: int = 50
    muted: bool = False
    on_stage: bool = True
    heard_since: UUID | None = None

    @property
    def called(self) -> tuple[str, ...]:
        return (self.name, self.nickname) if self.nickname and self.nickname != self.name else (self.name,)

    @property
    def may_speak(self) -> bool:
        return self.on_stage and not self.muted

    def heard(self, message_id: UUID, heard_by: Sequence[UUID] | None) -> bool:
        """Whether it was there when this was said."""
        if self.heard_since is not None and message_id <= self.heard_since:
            return False
        return heard_by is None or self.id in heard_by


class Audience(NamedTuple):
    """Which characters hear a message, and which people see it; None: all there are."""

    heard_by: tuple[UUID, ...] | None = None
    seen_by: tuple[UUID, ...] | None = None

    def shown_to(self, user_id: UUID | None) -> bool:
        return self.seen_by is None or user_id in self.seen_by

    def heard_by_character(self, character_id: UUID) -> bool:
        return self.heard_by is None or character_id in self.heard_by


FOR_ALL = Audience()


def audience_of(row: object) -> Audience:
    """That of a row with `heard_by` and `seen_by`."""
    heard_by: list[UUID] | None = getattr(row, "heard_by", None)
    seen_by: list[UUID] | None = getattr(row, "seen_by", None)
    if heard_by is None and seen_by is None:
        return FOR_ALL
    return Audience(_sorted(heard_by), _sorted(seen_by))


def on_stage_now(cast: Iterable[Actor]) -> Audience:
    """What is said aloud is heard by whom the stage holds."""
    actors = list(cast)
    if all(actor.on_stage for actor in actors):
        return FOR_ALL
    return Audience(heard_by=_sorted(actor.id for actor in actors if actor.on_stage))


def both(one: Audience, other: Audience) -> Audience:
    """Heard and seen by whoever hears or sees either."""
    return Audience(_joined(one.heard_by, other.heard_by), _joined(one.seen_by, other.seen_by))


def whispered(*, author: UUID, people: Iterable[UUID], characters: Iterable[UUID]) -> Audience:
    """Who whispers sees it too; a character that is not named hears nothing."""
    return Audience(heard_by=_sorted(characters), seen_by=_sorted({author, *people}))


def _joined(one: tuple[UUID, ...] | None, other: tuple[UUID, ...] | None) -> tuple[UUID, ...] | None:
    return None if one is None or other is None else _sorted({*one, *other})


def _sorted(ids: Iterable[UUID] | None) -> tuple[UUID, ...] | None:
    return None if ids is None else tuple(sorted(ids))
