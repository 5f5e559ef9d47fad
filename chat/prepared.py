"""Statements with named values, made ready once.

psycopg remembers how it took a statement apart only up to 4,096 characters; what is longer it takes apart anew for each
line that is said. These are handed over as Postgres wants them, however long they are.
"""

import re
from collections.abc import Mapping
from typing import Any

from psycopg import AsyncCursor, AsyncRawCursor

_NAMED = re.compile(r"%\((\w+)\)s")


class Prepared:
    """`names` are in the order of their first place. A percent sign that belongs to no name is not for here."""

    def __init__(self, statement: str) -> None:
        self.names = tuple(dict.fromkeys(_NAMED.findall(statement)))
        place = {name: f"${number}" for number, name in enumerate(self.names, 1)}
        self.text = _NAMED.sub(lambda found: place[found[1]], statement).encode()
        if b"%" in self.text:
            raise ValueError("a percent sign that belongs to no value")

    async def fetch_all(self, cursor: AsyncCursor[Any], values: Mapping[str, Any]) -> list[Any]:
        """On the connection of this cursor, rows as it makes them."""
        return await (await self.sent(cursor, values)).fetchall()

    async def sent(self, cursor: AsyncCursor[Any], values: Mapping[str, Any]) -> AsyncRawCursor[Any]:
        """What is going to have the rows: in a pipeline nobody has waited for them yet."""
        raw = AsyncRawCursor(cursor.connection, row_factory=cursor.row_factory)
        await raw.execute(self.text, [values[name] for name in self.names], binary=True)
        return raw
