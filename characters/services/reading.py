"""Passages get their vectors: what changed is embedded, what did not keeps what it has. Called by Celery."""

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from characters.models import Knowledge, LoreEntry, Passage
from characters.passages import split
from characters.recall import label
from inference.base import ModelError
from inference.registry import aclose_all, embedder

A_BATCH = 64
LONGEST = 6_000  # characters that are embedded of a lore entry
STUCK = timedelta(minutes=10)  # retries of a task end before
A_SWEEP = 200

State = Knowledge.State


def read_knowledge(knowledge_id: UUID) -> int:
    """Split and embed one text; returns how many passages were embedded. Raises ModelError, with nothing changed."""
    knowledge = Knowledge.objects.filter(pk=knowledge_id, deleted_at=None).first()
    if knowledge is None:
        return 0
    texts = list(dict.fromkeys(piece.whole for piece in split(knowledge.text)))
    known = {passage.digest: passage for passage in knowledge.passages.all() if _up_to_date(passage)}
    vectors = _embedded([text for text in texts if digest_of(text) not in known])
    with transaction.atomic():
        locked = Knowledge.objects.select_for_update(of=("self",)).filter(pk=knowledge_id).first()
        if locked is None or locked.text != knowledge.text:
            return 0  # it was changed meanwhile, and that change brought a task of its own
        kept = {digest_of(text): position for position, text in enumerate(texts)}
        locked.passages.exclude(pk__in=[known[digest].pk for digest in kept if digest in known]).delete()
        for digest, passage in known.items():
            if digest in kept:
                passage.position = kept[digest]
        Passage.objects.bulk_update([known[digest] for digest in kept if digest in known], ["position"])
        Passage.objects.bulk_create(
            Passage(knowledge=locked, position=kept[digest_of(text)], text=text, digest=digest_of(text), **vector)
            for text, vector in vectors.items()
        )
        locked.state, locked.failure = State.READY, ""
        locked.save(update_fields=["state", "failure"])
    return len(vectors)


def give_up(knowledge_id: UUID, code: str) -> None:
    """It could not be read: the author is told and may try again. What was read before stays recalled."""
    Knowledge.objects.filter(pk=knowledge_id, state=State.WAITING).update(state=State.FAILED, failure=code[:40])


def read_entries(book_id: UUID) -> int:
    """Embed what is new or changed among the entries of a book that come up by meaning. Raises ModelError."""
    Passage.objects.filter(entry__book=book_id, entry__by_meaning=False).delete()
    entries = LoreEntry.objects.filter(book=book_id, by_meaning=True).prefetch_related("passages")
    texts = {entry.pk: text_of_entry(entry) for entry in entries}
    stale = {
        entry.pk: texts[entry.pk]
        for entry in entries
        if [each.digest for each in entry.passages.all() if _up_to_date(each)] != [digest_of(texts[entry.pk])]
    }
    vectors = _embedded(list(dict.fromkeys(filter(str.strip, stale.values()))))
    with transaction.atomic():
        # Locked, so that two tasks for one book write one after the other.
        there = LoreEntry.objects.select_for_update(of=("self",)).filter(pk__in=stale).order_by("pk")
        fresh = [entry for entry in there if entry.by_meaning]
        Passage.objects.filter(entry__in=stale).delete()
        Passage.objects.bulk_create(
            Passage(entry=entry, text=stale[entry.pk], digest=digest_of(stale[entry.pk]), **vectors[stale[entry.pk]])
            for entry in fresh
            if stale[entry.pk] in vectors
        )
    return len(vectors)


def text_of_entry(entry: LoreEntry) -> str:
    return "\n".join(part for part in (entry.name.strip(), entry.content.strip()) if part)[:LONGEST]


def left_behind() -> tuple[list[UUID], list[UUID]]:
    """Texts and lorebooks that wait although no task is on its way, or whose vectors another model made."""
    elsewhere = Passage.objects.exclude(model__startswith=f"{settings.EMBEDDING_MODEL}/")
    texts = Knowledge.objects.filter(deleted_at=None).filter(
        Q(state=State.WAITING, updated_at__lt=timezone.now() - STUCK)
        | Q(Exists(elsewhere.filter(knowledge=OuterRef("pk"))), state=State.READY)
    )
    here = Passage.objects.filter(entry=OuterRef("pk"), model__startswith=f"{settings.EMBEDDING_MODEL}/")
    entries = LoreEntry.objects.filter(~Exists(here), by_meaning=True).exclude(content="", name="")
    books = entries.order_by("book").values_list("book", flat=True).distinct()
    return list(texts.order_by("updated_at").values_list("pk", flat=True)[:A_SWEEP]), list(books[:A_SWEEP])


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _up_to_date(passage: Passage) -> bool:
    return passage.embedding is not None and passage.model.startswith(f"{settings.EMBEDDING_MODEL}/")


def _embedded(texts: Sequence[str]) -> dict[str, dict[str, object]]:
    """The fields `model` and `embedding` of a passage, by its text."""
    if not texts:
        return {}
    vectors = asyncio.run(_ask(list(_batches(texts))))
    return {
        text: {"model": label(settings.EMBEDDING_MODEL, vector), "embedding": vector}
        for text, vector in zip(texts, vectors, strict=True)
    }


async def _ask(batches: list[Sequence[str]]) -> list[list[float]]:
    try:
        model = embedder(settings.EMBEDDING_MODEL)
        found: list[list[float]] = []
        for batch in batches:
            found += await model.embed(batch)
        if any(not vector for vector in found):
            raise ModelError("an empty vector", code="model_broken_reply")
        return found
    finally:
        await aclose_all()


def _batches(texts: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(texts), A_BATCH):
        yield texts[start : start + A_BATCH]
