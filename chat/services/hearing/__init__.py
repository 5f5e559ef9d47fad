"""Listening to people: recordings that are under way in this process, and whole ones."""

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from chat.database import in_thread
from chat.live.node import node
from chat.protocol import AudioOver
from chat.selectors.aloud import is_kept
from chat.services.hearing.beginning import listens, ordered
from chat.services.hearing.recording import Emit, Heard, Hearing, Order
from chat.services.hearing.refusals import NobodyListens, NoRecording
from inference.registry import recogniser
from voice.hearing.caps import MOST_PIECE
from voice.services.recordings import keep_recording

__all__ = ["Emit", "Hearing", "NoRecording", "begin", "hear_whole", "listens", "ordered"]

MOST_EACH = 3  # recordings of one person under way here
_under_way: dict[tuple[UUID, UUID], Hearing] = {}


async def begin(
    *, user_id: UUID, conversation_id: UUID, client_id: UUID, wrapping: str, language: str, emit: Emit
) -> Hearing:
    """A recording, or the rest of one that was interrupted. Raises ProductError."""
    if (known := _known(user_id, conversation_id, client_id)) is not None:
        known.attach(emit)
        return known
    order = await ordered(
        user_id=user_id,
        conversation_id=conversation_id,
        client_id=client_id,
        wrapping=wrapping,
        language=language,
    )
    hearing = _known(user_id, conversation_id, client_id)  # begun twice at once
    if hearing is None:
        hearing = _opened(order)
        node().spawn(_lived(hearing), "hearing")
    hearing.attach(emit)
    return hearing


def _known(user_id: UUID, conversation_id: UUID, client_id: UUID) -> Hearing | None:
    known = _under_way.get((user_id, client_id))
    return known if known is not None and known.order.conversation_id == conversation_id else None


async def hear_whole(order: Order, data: bytes, emit: Emit) -> tuple[Heard, AudioOver]:
    """One that comes at once. What went wrong is raised."""
    hearing = _opened(order)
    hearing.emit = emit
    for number, piece in enumerate(_cut(data), 1):
        hearing.take(number, piece)
    hearing.end(hearing.seq)
    over = await _lived(hearing)
    if hearing.heard.error is not None:
        raise hearing.heard.error
    return hearing.heard, over


def _cut(data: bytes) -> Iterator[bytes]:
    yield from (data[at : at + MOST_PIECE] for at in range(0, len(data), MOST_PIECE))


def _opened(order: Order) -> Hearing:
    model = recogniser(order.model)
    if model is None:
        raise NobodyListens
    if sum(user_id == order.user_id for user_id, _ in _under_way) >= MOST_EACH:
        raise NoRecording
    hearing = Hearing(order, model)
    _under_way[hearing.key] = hearing
    return hearing


async def _lived(hearing: Hearing) -> AudioOver:
    try:
        heard = await hearing.run()
        recording_id = await in_thread(_kept)(hearing.order, heard) if heard.clip else None
        over = AudioOver(hearing.order.client_id, len(heard.finals), heard.seconds, recording_id)
        if heard.error is None:
            hearing.tell(over)
        return over
    finally:
        if _under_way.get(hearing.key) is hearing:  # the same may have been sent whole meanwhile
            del _under_way[hearing.key]


def _kept(order: Order, heard: Heard) -> UUID | None:
    """Its talk may have been sealed or deleted while it went on."""
    with transaction.atomic():
        if not is_kept(order.conversation_id, lock=True):
            return None
        return keep_recording(
            user_id=order.user_id,
            conversation_id=order.conversation_id,
            clip=heard.clip,
            seconds=sum(final.seconds for final in heard.finals),
        )
