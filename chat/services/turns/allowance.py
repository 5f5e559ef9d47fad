"""A day's messages, counted in the transaction that stores one."""

from typing import Any
from uuid import UUID

from psycopg import AsyncCursor

from accounts.errors import AllowanceUsedUp
from accounts.ids import uuid7
from accounts.limits import SPEND_MESSAGE_SQL, seconds_until_tomorrow


async def spend_message(cursor: AsyncCursor[Any], *, user_id: UUID, limit: int | None) -> None:
    """Raises AllowanceUsedUp, and counts nothing, when today's messages are used up."""
    if limit is None:
        return
    await cursor.execute(SPEND_MESSAGE_SQL, {"id": uuid7(), "user_id": user_id, "limit": limit})
    if await cursor.fetchone() is None:
        raise AllowanceUsedUp(limit=limit, retry_after=seconds_until_tomorrow())
