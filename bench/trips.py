"""How often something waits for the database, whatever it sends there."""

from collections.abc import Coroutine
from contextlib import AsyncExitStack
from itertools import pairwise
from tempfile import TemporaryFile
from typing import Any

from chat.database import cursor, pool


async def trips(work: Coroutine[Any, Any, Any]) -> int:
    """How often libpq read after it had sent, on all connections that this process has for its hot path."""
    with TemporaryFile() as traced:
        async with AsyncExitStack() as held:
            size = (await pool()).get_stats()["pool_size"]
            lines = [(await held.enter_async_context(cursor())).connection.pgconn for _ in range(size)]
        for line in lines:
            line.trace(traced.fileno())
        try:
            await work
        finally:
            for line in lines:
                line.untrace()
        traced.seek(0)
        ways = [way for words in map(bytes.split, traced) for way in words[:4] if way in (b"F", b"B")]
    return list(pairwise(ways)).count((b"F", b"B"))
