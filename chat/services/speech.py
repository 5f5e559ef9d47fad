"""A reply that is spoken to a program: its words as they come, and what is known of it at its end."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from uuid import UUID

from accounts.errors import ProductError, SpendCap
from chat import protocol
from chat.database import fetch_one
from chat.services import turns
from chat.services.replies import reply_frames
from chat.services.turns import errors
from inference.base import Usage

FINISH = "select manifest->>'finish' as finish from chat_turn where id = %s"


@dataclass(slots=True)
class Speech:
    """`finish` is the model's reason: stop, length, content_filter."""

    text: str = ""
    finish: str = "stop"
    usage: Usage | protocol.Usage | None = None


class BrokenOff(ProductError):
    """In the words that the socket was told."""

    status = 502

    def __init__(self, told: protocol.Error | None) -> None:
        error = told or errors.frame(errors.ModelFailed())
        super().__init__(error.message, retry_after=error.retry_after)
        self.code = error.code
        if error.code == SpendCap.code:
            self.status = SpendCap.status


async def stored_reply(
    accepted: turns.Accepted, speech: Speech, *, user_id: UUID, conversation_id: UUID, reply_id: UUID
) -> AsyncGenerator[str]:
    """The words of a reply that is stored in its talk, as they come. Closing it ends nothing. Raises BrokenOff."""
    failure: protocol.Error | None = None
    withdrawn = False
    where = {"user_id": user_id, "conversation_id": conversation_id, "reply_id": reply_id}
    async with aclosing(reply_frames(accepted, **where)) as frames:
        async for frame in frames:
            match frame:
                case protocol.AiChunk():
                    speech.text += frame.content
                    yield frame.content
                case protocol.AiWithdraw():
                    withdrawn = True
                case protocol.Error():
                    failure = frame
                case protocol.AiEnd():
                    if frame.status in ("failed", "interrupted"):
                        raise BrokenOff(failure)
                    if withdrawn:
                        # Words that a program has cannot be taken from it; this protocol has a word for what happened.
                        speech.text, speech.usage, speech.finish = frame.full_content, frame.usage, "content_filter"
                        return
                    if rest := frame.full_content.removeprefix(speech.text):
                        yield rest
                    speech.text, speech.usage = frame.full_content, frame.usage
    if (row := await fetch_one(FINISH, [accepted.turn_id])) is not None and row.finish:
        speech.finish = row.finish
