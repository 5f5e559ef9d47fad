"""Statements with named values, made ready once.

psycopg remembers how it took a statement apart only up to 4,096 characters; what is longer it takes apart anew for each
line that is said. These are handed over as Postgres wants them, however long they are, and once a connection has
prepared one, it is asked by its name: without a cursor, which takes a quarter of what the trip takes here.
"""

import re
import select
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from psycopg import AsyncConnection, AsyncCursor, AsyncRawCursor, generators
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from psycopg.waiting import READY_R, WAIT_R

_NAMED = re.compile(r"%\((\w+)\)s")
_BINARY = 1
Make = Callable[[Sequence[Any]], Any]
T = TypeVar("T")


class Prepared:
    """`names` are in the order of their first place. A percent sign that belongs to no name is not for here."""

    def __init__(self, statement: str) -> None:
        self.names = tuple(dict.fromkeys(_NAMED.findall(statement)))
        place = {name: f"${number}" for number, name in enumerate(self.names, 1)}
        self.text = _NAMED.sub(lambda found: place[found[1]], statement).encode()
        if b"%" in self.text:
            raise ValueError("a percent sign that belongs to no value")
        self._formats = [PyFormat.AUTO] * len(self.names)
        self._make: Make | None = None

    async def fetch_all(self, cursor: AsyncCursor[Any], values: Mapping[str, Any]) -> list[Any]:
        """On the connection of this cursor; rows are named tuples."""
        connection = cursor.connection
        adapters = Transformer(connection)
        given = adapters.dump_sequence([values[name] for name in self.names], self._formats)
        name = self._name_on(connection, adapters.types or ())
        if name is None:
            return await (await self.sent(cursor, values)).fetchall()
        result = await connection.wait(_answer(connection, name, given, adapters.formats))
        adapters.set_pgresult(result)
        return adapters.load_rows(0, result.ntuples, self._make or self._made_of(result))

    async def sent(self, cursor: AsyncCursor[Any], values: Mapping[str, Any]) -> AsyncRawCursor[Any]:
        """What is going to have the rows: in a pipeline nobody has waited for them yet."""
        raw = AsyncRawCursor(cursor.connection, row_factory=cursor.row_factory)
        await raw.execute(self.text, [values[name] for name in self.names], binary=True)
        return raw

    def _name_on(self, connection: AsyncConnection[Any], types: tuple[int, ...]) -> bytes | None:
        """Which psycopg gave it there: the first time, until a rollback, and where no pooler shares connections."""
        if connection.pgconn.pipeline_status:
            return None
        names, key = connection._prepared._names, (self.text, types)
        if key in names:
            names.move_to_end(key)  # what is asked most would else be let go of as the oldest
        return names.get(key)

    def _made_of(self, result: PGresult) -> Make:
        names = [(result.fname(at) or b"").decode() for at in range(result.nfields)]
        made: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
        self._make = made._make
        return made._make  # type: ignore[no-any-return]


def _answer(
    connection: AsyncConnection[Any], name: bytes, given: Sequence[Any], formats: Sequence[Any] | None
) -> PQGen[PGresult]:
    """To be waited for on the connection, which cancels what nobody waits for any more. Raises as a cursor does."""
    connection.pgconn.send_query_prepared(name, given, formats, _BINARY)
    *_, result = yield from _drained(generators.execute(connection.pgconn), connection.pgconn.socket)
    if result.status == ExecStatus.FATAL_ERROR:
        raise error_from_result(result)
    return result


def _drained(steps: PQGen[T], socket: int) -> PQGen[T]:
    """The same steps, without a wait for what has come already. Postgres sends a long answer in pieces of 8 KB, and
    every wait is a round of the event loop: under load the window of a long talk took fourteen of them.
    """
    arrived = select.poll()
    arrived.register(socket, select.POLLIN)
    try:
        wait = next(steps)
        while True:
            ready = READY_R if wait == WAIT_R and arrived.poll(0) else (yield wait)
            wait = steps.send(ready)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
