"""The table of data keys as CSV with the names of its columns: keys may be of another release than the rows."""

import csv
from collections.abc import Iterable, Iterator

from django.db import connection

from accounts.models import DataKey, User
from chat.models import Conversation

_KEYS, _TALKS, _PEOPLE = (model._meta.db_table for model in (DataKey, Conversation, User))


def copied() -> Iterator[bytes]:
    """Of this connection's transaction."""
    with connection.cursor() as cursor, cursor.cursor.copy(f"copy {_KEYS} to stdout (format csv, header)") as copy:
        for piece in copy:
            yield bytes(piece)


def bring_back(pieces: Iterable[bytes]) -> None:
    """What both releases know of a key. Those of people who are not there are left out.

    A talk whose key was destroyed meanwhile is given an empty one: it names one, and stays shut.
    """
    pieces = iter(pieces)
    beginning = next(pieces, b"")
    [told] = csv.reader([beginning.partition(b"\n")[0].decode()])
    with connection.cursor() as cursor:
        known = {column.name for column in connection.introspection.get_table_description(cursor, _KEYS)}
        both = ", ".join(_quoted(name) for name in told if name in known)
        cursor.execute(f"create temp table brought ({', '.join(f'{_quoted(name)} text' for name in told)})")
        with cursor.cursor.copy("copy brought from stdin (format csv, header)") as copy:
            copy.write(beginning)
            for piece in pieces:
                copy.write(piece)
        # The text of each becomes what its column is.
        cursor.execute(f"create temp table typed as select {both} from {_KEYS} with no data")
        cursor.execute(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute"
            " where attrelid = 'typed'::regclass and attnum > 0 order by attnum"
        )
        cast = ", ".join(f"{_quoted(name)}::{kind}" for name, kind in cursor.fetchall())
        cursor.execute(
            f"insert into {_KEYS} ({both}) select {cast} from brought b"
            f" where exists (select 1 from {_PEOPLE} u where u.id = b.owner_id::uuid)"
        )
        cursor.execute(
            f"""insert into {_KEYS} (id, owner_id, purpose, kek_id, wrapped, created_at, destroyed_at)
                select t.key_id, t.owner_id, 'conversation', '', '', now(), now() from {_TALKS} t
                where not exists (select 1 from {_KEYS} k where k.id = t.key_id)"""
        )
        cursor.execute("drop table brought, typed")


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
