"""The sealed columns of all tables, as the data map names them: read by pages, and written value by value."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import sql

from accounts.privacy.holdings import all_holdings

HEAD_BYTES = 17  # version and key: what a sealed value begins with

HEADS = "select {key}, substring({name} from 1 for 17) from {table} where {key} > %s order by {key} limit %s"
VALUES = "select {key}, {row}, {name} from {table} where {key} = any(%s) order by {key}"
ANEW = "update {table} set {name} = %s where {key} = %s and {name} = %s"


@dataclass(frozen=True, slots=True)
class Column:
    """A sealed column of a table: what its values are sealed for, and the column that says for which row."""

    table: str
    key: str
    name: str
    place: str
    row: str

    def heads(self, *, after: UUID, limit: int) -> list[tuple[UUID, bytes]]:
        """The next page of rows, each with the bytes that say which key its value lies under."""
        with connection.cursor() as cursor:
            cursor.execute(self._statement(HEADS), [after, limit])
            return [(key, bytes(head or b"")) for key, head in cursor.fetchall()]

    def values(self, keys: Collection[UUID]) -> list[tuple[UUID, UUID, bytes]]:
        """Of these rows: the table's own key, the row it is sealed for, and the value."""
        if not keys:
            return []
        with connection.cursor() as cursor:
            cursor.execute(self._statement(VALUES), [list(keys)])
            return [(key, row, bytes(blob or b"")) for key, row, blob in cursor.fetchall()]

    def put(self, key: UUID, before: bytes, after: bytes) -> None:
        """What was changed meanwhile stays as it is."""
        with connection.cursor() as cursor:
            cursor.execute(self._statement(ANEW), [after, key, before])

    def _statement(self, text: str) -> sql.Composed:
        parts = {"table": self.table, "key": self.key, "row": self.row, "name": self.name}
        return sql.SQL(text).format(**{part: sql.Identifier(called) for part, called in parts.items()})  # type: ignore[arg-type]


def columns() -> list[Column]:
    """Every one that the data map calls sealed, always in the same order."""
    return list(_columns())


def _columns() -> Iterator[Column]:
    for holding in all_holdings():
        meta: Any = holding.rows._meta
        row = meta.pk if holding.sealed_row == "pk" else meta.get_field(holding.sealed_row)
        for name, place in sorted(holding.sealed.items()):
            yield Column(meta.db_table, meta.pk.column, meta.get_field(name).column, place, row.column)
