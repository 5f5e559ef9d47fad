"""Whether somebody takes part, asked anew for a frame: they may have left since their socket was opened."""

from uuid import UUID

from accounts.errors import NotFound
from chat.database import fetch_one

ROLE = "select role from chat_participant where conversation_id = %s and user_id = %s and left_at is null"


async def require_reader(*, user_id: UUID, conversation_id: UUID) -> str:
    """Their role. NotFound for who left, was removed, or never was there."""
    row = await fetch_one(ROLE, [conversation_id, user_id])
    if row is None:
        raise NotFound
    return str(row.role)


async def require_player(*, user_id: UUID, conversation_id: UUID) -> None:
    """The same, and for spectators: they change nothing."""
    if await require_reader(user_id=user_id, conversation_id=conversation_id) == "spectator":
        raise NotFound
