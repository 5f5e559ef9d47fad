"""What the character remembers of whom it answers: memories, lines said long ago, and what came before the window.

Who has nothing of it pays nothing: the row that every turn reads first (`standing.py`) says so. Never later than
MEMORY_SECONDS; late or failed, the reply goes on without.
"""

import asyncio
from collections.abc import Collection, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.timezone import now

from characters.recall import question_of
from chat.database import fetch_all
from chat.prompts import Said, Sheet
from chat.prompts.context import Language, Memories, Remembered
from chat.told import Branch, read_branches, told_on
from memory.extraction.dates import written
from memory.recall.search import Found, recall
from memory.scope import Scope
from memory.told import Told

T = TypeVar("T")
HERE, MORE = 1, 2  # what `standing` says of a pair: lines of this talk alone, or memories and other talks too


async def branches_of(talks: dict[UUID, UUID | None]) -> dict[UUID, Branch]:
    """As `chat.selectors.told.branches_now`, on the hot path."""
    walk = read_branches(talks)
    try:
        query = next(walk)
        while True:
            query = walk.send(await fetch_all(*query))
    except StopIteration as end:
        found: dict[UUID, Branch] = end.value
        return found


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose memories may come up: `scope`, if there are any (`remembers`, as `standing` says). `given`: those that are
    known already.
    """

    remembers: int | None = None
    scope: Scope | None = None
    given: Memories | None = None

    def scope_for(self, where: "Where", sheet: Sheet) -> Scope | None:
        """Of two who have no other talk, and where nothing was learnt, there is nothing while all of it goes in."""
        nothing = self.remembers is None or (self.remembers == HERE and where.whole)
        return None if nothing or self.given is not None or not sheet.remembers else self.scope


NOBODY = Whose()
NOTHING = Memories()


class Where(NamedTuple):
    """`leaf` is where this talk's branch ends; `whole`: it goes in from its opening on."""

    conversation_id: UUID
    leaf: UUID | None
    whole: bool


async def with_memories(
    asked: Coroutine[Any, Any, T], branch: Sequence[Said], whose: Whose, where: Where, sheet: Sheet
) -> tuple[T, Memories]:
    """What is remembered, and what else is asked, at the same time. Where there is none nothing is spent on that."""
    scope = whose.scope_for(where, sheet)
    if scope is None:
        return await asked, whose.given or NOTHING
    return await asyncio.gather(asked, memories_for(branch, scope, where, sheet))


async def memories_for(branch: Sequence[Said], scope: Scope, where: Where, sheet: Sheet) -> Memories:
    async def told(talks: Collection[UUID]) -> Told:
        return told_on(
            await branches_of({talk: where.leaf if talk == where.conversation_id else None for talk in talks})
        )

    found = await recall(
        fetch=fetch_all,
        told=told,
        scope=scope,
        question=question_of([said.text for said in branch[-2:]]),
        asked_at=now().astimezone(ZoneInfo(settings.TIME_ZONE)),
        but=frozenset(said.id for said in branch),
    )
    return Memories(
        pinned=tuple(remembered(each, sheet.language) for each in found.standing if each.pinned),
        standing=tuple(remembered(each, sheet.language) for each in found.standing if not each.pinned),
        found=tuple(remembered(each, sheet.language) for each in found.found),
        state=found.state,
        milliseconds=found.milliseconds,
        read=found.read,
    )


def remembered(found: Found, language: Language) -> Remembered:
    return Remembered(
        id=found.id,
        source=found.source,
        text=found.text,
        day=day_of(found.said_at, language),
        at=found.said_at.timestamp(),
        speaker=found.speaker,
        answers=found.answers or "",
        score=found.score,
    )


def day_of(moment: datetime, language: Language) -> str:
    return written(moment.astimezone(ZoneInfo(settings.TIME_ZONE)).date(), chinese=language == "zh-hans")
