"""Data keys, many at once: from the process's cache, else by one query."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any, cast
from uuid import UUID

from psycopg import AsyncCursor

from accounts.encryption import Cipher, ciphers, key_id_of
from accounts.errors import Sealed
from accounts.models import DataKey

KEYS = "select id, owner_id, kek_id, wrapped from accounts_datakey where id = any(%s) and destroyed_at is null"


def cipher_of(key_id: UUID, owner_id: UUID, kek_id: str, wrapped: bytes) -> Cipher:
    """The cipher of a key that a query brought along."""
    return ciphers.cached(key_id) or ciphers.load_wrapped(key_id, owner_id, kek_id, wrapped)


def load_keys(key_ids: Iterable[UUID]) -> None:
    """For pages: have these in the cache, so that opening each message asks nothing more."""
    missing = [key_id for key_id in set(key_ids) if ciphers.cached(key_id) is None]
    if missing:
        rows = DataKey.objects.filter(pk__in=missing, destroyed_at=None)
        for row in rows.values_list("id", "owner_id", "kek_id", "wrapped"):
            with suppress(Sealed):
                ciphers.load_wrapped(*row)


def cached_ciphers(heads: Collection[bytes]) -> dict[bytes, Cipher] | None:
    """Ciphers by the heads of values without asking anybody; None when one is missing."""
    known = {head: ciphers.cached(key_id_of(head)) for head in heads}
    return None if None in known.values() else cast(dict[bytes, Cipher], known)


async def ciphers_by_head(cursor: AsyncCursor[Any], heads: Collection[bytes]) -> dict[bytes, Cipher]:
    """As `ciphers_for`, by the heads of values: a window has forty values under two keys."""
    found = await ciphers_for(cursor, map(key_id_of, heads))
    return {head: cipher for head in heads if (cipher := found.get(key_id_of(head))) is not None}


async def ciphers_for(cursor: AsyncCursor[Any], key_ids: Iterable[UUID]) -> dict[UUID, Cipher]:
    """Ciphers by key id; destroyed keys, and those that a passphrase locks, are missing from the answer."""
    wanted = set(key_ids)
    known = {key_id: cached for key_id in wanted if (cached := ciphers.cached(key_id)) is not None}
    if missing := wanted - known.keys():
        await cursor.execute(KEYS, [list(missing)])
        for row in await cursor.fetchall():
            with suppress(Sealed):
                known[row.id] = cipher_of(row.id, row.owner_id, row.kek_id, row.wrapped)
    return known
