"""What a character's knowledge says about what is being talked of: recall by meaning.

Exact search among the passages of one character; no approximate index behind a filter. It reads by
plain SQL through `fetch`, which the caller brings, and never takes longer than it was given: late or failed, the
talk goes on without.
"""

import asyncio
import time
from array import array
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

import structlog
from django.conf import settings

from inference.base import ModelError
from inference.questions import as_sql, vector_of

log = structlog.get_logger(__name__)

Fetch = Callable[[str, Mapping[str, Any]], Awaitable[list[Any]]]
State = Literal["done", "late", "failed"]

MOST_PASSAGES = 8
LEAST_OF_BEST = 0.5  # what is less than this share of the best's likeness is beside the point
ENOUGH_WORDS = 60  # characters of a line that speak for themselves; a shorter one is read with the line before it

# Cosine distance is worked out for the rows of this character and model alone; vectors of one label have one length.
NEAREST = """
select p.id, p.text, p.knowledge_id, k.title, null::uuid as entry_id,
    1 - (p.embedding <=> %(question)s::vector) as score
from characters_passage p join characters_knowledge k on k.id = p.knowledge_id
where k.character_id = %(character)s and k.enabled and k.deleted_at is null and p.live and p.model = %(label)s
order by score desc limit %(most)s
"""
NEAREST_ON_STAGE = """
select p.id, p.text, p.knowledge_id, s.title, null::uuid as entry_id,
    1 - (p.embedding <=> %(question)s::vector) as score
from characters_passage p join characters_knowledge k on k.id = p.knowledge_id
join characters_stagedtext s on s.knowledge_id = k.id
where k.character_id = %(character)s and k.enabled and k.deleted_at is null and p.staged and p.model = %(label)s
order by score desc limit %(most)s
"""
NEAREST_ENTRIES = """
select p.id, '' as text, null::uuid as knowledge_id, '' as title, p.entry_id,
    1 - (p.embedding <=> %(question)s::vector) as score
from characters_passage p join characters_loreentry e on e.id = p.entry_id
where e.enabled and p.model = %(label)s
    and (e.book_id = any(%(books)s) and e.by_meaning and p.live or e.book_id = any(%(staged_books)s) and p.staged)
order by score desc limit %(most)s
"""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A passage that came up, with the likeness (-1 to 1) that brought it."""

    id: UUID
    knowledge: UUID
    title: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Recall:
    """Best first. `entries` are lore entries that came up by meaning; `read`: tokens that the embedding model read."""

    passages: tuple[Recalled, ...] = ()
    entries: Mapping[UUID, float] = field(default_factory=dict)
    state: State = "done"
    milliseconds: int = 0
    read: int = 0


def label(model: str, vector: Sequence[float]) -> str:
    """What a vector can be compared with: those of the same model and length."""
    return f"{model}/{len(vector)}"


def question_of(lines: Sequence[str]) -> str:
    """What to look for, from the newest lines (oldest first): the last one, or the last two when it is short."""
    if not lines:
        return ""
    last = lines[-1].strip()
    if len(last.encode()) < ENOUGH_WORDS and len(lines) > 1:
        return f"{lines[-2].strip()[-400:]}\n{last}"
    return last[-2_000:]


async def recall(
    *,
    fetch: Fetch,
    question: str,
    character_id: UUID | None,
    books: Collection[UUID] = (),
    staged: bool = False,
    staged_books: Collection[UUID] = (),
    seconds: float | None = None,
) -> Recall:
    """Passages of the character's knowledge, and entries `by meaning` of these books. Never raises, never late.

    As they stand; with `staged`, and of `staged_books`, as they were granted.
    """
    began = time.perf_counter()
    state: State = "done"
    rows: list[Any] = []
    read = 0
    try:
        async with asyncio.timeout(settings.RECALL_SECONDS if seconds is None else seconds):
            if question.strip():
                vector, read = await vector_of(question, settings.EMBEDDING_MODEL)
                rows = await _nearest(fetch, vector, character_id, staged, books, staged_books)
    except TimeoutError:
        state = "late"
    except (ModelError, OSError) as error:
        state = "failed"
        log.warning("recall_failed", error=getattr(error, "code", type(error).__name__))
    except Exception as error:
        # A turn does not end for what it could do without; what it was is in the log.
        state = "failed"
        log.exception("recall_failed", error=type(error).__name__)
    rows = _worth_it(rows)
    return Recall(
        passages=tuple(
            Recalled(row.id, row.knowledge_id, row.title, row.text, round(row.score, 4))
            for row in rows
            if row.knowledge_id
        ),
        entries={row.entry_id: round(row.score, 4) for row in rows if row.entry_id},
        state=state,
        milliseconds=round((time.perf_counter() - began) * 1000),
        read=read,
    )


async def _nearest(
    fetch: Fetch,
    vector: "array[float]",
    character_id: UUID | None,
    staged: bool,
    books: Collection[UUID],
    staged_books: Collection[UUID],
) -> list[Any]:
    asked = {
        "question": as_sql(vector),
        "label": label(settings.EMBEDDING_MODEL, vector),
        "character": character_id,
        "books": list(books),
        "staged_books": list(staged_books),
        "most": MOST_PASSAGES,
    }
    nearest = NEAREST_ON_STAGE if staged else NEAREST
    rows = await fetch(nearest, asked) if character_id is not None else []
    if books or staged_books:
        rows = rows + await fetch(NEAREST_ENTRIES, asked)
    return sorted(rows, key=lambda row: -row.score)


def _worth_it(rows: list[Any]) -> list[Any]:
    if not rows:
        return []
    least = max(settings.RECALL_LIKENESS, rows[0].score * LEAST_OF_BEST)
    return [row for row in rows[: 2 * MOST_PASSAGES] if row.score >= least]
