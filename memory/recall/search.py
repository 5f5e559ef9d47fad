"""What of all that is remembered bears on what is being talked of: what a turn asks.

Words first, in this process and exact; an encoder's likeness on top, worked out by Postgres, where there is one and it
answers in time. Never raises, never takes longer than it was given: late or failed, the talk goes on with what
there is.
"""

import asyncio
import time
from array import array
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import structlog
from django.conf import settings

from accounts.encryption import Cipher, ciphers, key_id_of
from inference.base import ModelError
from inference.questions import as_sql, vector_of
from memory.recall.patience import Patience
from memory.recall.question import without_names
from memory.recall.ranking import Bounds
from memory.recall.recipe import Recipe, in_force
from memory.recall.rows import Row, Source
from memory.recall.statements import EPISODES, KEYS, LIKENESS, MEMORIES, PAIRS, PAIRS_OF_ROOM
from memory.recall.store import FROM_THE_START, Always, Fresh, Kept, Ranked, Store, Version
from memory.scope import ReadTold, Scope

log = structlog.get_logger(__name__)

Fetch = Callable[[str, Mapping[str, Any]], Awaitable[list[Any]]]
Ids = Callable[[], Awaitable[Collection[UUID]]]
State = Literal["done", "late", "failed"]

MOST_FOUND, MOST_TOKENS = 12, 1_500
STANDING_IMPORTANCE = 70
FOR_RANKING = 0.8  # of the time that there is, so much at most for an encoder: the rest is needed afterwards

NOTHING_YET = Always()
store = Store()
patience = Patience()


@dataclass(frozen=True, slots=True)
class Found:
    """`answers`: the words of the line that an episode answers, where that is told."""

    id: UUID
    source: Source
    text: str
    speaker: str
    said_at: datetime
    score: float
    answers: str | None
    memory_kind: str
    messages: tuple[UUID, ...] = ()
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Recall:
    """`found`: best first. `standing`: what goes into every prompt. `again`: what was asked for by its id. `read`:
    tokens that the embedding model read.
    """

    found: tuple[Found, ...] = ()
    standing: tuple[Found, ...] = ()
    again: tuple[Found, ...] = ()
    state: State = "done"
    milliseconds: int = 0
    read: int = 0


async def recall(
    *,
    fetch: Fetch,
    told: ReadTold,
    scope: Scope,
    question: str,
    asked_at: datetime,
    but: frozenset[UUID] = frozenset(),
    again: Ids | None = None,
    seconds: float | None = None,
    bounds: Bounds | None = None,
) -> Recall:
    """Of the pair, or of the room; `asked_at` is aware and in the time zone in which dates are meant.

    `but`: messages that are in the prompt anyway. `again`: ids of rows that are wanted as far as they still count.
    Late or failed, what counts anyway is there if it was known by then.
    """
    began = time.perf_counter()
    allowed = settings.MEMORY_SECONDS if seconds is None else seconds
    bounds = replace(bounds or Bounds(MOST_FOUND, MOST_TOKENS), but=but)
    ask = _Question(fetch, told, scope, question, asked_at, bounds, again, until=began + allowed * FOR_RANKING)
    found: list[Ranked] = []
    state = "done"
    try:
        async with asyncio.timeout(allowed):
            found = await ask.answered()
        state = ask.state
    except TimeoutError:
        state = "late"
        log.info("memory_recall_late")
    except Exception as error:
        # A turn does not end for what it could do without; what it was is in the log.
        state = "failed"
        log.exception("memory_recall_failed", error=type(error).__name__)
    return Recall(
        found=tuple(_found(row, score, answers) for row, score, answers in found),
        standing=tuple(_found(row, 0.0, None) for row in ask.always.standing),
        again=tuple(_found(row, 0.0, answers) for row, answers in ask.always.again),
        state=state,  # type: ignore[arg-type]
        milliseconds=round((time.perf_counter() - began) * 1000),
        read=ask.read,
    )


async def prepare(*, fetch: Fetch, told: ReadTold, scope: Scope, asked_at: datetime) -> None:
    """Read what a question would read first, so that it finds it ready; `asked_at` in its time zone."""
    ask = _Question(fetch, told, scope, "", asked_at, Bounds(0), None, until=0.0)
    version, _ = await ask._version()
    if version.pairs:
        kept = store.of(scope)
        await ask._up_to_date(kept, version)
        await asyncio.to_thread(kept.always, await told(kept.conversations), scope, STANDING_IMPORTANCE)


