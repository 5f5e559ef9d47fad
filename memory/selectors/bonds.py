"""Where a player and a character stand, and what brought them there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost
from memory.bonds.standing import Past, stand
from memory.models import BondStep, Pair
from memory.places import STEP
from memory.told import Told, mark_of


@dataclass(frozen=True, slots=True)
class Stepped:
    """A step as the player reads it. `told`: its line is; `counts`: and it was not taken back."""

    id: UUID
    conversation_id: UUID
    message_id: UUID
    event: str
    moves: Mapping[str, int]
    mood: str
    words: str
    happened_at: datetime
    told: bool
    undone: bool

    @property
    def counts(self) -> bool:
        return self.told and not self.undone

    @property
    def reason(self) -> str:
        return str(BondStep.Event(self.event).label)


def steps_with(pair: Pair, told: Told) -> list[Stepped]:
    """All of them, oldest first. What they are called is left out where it can no longer be read."""
    return [
        Stepped(
            id=row.pk,
            conversation_id=row.conversation_id,
            message_id=row.message_id,
            event=row.event,
            moves=row.moves,
            mood=row.mood,
            words=words_in(row.words, row.pk),
            happened_at=row.happened_at,
            told=told.has(mark_of(row.message_id, row.revision)),
            undone=row.undone_at is not None,
        )
        for row in BondStep.objects.filter(pair=pair).order_by("message_id", "id")
    ]


def past_of(steps: Iterable[Stepped], conversation_id: UUID | None = None) -> list[Past]:
    """Those that count; `conversation_id` is the talk whose mood is asked for."""
    return [
        Past(
            each.moves,
            each.mood,
            each.event,
            each.words,
            here=conversation_id is None or each.conversation_id == conversation_id,
        )
        for each in steps
        if each.counts
    ]


def nearness_with(pair: Pair, told: Told) -> int | None:
    """How near the two are, of five, without opening what they call each other. None where nothing that is told has
    moved between them.
    """
    rows = BondStep.objects.filter(pair=pair, undone_at=None).order_by("message_id", "id")
    found = rows.values_list("message_id", "revision", "moves", "mood", "event")
    past = [
        Past(moves, mood, event) for line, revision, moves, mood, event in found if told.has(mark_of(line, revision))
    ]
    return stand((), past).nearness if past else None


def words_in(sealed: bytes | memoryview, step_id: UUID) -> str:
    if not sealed:
        return ""
    try:
        return cipher_for(key_id_of(sealed)).open(sealed, Place(STEP, step_id))
    except ContentLost:
        return ""


def as_json(steps: Sequence[Stepped]) -> list[dict[str, Any]]:
    return [
        {
            "id": str(each.id),
            "conversation_id": str(each.conversation_id),
            "message_id": str(each.message_id),
            "event": each.event,
            "moves": dict(each.moves),
            "mood": each.mood,
            "words": each.words,
            "happened_at": each.happened_at.isoformat(),
            "counts": each.counts,
        }
        for each in steps
    ]
