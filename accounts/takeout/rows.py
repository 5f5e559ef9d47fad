"""Rows of somebody as they stand in their take-out: opened, without what is of other people or of this house alone."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from pgvector.django import VectorField

from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost
from accounts.models import User
from accounts.privacy.holdings import Holding
from accounts.privacy.walk import BARE

A_BATCH = 100
Row = dict[str, Any]
Each = TypeVar("Each")
Source = Callable[[User, Holding], Iterator[Row]]
_sources: dict[str, tuple[Source, Mapping[str, str]]] = {}


def reads(model: str, source: Source, told: Mapping[str, str] = {}) -> None:
    """For apps, in their `apps.py`: `source(user, holding)` yields the rows where a walk along the holding will not do.
    `told` says what stands in them, in the words of `schema.WORDS`, where it is not the columns. Repeatable."""
    _sources[model] = source, told


def told_by(model: str) -> Mapping[str, str]:
    return _sources[model][1] if model in _sources else {}


def rows_of(user: User, holding: Holding) -> Iterator[Row]:
    """In the order in which they were made, a batch at a time."""
    source, _told = _sources.get(holding.model, (walked, {}))
    yield from source(user, holding)


def walked(user: User, holding: Holding) -> Iterator[Row]:
    ids = list(holding.of(user).order_by("pk").values_list("pk", flat=True))
    found = holding.rows._base_manager.defer(*holding.files).prefetch_related(*lists_of(holding))
    for at in range(0, len(ids), A_BATCH):
        rows = {row.pk: row for row in found.filter(pk__in=ids[at : at + A_BATCH])}
        yield from (row_of(rows[pk], holding) for pk in ids[at : at + A_BATCH] if pk in rows)


def row_of(row: models.Model, holding: Holding) -> Row:
    """Column by column, references as the ids of what they lead to; files by their names in the archive."""
    told: Row = {}
    for column in columns_of(holding):
        if column.name in holding.files:
            told[column.name] = file_name(holding, column.name, row)
        elif column.name in holding.sealed:
            told[column.name] = opened(
                getattr(row, column.attname), Place(holding.sealed[column.name], getattr(row, holding.sealed_row))
            )
        else:
            told[column.name] = getattr(row, column.attname)
    for name in lists_of(holding):
        told[name] = [each.pk for each in getattr(row, name).all()]
    return told


def columns_of(holding: Holding) -> list[Any]:
    """What of a row is taken. Other people are never named, not even by their ids."""
    return [column for column in holding.rows._meta.local_concrete_fields if _is_taken(column, holding)]


def _is_taken(column: Any, holding: Holding) -> bool:
    if column.name in holding.hidden or isinstance(column, models.CompositePrimaryKey):
        return False
    if column.name in holding.files or column.name in holding.sealed:
        return True
    if isinstance(column, (VectorField, SearchVectorField, models.BinaryField)):
        return False  # vectors, indexes and digests are made from the rest
    return column.name not in BARE and not (column.is_relation and column.related_model is User)


def lists_of(holding: Holding) -> list[str]:
    return [field.name for field in holding.rows._meta.local_many_to_many if field.name not in holding.hidden]


def file_name(holding: Holding, column: str, row: models.Model) -> str:
    """`files/pictures/<id>.webp`: the ending is given, or stands in the column that is named with an @."""
    ending = holding.files[column]
    if ending.startswith("@"):
        ending = getattr(row, ending[1:])
    return f"files/{holding.taken}/{row.pk}.{ending}"


def file_of(holding: Holding, column: str, row: models.Model) -> bytes | None:
    """What is in it; None where it can no longer be read."""
    data = bytes(getattr(row, column))
    if column not in holding.sealed:
        return data
    try:
        place = Place(holding.sealed[column], getattr(row, holding.sealed_row))
        return cipher_for(key_id_of(data)).open_bytes(data, place)
    except ContentLost:
        return None


def opened(sealed: bytes | memoryview | None, place: Place) -> str | None:
    """None where it can no longer be read."""
    if not sealed:
        return ""
    try:
        return cipher_for(key_id_of(sealed)).open(sealed, place)
    except ContentLost:
        return None


def as_json(row: Any) -> str:
    return json.dumps(row, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    return str(value)


def batches(rows: Iterable[Each], size: int) -> Iterator[list[Each]]:
    coming = iter(rows)
    while batch := list(islice(coming, size)):
        yield batch
