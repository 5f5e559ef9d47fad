"""A day's messages, counted in the transaction that stores one."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import AsyncCursor

from accounts.errors import AllowanceUsedUp
from accounts.ids import uuid7
from accounts.limits import SPEND_MESSAGE_SQL


async def spend_message(cursor: AsyncCursor[Any], *, user_id: UUID, limit: int | None) -> None:
    """Raises AllowanceUsedUp, and counts nothing, when today's messages are used up."""
    if limit is None:
        return
    await cursor.execute(SPEND_MESSAGE_SQL, {"id": uuid7(), "user_id": user_id, "limit": limit})
    if await cursor.fetchone() is None:
        now = datetime.now(UTC)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        raise AllowanceUsedUp(limit=limit, retry_after=round((midnight - now).total_seconds()))
