"""What a process knows of rows that operators change: read once, and again when they have changed.

Nobody who answers a player asks the database: `current` is what was read last. Every CATALOGUE_SECONDS a server looks
whether the rows have changed; a worker looks before a task.
"""

import asyncio
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import structlog
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import Error, connection
from psycopg.sql import SQL, Composable, Identifier

log = structlog.get_logger(__name__)
T = TypeVar("T")
_all: list["Snapshot[Any]"] = []


class Snapshot(Generic[T]):
    """`mark` tells one state of the rows from another: an SQL expression of one short text, null where there are none.
    `read` is asked where it is another one; `empty` is what holds without rows.
    """

    def __init__(self, name: str, *, mark: Composable, read: Callable[[], T], empty: T) -> None:
        self.name, self.mark, self._read, self._empty = name, mark, read, empty
        self.forget()
        _all.append(self)

    def forget(self) -> None:
        """As before the first look."""
        self.current = self._empty
        self._marked: str | None = None
        self._looked = -math.inf

    def is_due(self, older_than: float) -> bool:
        return time.monotonic() - self._looked >= older_than

    def refresh(self, *, older_than: float = 0.0) -> T:
        """Read again what has changed, unless that was looked at within so many seconds."""
        if self.is_due(older_than):
            self._looked = time.monotonic()
            self.take(*_marks_of([self]))
        return self.current

    def take(self, mark: str | None) -> None:
        self._looked = time.monotonic()
        if mark != self._marked:
            self.current, self._marked = self._read(), mark


def rows_of(*tables: str) -> Composable:
    """A mark of small tables. Of whole rows: the time of the latest change would hide one that was begun earlier and
    committed later.
    """
    part = SQL("(select md5(string_agg(t::text, ' ' order by t.id)) from {} t)")
    return joined(*(part.format(Identifier(table)) for table in tables))


def joined(*marks: Composable) -> Composable:
    return SQL("nullif(concat_ws(' ', {}), '')").format(SQL(", ").join(marks))


def _marks_of(some: Sequence[Snapshot[Any]]) -> tuple[str | None, ...]:
    with connection.cursor() as cursor:
        cursor.execute(SQL("select {}").format(SQL(", ").join(each.mark for each in some)))
        return tuple(cursor.fetchone())


def refresh_all(*, older_than: float = 0.0) -> None:
    """Whatever this process has a snapshot of and has not looked at within so many seconds, by one statement. Where
    one cannot be read, what was read last is true.
    """
    due = [each for each in _all if each.is_due(older_than)]
    try:
        marks = _marks_of(due) if due else ()
    except Error:
        for each in due:  # one of them is not there: the others are
            with _told(each):
                each.refresh()
    else:
        for each, mark in zip(due, marks, strict=True):
            with _told(each):
                each.take(mark)


@contextmanager
def _told(each: Snapshot[Any]) -> Iterator[None]:
    try:
        yield
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
