"""Telling the other windows of a conversation, here and in other processes, that something changed."""

from typing import Any
from uuid import UUID

from chat import protocol
from chat.live.node import node


async def tell_changed(conversation_id: UUID, kind: Any, *ids: UUID | None) -> None:
    """`kind` and `ids` are those of the frame `changed`."""
    frame = protocol.encode(protocol.Changed(kind=kind, ids=[each for each in ids if each is not None]))
    node().tell_changed(conversation_id, frame)
    node().hint(conversation_id, kind="frame", frame=frame)
