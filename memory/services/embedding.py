"""Memories and lines get their vectors, by the recipe that is in force. Called by Celery and by `manage.py memory`.

May run twice, may be cut short: what has a vector of the recipe is left alone, what has none yet is found again.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import scripts
from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost, ProductError
from accounts.models import Operation
from accounts.spending.calls import Call, Spent
from accounts.spending.ledger import add
from accounts.spending.spend import count, hold
from inference.base import ModelError, Usage
from inference.prices import reading_price
from inference.registry import aclose_all
from inference.tokens import estimate
from memory.models import Episode, Memory, Pair, Recipe, State
from memory.recall.recipe import Recipe as Chosen
from memory.recall.recipe import chosen, in_force

A_BATCH = 64
LONGEST = 4_000  # letters that are embedded of one row

Told = Callable[[int], None]


def embed_pair(pair_id: UUID) -> int:
    """What of a pair has no vector yet; how many were made. Raises ModelError, with all before it kept.

    Nothing where the settings name another model than the vectors were made by: `reembed` is asked for.
    """
    recipe, row = chosen(), Recipe.objects.filter(pk=Recipe.THE_ONE).first()
    if recipe is None or (row is not None and in_force(row.model, row.dimensions) is None):
        return 0
    pair = Pair.objects.filter(pk=pair_id).select_related("owner").first()
    return 0 if pair is None else _embed(pair, recipe)


def reembed(told: Told = lambda _: None) -> int:
    """Every row by the recipe that the settings name, which is in force from the first vector on. How many were made.

    Cut short it may be asked again, and goes on where it was.
    """
    recipe = chosen()
    if recipe is None:
        return 0
    row = Recipe.objects.filter(pk=Recipe.THE_ONE).first()
    if row is not None and in_force(row.model, row.dimensions) is None:
        row.delete()
    made = 0
    for pair in Pair.objects.select_related("owner").order_by("pk").iterator(chunk_size=200):
        made += _embed(pair, recipe, told)
    return made


def waiting() -> int:
    """Rows that have no vector of the chosen recipe."""
    recipe = chosen()
    return 0 if recipe is None else sum(rows.count() for rows in _without(recipe))


def _label(recipe: Chosen) -> str:
    row = Recipe.objects.filter(pk=Recipe.THE_ONE).first()
    found = in_force(row.model, row.dimensions) if row else None
    return found.label if found else ""


def _passed_over(recipe: Chosen) -> str:
    """The label of what the recipe does not read."""
    return f"none/{recipe.model}"


def _without(recipe: Chosen, **asked: Any) -> list[QuerySet[Any]]:
    done = Q(model=_passed_over(recipe))
    if label := _label(recipe):
        done |= Q(model=label)
    return [
        Memory.objects.filter(**asked).exclude(state=State.FORGOTTEN).exclude(done),
        Episode.objects.filter(**asked).exclude(done),
    ]


def _embed(pair: Pair, recipe: Chosen, told: Told = lambda _: None) -> int:
    made = 0
    for which, place in ((0, "memory"), (1, "episode")):
        while rows := list(_without(recipe, pair=pair)[which].order_by("pk")[:A_BATCH]):
            texts = {row.pk: _opened(row, place) for row in rows}
            reading = [row for row in rows if recipe.reads(texts[row.pk])]
            vectors = _asked([texts[row.pk][:LONGEST] for row in reading], recipe, pair)
            _keep(rows, dict(zip((row.pk for row in reading), vectors, strict=True)), recipe)
            made += len(reading)
            told(len(rows))
    return made


def _opened(row: Any, place: str) -> str:
    sealed = bytes(row.text)
    try:
        return cipher_for(key_id_of(sealed)).open(sealed, Place(place, row.pk)) if sealed else ""
    except ContentLost:
        return ""


@transaction.atomic
def _keep(rows: Sequence[Any], vectors: dict[UUID, list[float]], recipe: Chosen) -> None:
    """A row that was worded anew meanwhile keeps waiting: its blob is another one."""
    label = _frozen(recipe, len(next(iter(vectors.values())))) if vectors else ""
    for row in rows:
        same = type(row).objects.filter(pk=row.pk, text=row.text)
        vector = vectors.get(row.pk)
        if vector is None:
            same.update(model=_passed_over(recipe), embedding=None)
        else:
            same.update(model=label, embedding=vector)


def _frozen(recipe: Chosen, dimensions: int) -> str:
    """The label under the recipe in force, which the first vector makes."""
    row, _ = Recipe.objects.get_or_create(
        pk=Recipe.THE_ONE, defaults={"model": recipe.model, "dimensions": dimensions, "frozen_at": timezone.now()}
    )
    if (row.model, row.dimensions) != (recipe.model, dimensions):
        raise ModelError(f"vectors of {recipe.model}/{dimensions} where {row} is in force", code="model_broken_reply")
    return str(row)


def _asked(texts: Sequence[str], recipe: Chosen, pair: Pair) -> list[list[float]]:
    if not texts:
        return []
    call = Call.by(pair.owner, Operation.READING, pair.character_id)
    usage, price = Usage(sum(map(estimate, texts)), 0, estimated=True), None if recipe.is_local else reading_price()
    spent = Spent(call, recipe.model, usage, price.of(usage) if price else None)
    vectors = asyncio.run(_ask(texts, recipe, spent))
    if not recipe.is_local:
        add(spent)
    return vectors


async def _ask(texts: Sequence[str], recipe: Chosen, spent: Spent) -> list[list[float]]:
    if recipe.is_local:
        return await recipe.embedder().embed(texts)
    try:
        await hold(spent.call, spent.usage, spent.cost)
        found = await recipe.embedder().embed(texts)
        if any(not vector for vector in found):
            raise ModelError("an empty vector", code="model_broken_reply")
        await count(spent.call, spent)
        return found
    except BaseException as error:
        await count(spent.call)
        if isinstance(error, ProductError):
            raise ModelError(code=error.code, retryable=True) from error
        raise
    finally:
        await aclose_all()
        await scripts.aclose()
