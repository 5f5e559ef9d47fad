"""What a process knows of rows that operators change: read once, and again when they have changed.

Nobody who answers a player asks the database: `current` is what was read last. Every CATALOGUE_SECONDS a server looks
whether the rows have changed; a worker looks before a task.
"""

import asyncio
import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

import structlog
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import Error, connection
from psycopg import sql

log = structlog.get_logger(__name__)
T = TypeVar("T")
_all: list["Snapshot[Any]"] = []


class Snapshot(Generic[T]):
    """`mark` tells one state of the rows from another, cheaply; `read` is asked where it is another one.

    `empty` is what holds before anything was read, and `first` its mark.
    """

    def __init__(
        self, name: str, *, mark: Callable[[], Hashable], read: Callable[[], T], empty: T, first: Hashable = None
    ) -> None:
        self.name, self._ask, self._read = name, mark, read
        self._empty, self._first = empty, first
        self.forget()
        _all.append(self)

    def forget(self) -> None:
        """As before the first look."""
        self.current, self._mark, self._looked = self._empty, self._first, 0.0

    def refresh(self, *, older_than: float = 0.0) -> T:
        """Read again what has changed, unless that was looked at within so many seconds."""
        if not older_than or time.monotonic() - self._looked >= older_than:
            self._looked = time.monotonic()
            if (mark := self._ask()) != self._mark:
                self.current, self._mark = self._read(), mark
        return self.current


def digest(*tables: str) -> tuple[Any, ...]:
    """A mark of small tables. Of whole rows: the time of the latest change would hide one that was begun earlier and
    committed later.
    """
    part = sql.SQL("(select md5(string_agg(t::text, ' ' order by t.id)) from {} t)")
    parts = [part.format(sql.Identifier(table)) for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("select {}").format(sql.SQL(", ").join(parts)))
        return tuple(cursor.fetchone())


def refresh_all(*, older_than: float = 0.0) -> None:
    """Whatever this process has a snapshot of. Where one cannot be read, what was read last is true."""
    for each in _all:
        try:
            each.refresh(older_than=older_than)
        except Error as error:
            log.warning("snapshot_not_read", of=each.name, error=type(error).__name__)
        except Exception:
            log.exception("snapshot_not_read", of=each.name)


async def look() -> None:
    await database_sync_to_async(refresh_all, thread_sensitive=False)()


async def watch() -> None:
    """For as long as the process lives."""
    while True:
        await asyncio.sleep(settings.CATALOGUE_SECONDS)
        await look()
