"""Lore of players (of personas, talks, the whole account) is private: it goes into the database sealed under their key.

A character's lore is its author's work, looked through by checks and copied with it: it stays in the clear.
"""

import copy
import json
from collections.abc import Callable, Collection
from typing import TypeVar

from django.db import models

from accounts.encryption import Cipher, cipher_of
from characters.models import Lorebook, LoreEntry, Scope

Row = TypeVar("Row", Lorebook, LoreEntry)


def write(row: Row, book: Lorebook, *, fields: Collection[str] = ()) -> Row:
    """A new row, or these fields of one that is there. What is handed in stays readable."""
    new = row._state.adding
    stored = sealer(book)(row) if new or set(fields) & set(row.PRIVATE) else row
    if new:
        stored.save(force_insert=True)
        row._state.adding, row._state.db = False, stored._state.db
    else:
        private: tuple[str, ...] = () if stored is row else ("sealed", *row.PRIVATE, *row.sizes)
        stored.save(update_fields={*fields, *private})
    row.sealed, row.updated_at = stored.sealed, stored.updated_at
    return row


def sealer(book: Lorebook) -> Callable[[Row], Row]:
    """What makes rows of this book into what the database gets."""
    if book.scope == Scope.CHARACTER or book.owner is None:
        return _as_it_is
    cipher = cipher_of(book.owner)
    return lambda row: _sealed(row, cipher)


def _as_it_is(row: Row) -> Row:
    return row


def _sealed(row: Row, cipher: Cipher) -> Row:
    stored = copy.copy(row)
    text = json.dumps({name: getattr(row, name) for name in row.PRIVATE}, ensure_ascii=False)
    stored.sealed = cipher.seal(text, row.sealed_where)
    for name, size in row.sizes.items():
        setattr(stored, name, size)
    for name in row.PRIVATE:
        column = row._meta.get_field(name)
        assert isinstance(column, models.Field)
        setattr(stored, name, column.get_default())
    return stored
