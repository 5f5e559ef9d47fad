"""Waiting for one reply, whole or as it is spoken, whoever speaks it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import msgspec

from chat import protocol
from chat.services import turns
from chat.services.listening import following

_decode = msgspec.json.Decoder(protocol.ServerFrame).decode


@dataclass(slots=True)
class Heard:
    """A reply as far as it was heard. `error` says why it failed or broke off."""

    status: Literal["running"] | protocol.Outcome = "running"
    text: str = ""
    usage: protocol.Usage | None = None
    error: protocol.Error | None = None

    def take(self, frame: protocol.ServerFrame) -> None:
        match frame:
            case protocol.AiChunk():
                self.text += frame.content
            case protocol.AiWithdraw():
                self.text = frame.replacement or ""
            case protocol.Error():
                self.error = frame
            case protocol.AiEnd():
                self.status, self.text, self.usage = frame.status, frame.full_content, frame.usage


async def reply_frames(
    accepted: turns.Accepted, *, user_id: UUID, conversation_id: UUID, reply_id: UUID
) -> AsyncGenerator[protocol.ServerFrame]:
    """The frames of the reply that answers what was accepted, from its first word to its end."""
    where = {"user_id": user_id, "conversation_id": conversation_id, "reply_id": reply_id}
    async with following(accepted, **where) as reader:
        while (text := await reader.next()) is not None:
            frame = _decode(text)
            yield frame
            if isinstance(frame, protocol.AiEnd):
                return


async def hear_reply(
    accepted: turns.Accepted, *, user_id: UUID, conversation_id: UUID, reply_id: UUID, within: float
) -> Heard:
    """What the reply has said by its end, or by the end of this time."""
    heard = Heard()
    where = {"user_id": user_id, "conversation_id": conversation_id, "reply_id": reply_id}
    async with aclosing(reply_frames(accepted, **where)) as frames:
        try:
            async with asyncio.timeout(within):
                async for frame in frames:
                    heard.take(frame)
        except TimeoutError:
            pass
    return heard
