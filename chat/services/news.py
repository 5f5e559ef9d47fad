"""Telling the other windows of a conversation, here and in other processes, that something changed."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from chat import protocol
from chat.live.node import node

Told = Mapping[UUID, Sequence[UUID]]


async def tell_changed(conversation_id: UUID, kind: Any, *ids: UUID | None, only: Told | None = None) -> None:
    """`kind` and `ids` are those of the frame `changed`. With `only`, these people alone are told, of theirs."""
    if only is not None:
        tell_those(conversation_id, kind, only)
        told = {person.hex: [line.hex for line in lines] for person, lines in only.items()}
        node().hint(conversation_id, kind="changed", change=kind, told=told)
        return
    frame = _frame(kind, [each for each in ids if each is not None])
    node().tell_changed(conversation_id, frame)
    node().hint(conversation_id, kind="frame", frame=frame)


def tell_those(conversation_id: UUID, kind: Any, told: Told) -> None:
    """The people who have sockets of the conversation in this process."""
    node().tell_each_changed(conversation_id, {person: _frame(kind, lines) for person, lines in told.items()})


def _frame(kind: Any, ids: Sequence[UUID]) -> str:
    return protocol.encode(protocol.Changed(kind=kind, ids=list(ids)))
