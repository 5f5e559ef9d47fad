"""Lines that were said are kept word for word, to be recalled once they have left the window."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from accounts.encryption import Place, cipher_of
from accounts.ids import uuid7
from memory.models import Episode, Pair
from memory.places import EPISODE
from memory.services.limits import make_room_for_lines
from memory.services.pairs import writing
from memory.told import Mark, mark_of

_QUESTION = re.compile(r"[?？]\s*[\"'”’」』）)*_]*\s*$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is worded (`revision`, see memory.told), of those that the player and the character both heard."""

    message_id: UUID
    revision: int
    role: Literal["player", "character"]
    speaker: str
    text: str
    said_at: datetime
    answers_id: UUID | None = None
    seen_by: tuple[UUID, ...] | None = None


def kept_marks(*, pair_id: UUID, conversation_id: UUID) -> frozenset[Mark]:
    """Of the lines of this talk that are kept already, in whatever words."""
    found = Episode.objects.filter(pair_id=pair_id, conversation_id=conversation_id)
    return frozenset(mark_of(*each) for each in found.values_list("message_id", "revision"))


def keep_lines(*, pair: Pair, conversation_id: UUID, lines: Sequence[Line]) -> list[Line]:
    """Those that are new. What is kept already, in the same words, stays as it is: it may run twice, also at once."""
    cipher = cipher_of(pair.owner)
    with writing(pair.pk):
        kept = kept_marks(pair_id=pair.pk, conversation_id=conversation_id)
        new = [line for line in lines if mark_of(line.message_id, line.revision) not in kept]
        Episode.objects.bulk_create(
            (
                Episode(
                    id=(fresh := uuid7()),
                    pair=pair,
                    conversation_id=conversation_id,
                    message_id=line.message_id,
                    revision=line.revision,
                    answers_id=line.answers_id,
                    role=line.role,
                    speaker=line.speaker,
                    text=cipher.seal(line.text, Place(EPISODE, fresh)),
                    is_question=is_question(line.text),
                    said_at=line.said_at,
                    seen_by=None if line.seen_by is None else list(line.seen_by),
                )
                for line in new
            ),
            batch_size=500,
        )
        make_room_for_lines(pair)
        return new


def is_question(text: str) -> bool:
    """Whether it ends in one: such a line asks for what it says nothing of."""
    return _QUESTION.search(text) is not None
