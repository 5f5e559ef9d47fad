"""An input and all that it sets off, for the socket and for pages: limit, store, begin, tell the others."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from uuid import UUID

from accounts import limits
from accounts.errors import RateLimited
from chat import protocol
from chat.database import fetch_one
from chat.live.node import node
from chat.live.outbox import Outbox
from chat.selectors import message_body
from chat.services.turns.accept import Accepted, accept_again, accept_line
from chat.services.turns.answer import begin
from chat.services.turns.asked import Asked

KNOWN = """
select message_id, turn_id from chat_submission
where user_id = %s and client_id = %s and conversation_id = %s
"""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says it, how fast they may, and from where."""

    user_id: UUID
    pace: limits.Bucketed
    ip: str | None


async def say_line(
    speaker: Speaker,
    *,
    conversation_id: UUID,
    client_id: UUID,
    content: str,
    parent_id: UUID | None = None,
    instead_of: UUID | None = None,
    said_by: Outbox | None = None,
    asked: Asked | None = None,
) -> Accepted:
    """A player's line. Every other socket of the conversation is told of it. Raises as `accept_line`; RateLimited."""

    async def store() -> Accepted:
        return await accept_line(
            user_id=speaker.user_id,
            conversation_id=conversation_id,
            content=content,
            client_id=client_id,
            parent_id=parent_id,
            instead_of=instead_of,
        )

    accepted = await _within_limits(speaker, conversation_id, client_id, store)
    if accepted.order is not None:
        begin(replace(accepted.order, asked=asked) if asked else accepted.order)
        body = message_body(accepted, content=content)
        node().tell(conversation_id, protocol.encode(protocol.Message(message=body)), but=said_by)
        node().hint(conversation_id, kind="message", message=str(accepted.message_id), turn=str(accepted.turn_id))
    return accepted


async def say_again(
    speaker: Speaker, *, kind: protocol.TurnKind, conversation_id: UUID, client_id: UUID, message_id: UUID, hint: str
) -> Accepted:
    """Another take of a reply, or its continuation. Raises as `accept_again`; RateLimited."""

    async def store() -> Accepted:
        return await accept_again(
            kind=kind,
            user_id=speaker.user_id,
            conversation_id=conversation_id,
            message_id=message_id,
            client_id=client_id,
            hint=hint,
        )

    accepted = await _within_limits(speaker, conversation_id, client_id, store)
    if accepted.order is not None:
        begin(accepted.order)
        node().hint(conversation_id, kind="turn", turn=str(accepted.turn_id))
    return accepted


async def _within_limits(
    speaker: Speaker, conversation_id: UUID, client_id: UUID, store: Callable[[], Awaitable[Accepted]]
) -> Accepted:
    try:
        await limits.take(speaker.user_id, speaker.pace, speaker.ip)
    except RateLimited:
        # A line that was stored and whose `ack` was lost is no new line: refused, it would be said twice.
        known = await fetch_one(KNOWN, [speaker.user_id, client_id, conversation_id])
        if known is None:
            raise
        return Accepted(known.message_id, known.turn_id)
    return await store()