@dataclass
class _Question:
    fetch: Fetch
    told: ReadTold
    scope: Scope
    text: str
    asked_at: datetime
    bounds: Bounds
    again: Ids | None
    until: float
    state: State = "done"
    read: int = 0
    always: Always = NOTHING_YET

    async def answered(self) -> list[Ranked]:
        version, recipe = await self._version()
        if not version.pairs:
            store.drop(self.scope)
            return []
        kept = store.of(self.scope)
        if recipe is not None and not recipe.reads(self.text):
            recipe = None
        if recipe is not None and not patience.asks(recipe.model):
            recipe, self.state = None, "failed"
        # A server is asked at once; the encoder here is told the names first, and is no faster beside other work.
        asking = asyncio.create_task(self._vector(recipe, self.text)) if recipe and not recipe.is_local else None
        try:
            await self._up_to_date(kept, version)
            told = await self.told(kept.conversations)
            again = frozenset(await self.again()) if self.again is not None else frozenset()
            self.always = await asyncio.to_thread(kept.always, told, self.scope, STANDING_IMPORTANCE, again)
            vector = await asking if asking else None
            if recipe and recipe.is_local:
                names = await asyncio.to_thread(kept.names, told, self.scope)
                vector = await self._vector(recipe, without_names(self.text, names))
        finally:
            if asking is not None:
                asking.cancel()
        return await asyncio.to_thread(
            kept.ask,
            scope=self.scope,
            told=told,
            question=self.text,
            asked_at=self.asked_at,
            bounds=replace(self.bounds, without=frozenset(row.id for row in self.always.standing)),
            likeness=await self._likeness(version, recipe, vector) if recipe and vector else None,
            least_likeness=recipe.least_likeness if recipe else 1.0,
        )

    @property
    def _asked(self) -> dict[str, Any]:
        return {"owner": self.scope.owner_id, "character": self.scope.character_id, "room": self.scope.room_id}

    async def _version(self) -> tuple[Version, Recipe | None]:
        rows = await self.fetch(PAIRS if self.scope.room_id is None else PAIRS_OF_ROOM, self._asked)
        recipe = in_force(rows[0].model, rows[0].dimensions) if rows else None
        pairs = tuple((row.id, row.revision) for row in rows)
        return Version(pairs, sum(row.lines for row in rows), self.asked_at.tzinfo), recipe

    async def _up_to_date(self, kept: Kept, version: Version) -> None:
        """What takes longer than there is time for goes on, and is there for the next question."""
        while kept.version is None or not kept.version.holds(version):
            if kept.loading is None or kept.loading.done() or kept.loading.get_loop() is not asyncio.get_running_loop():
                kept.loading = asyncio.create_task(self._load(kept, version))
                await asyncio.shield(kept.loading)
                return
            await asyncio.shield(kept.loading)

    async def _load(self, kept: Kept, version: Version) -> None:
        same = kept.version is not None and kept.version.goes_on_to(version)
        after = kept.last_line if same else FROM_THE_START
        asked = {"pairs": [key for key, _ in version.pairs], "room": self.scope.room_id}
        episodes = await self.fetch(EPISODES, asked | {"after": after})
        if same and kept.lines + len(episodes) != version.lines:
            # Lines went, or came late: all of them anew.
            same, episodes = False, await self.fetch(EPISODES, asked | {"after": FROM_THE_START})
        memories = await self.fetch(MEMORIES, asked)
        found = await self._ciphers(row.text for row in (*episodes, *memories))
        await asyncio.to_thread(kept.take, Fresh(version, episodes, memories, found, whole=not same))

    async def _ciphers(self, sealed: Any) -> dict[UUID, Cipher]:
        wanted = {key_id_of(blob) for blob in sealed if blob}
        found = {key: cipher for key in wanted if (cipher := ciphers.cached(key)) is not None}
        if missing := wanted - found.keys():
            for row in await self.fetch(KEYS, {"keys": list(missing)}):
                found[row.id] = ciphers.load_wrapped(row.id, row.owner_id, row.kek_id, row.wrapped)
        return found

    async def _vector(self, recipe: Recipe, question: str) -> "array[float] | None":
        """None where the encoder does not answer in time: words alone find most of it."""
        try:
            async with asyncio.timeout(max(0.0, self.until - time.perf_counter())):
                dimensions = settings.MEMORY_EMBEDDING_DIMENSIONS or None
                vector, read = await vector_of(question, recipe.model, dimensions=dimensions)
            self.read = 0 if recipe.is_local else read
            patience.answered(recipe.model)
            return vector
        except TimeoutError:
            self.state = "late"
        except (ModelError, OSError) as error:
            self.state = "failed"
            log.warning("memory_recall_failed", error=getattr(error, "code", type(error).__name__))
        patience.did_not_answer(recipe.model)
        return None

    async def _likeness(self, version: Version, recipe: Recipe, vector: "array[float]") -> dict[UUID, float]:
        asked = {
            "question": as_sql(vector),
            "label": recipe.label,
            "pairs": [key for key, _ in version.pairs],
        }
        return {row.id: row.likeness for row in await self.fetch(LIKENESS, asked)}


def _found(row: Row, score: float, answers: str | None) -> Found:
    return Found(
        id=row.id,
        source=row.source,
        text=row.text,
        speaker=row.speaker,
        said_at=row.said_at,
        score=round(score, 4),
        answers=answers if row.source == "episode" else None,
        memory_kind=row.memory_kind,
        messages=tuple(UUID(bytes=mark[:16]) for mark in row.marks),
        pinned=row.pinned,
    )


def forget() -> None:
    """For tests: nothing is kept in this process."""
    store.forget()
    patience.forget()
