"""Plain SQL for the hot path: one async psycopg pool per event loop, beside Django's own.

Everything off the hot path uses the ORM. Rows come back as named tuples, values in binary.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import django.db
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import connections
from psycopg import AsyncConnection, AsyncCursor, AsyncTransaction, OperationalError
from psycopg.errors import FeatureNotSupported
from psycopg.pq import TransactionStatus
from psycopg.rows import namedtuple_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

Pool = AsyncConnectionPool[AsyncConnection]
T = TypeVar("T")
_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, Pool] = WeakKeyDictionary()

# What a lost connection looks like, whether it was lost in the pool or under a statement, here or under the ORM.
LOST = (OperationalError, PoolTimeout, django.db.OperationalError, django.db.InterfaceError)


def in_thread(read: Callable[..., T]) -> Callable[..., Awaitable[T]]:
    """An ORM read for the event loop, in a thread of its own: by default they would all queue behind one."""
    return database_sync_to_async(read, thread_sensitive=False)


async def _plan_once(connection: AsyncConnection[Any]) -> None:
    """Postgres would plan each statement anew the first five times, which takes ten times what the statement takes."""
    await connection.execute("set plan_cache_mode = force_generic_plan", prepare=False)


async def pool() -> Pool:
    loop = asyncio.get_running_loop()
    if (found := _pools.get(loop)) is not None:
        return found
    params = connections["default"].get_connection_params()
    keep = ("dbname", "user", "password", "host", "port", "sslmode", "options")
    wanted: dict[str, Any] = {key: params[key] for key in keep if params.get(key)} | {"autocommit": True}
    # Where transactions share connections, what was prepared may be on another one by the next statement.
    wanted["prepare_threshold"] = None if settings.DATABASE_POOLED else 0
    opened = AsyncConnectionPool(
        kwargs=wanted,
        min_size=1,
        max_size=settings.HOT_POOL_SIZE,
        timeout=settings.DATABASE_WAIT_SECONDS,
        open=False,
        configure=None if settings.DATABASE_POOLED else _plan_once,
    )
    _pools[loop] = opened
    await opened.open()
    return opened


def open_pools() -> list[Pool]:
    """Of all event loops: to be looked at, from any thread."""
    return list(_pools.values())


async def close_pool() -> None:
    if found := _pools.pop(asyncio.get_running_loop(), None):
        await found.close()


class cursor:
    """A cursor in autocommit; open `cursor.connection.transaction()` for more than one statement.

    `async with`, as `pool.connection()`, less the layers: four generators cost as much as a short query does.
    """

    async def __aenter__(self) -> AsyncCursor[Any]:
        self._pool = await pool()
        self._connection = await self._pool.getconn()
        opened: AsyncCursor[Any] = self._connection.cursor(binary=True, row_factory=namedtuple_row)
        return opened

    async def __aexit__(self, kind: type[BaseException] | None, *_failure: object) -> None:
        if kind is FeatureNotSupported:
            # A migration has changed the type of a column: what any connection has prepared of it fails for good.
            await self._pool.drain()
        # The pool looks at what comes back: rolls back a transaction that was left open, replaces a dead connection.
        await self._pool.putconn(self._connection)


@asynccontextmanager
async def at_once(connection: AsyncConnection[Any]) -> AsyncIterator[None]:
    """A transaction whose statements go out together: one waits where an answer is read, and at the end. What an
    unread statement fails with is raised at the end, and then nothing was stored.
    """
    try:
        # Not `connection.transaction()`: in a pipeline that one waits for its BEGIN.
        async with connection.pipeline(), AsyncTransaction(connection):
            yield
    except BaseException:
        if connection.info.transaction_status == TransactionStatus.INERROR:
            await connection.rollback()
        raise


def array_of(numbers: Iterable[int]) -> str:
    """A list as Postgres writes it, for a parameter with `::int4[]`: psycopg takes four times as long, in Python."""
    return "{" + ",".join(map(str, numbers)) + "}"


async def fetch_all(statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
    """Rows of one read; a connection that turns out to be dead is replaced and the read repeated."""

    async def work() -> list[Any]:
        async with cursor() as opened:
            await opened.execute(statement, values)
            return await opened.fetchall()

    return await once_more(work)


async def fetch_one(statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
    """The first row, or None."""
    return next(iter(await fetch_all(statement, values)), None)


async def once_more(work: Callable[[], Awaitable[T]]) -> T:
    """Run a unit of work again when its connection turns out to be dead, or to know a table that is another one by now.

    After a database restart every pooled connection is; the pool is checked before the second try. Only for
    work that may run twice: reads, and writes that are idempotent.
    """
    try:
        return await work()
    except (OperationalError, FeatureNotSupported):
        await (await pool()).check()
        return await work()
