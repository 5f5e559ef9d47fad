"""Passages get their vectors: what changed is embedded, what did not keeps what it has. Called by Celery.

What was changed since it was granted has passages of both: its author's talks recall the ones, everybody else's the
others. What both say is one passage.
"""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from accounts import scripts
from accounts.errors import ProductError
from accounts.ids import uuid7
from accounts.models import Operation
from accounts.spending.calls import Call, Spent
from accounts.spending.ledger import add
from accounts.spending.spend import count, hold
from characters.models import Knowledge, Lorebook, LoreEntry, Passage
from characters.passages import split
from characters.recall import label
from characters.selectors.stage import rows_of, staged_books
from characters.services.tries import READ
from inference.base import ModelError, Usage
from inference.prices import reading_price
from inference.registry import aclose_all, embedder
from inference.tokens import estimate

A_BATCH = 64
LONGEST = 6_000  # characters that are embedded of a lore entry
A_WRITE = 500
COPY = """
insert into characters_passage ({field}, id, live, staged, position, text, digest, model, embedding)
select new.of, new.id, true, false, p.position, p.text, p.digest, p.model, p.embedding
from unnest(%s::uuid[], %s::uuid[], %s::uuid[]) as new(id, old, of) join characters_passage p on p.id = new.old
"""

State = Knowledge.State


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A passage that has to be there: for the author, for those who have what was granted, or for both.

    Of what is private only the vector is `kept`: a turn takes the text of an entry from its book.
    """

    text: str
    kept: str
    position: int
    live: bool
    staged: bool


# A passage by the id of what it is of, and its digest.
Key = tuple[UUID, str]


def read_knowledge(knowledge_id: UUID) -> int:
    """Split and embed one text, as it stands and as it was granted; returns how many passages were embedded.

    Raises ModelError, with nothing changed.
    """
    found = Knowledge.objects.filter(pk=knowledge_id, deleted_at=None).select_related("character__owner")
    knowledge = found.first()
    if knowledge is None:
        return 0
    wanted = _wanted_of_text(knowledge)
    call = Call.by(knowledge.character.owner, Operation.READING, knowledge.character_id)
    vectors = _embedded(_unread(wanted, _known(Passage.objects.filter(knowledge=knowledge_id))), call)
    with transaction.atomic():
        # What was granted is looked up once this row is held: whoever grants takes it too.
        locked = Knowledge.objects.select_for_update().filter(pk=knowledge_id).first()
        if locked is None or _wanted_of_text(locked) != wanted:
            return 0  # it was changed meanwhile, and that change brought a task of its own
        _keep("knowledge", Passage.objects.filter(knowledge=knowledge_id), wanted, vectors)
        Knowledge.objects.filter(pk=knowledge_id).update(state=State.READY, **READ)
    return len(vectors)


def letters_to_read(text: str, knowledge: Knowledge | None = None) -> int:
    """How much of a text the embedding model has not read yet."""
    known = _known(Passage.objects.filter(knowledge=knowledge)) if knowledge is not None else {}
    read = {digest for _, digest in known}
    return sum(len(piece) for piece in set(_pieces(text)) if digest_of(piece) not in read)


def read_entries(book_id: UUID) -> int:
    """Embed what is new or changed among the entries of a book that come up by meaning, as they stand and as they were
    granted. Raises ModelError."""
    entries, passages = LoreEntry.objects.filter(book=book_id), Passage.objects.filter(entry__book=book_id)
    vectors = _embedded(_unread(_wanted_of_entries(book_id, entries), _known(passages)), _call_for(book_id))
    with transaction.atomic():
        # As every writer of the book does: what is looked at below stays as it is until the end.
        book = Lorebook.objects.filter(pk=book_id)
        if not book.select_for_update().values_list("pk"):
            return 0
        wanted = _wanted_of_entries(book_id, entries.all())
        _keep("entry", passages, wanted, vectors)
        # What was written meanwhile has a task of its own, and is not read before.
        if not _unread(wanted, _known(passages)):
            book.update(**READ)
    return len(vectors)


def unread(entries: Iterable[LoreEntry]) -> list[LoreEntry]:
    """Those that come up by meaning and were not read as they stand. One query more."""
    listed = [entry for entry in entries if entry.by_meaning and text_of_entry(entry).strip()]
    known = _known(Passage.objects.filter(entry__in=listed))
    return [entry for entry in listed if (entry.pk, digest_of(text_of_entry(entry), entry.digest_key)) not in known]


def copy_passages(field: str, copies: Mapping[UUID, UUID], *, staged: bool) -> None:
    """The passages of these texts or entries (`field`: knowledge, entry) for their copies, vectors and all.

    `staged`: those of what was granted.
    """
    asked = {f"{field}__in": list(copies), "staged" if staged else "live": True}
    found = list(Passage.objects.filter(**asked).values_list("pk", f"{field}_id"))
    with connection.cursor() as cursor:
        cursor.execute(
            COPY.format(field=f"{field}_id"),
            [[uuid7() for _ in found], [pk for pk, _ in found], [copies[of] for _, of in found]],
        )


def text_of_entry(entry: LoreEntry) -> str:
    return "\n".join(part for part in (entry.name.strip(), entry.content.strip()) if part)[:LONGEST]


def digest_of(text: str, key: bytes = b"") -> str:
    data = text.encode("utf-8", "surrogatepass")
    return (hashlib.blake2b(data, key=key, digest_size=32) if key else hashlib.sha256(data)).hexdigest()


def _wanted_of_text(knowledge: Knowledge) -> dict[Key, _Wanted]:
    staged = getattr(knowledge, "staged", None)
    return _wanted(knowledge.pk, _pieces(knowledge.text), _pieces(staged.text) if staged else [])


def _wanted_of_entries(book_id: UUID, entries: Iterable[LoreEntry]) -> dict[Key, _Wanted]:
    granted = staged_books([book_id]).get(book_id)
    of_others = {entry.pk: entry for entry in (rows_of(granted)[1] if granted else ()) if entry.by_meaning}
    wanted: dict[Key, _Wanted] = {}
    for entry in entries:
        told = of_others.get(entry.pk)
        live, granted_text = ([text_of_entry(each)] if each and each.by_meaning else [] for each in (entry, told))
        # What cannot be opened any more has no text, and no key to ask for.
        wanted |= _wanted(entry.pk, live, granted_text, key=entry.digest_key if any(live) else b"")
    return wanted


def _wanted(of: UUID, live: Sequence[str], staged: Sequence[str], *, key: bytes = b"") -> dict[Key, _Wanted]:
    texts = dict.fromkeys(text for text in (*live, *staged) if text.strip())
    now, granted = set(live), set(staged)
    return {
        (of, digest_of(text, key)): _Wanted(text, "" if key else text, position, text in now, text in granted)
        for position, text in enumerate(texts)
    }


def _pieces(text: str) -> list[str]:
    return [piece.whole for piece in split(text)]


def _known(passages: "QuerySet[Passage]") -> dict[Key, Passage]:
    """Those that need not be embedded again."""
    here = passages.filter(embedding__isnull=False, model__startswith=f"{settings.EMBEDDING_MODEL}/")
    return {(_of(each), each.digest): each for each in here.defer("embedding")}


def _of(passage: Passage) -> UUID:
    found = passage.knowledge_id or passage.entry_id
    assert found is not None
    return found


def _unread(wanted: Mapping[Key, _Wanted], known: Mapping[Key, Passage]) -> list[str]:
    return list(dict.fromkeys(each.text for key, each in wanted.items() if key not in known))


def _keep(
    field: str, passages: "QuerySet[Passage]", wanted: Mapping[Key, _Wanted], vectors: Mapping[str, dict[str, Any]]
) -> None:
    """These passages and no others; those that are there already stay as they are, with their vectors."""
    known = {key: passage for key, passage in _known(passages).items() if key in wanted}
    passages.exclude(pk__in=[passage.pk for passage in known.values()]).delete()
    for key, passage in known.items():
        each = wanted[key]
        passage.position, passage.live, passage.staged = each.position, each.live, each.staged
    Passage.objects.bulk_update(known.values(), ["position", "live", "staged"], batch_size=A_WRITE)
    Passage.objects.bulk_create(
        (
            Passage(
                **{f"{field}_id": of}, text=each.kept, digest=digest, position=each.position,
                live=each.live, staged=each.staged, **vectors[each.text],
            )
            for (of, digest), each in wanted.items()
            if (of, digest) not in known and each.text in vectors
        ),
        batch_size=A_WRITE,
    )  # fmt: skip


def _call_for(book_id: UUID) -> Call:
    book = Lorebook.objects.filter(pk=book_id).select_related("owner", "character__owner").first()
    if book is None:
        return Call(Operation.READING)
    of_character = book.character.owner if book.character else None
    return Call.by(book.owner or of_character, Operation.READING, book.character_id)


def _embedded(texts: Sequence[str], call: Call) -> dict[str, dict[str, Any]]:
    """The fields `model` and `embedding` of a passage, by its text."""
    if not texts:
        return {}
    usage, price = Usage(sum(map(estimate, texts)), 0, estimated=True), reading_price()
    spent = Spent(call, settings.EMBEDDING_MODEL, usage, price.of(usage) if price else None)
    vectors = asyncio.run(_ask(list(_batches(texts)), spent))
    add(spent)
    return {
        text: {"model": label(settings.EMBEDDING_MODEL, vector), "embedding": vector}
        for text, vector in zip(texts, vectors, strict=True)
    }


async def _ask(batches: list[Sequence[str]], spent: Spent) -> list[list[float]]:
    try:
        await hold(spent.call, spent.usage, spent.cost)
        model = embedder(settings.EMBEDDING_MODEL)
        found: list[list[float]] = []
        for batch in batches:
            found += await model.embed(batch)
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


def _batches(texts: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(texts), A_BATCH):
        yield texts[start : start + A_BATCH]
