"""What the character remembers of whom it answers: memories, lines said long ago, and what came before the window.

Who has nothing of it pays nothing: the row that every turn reads first (`standing.py`) says so. Never later than
MEMORY_SECONDS; late or failed, the reply goes on without.
"""

import asyncio
from collections.abc import Collection, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import structlog
from django.utils.timezone import now

from accounts.encryption import Cipher
from characters.recall import question_of
from chat.database import LOST, fetch_all, in_thread
from chat.prompts import Said, Sheet
from chat.prompts.context import Language, Memories, Placed, Remembered
from chat.told import Branch, read_branches, told_on
from inference.tokens import LINE_OVERHEAD
from memory.extraction.dates import written
from memory.models import SessionNote
from memory.names import day_of, zone_of
from memory.recall.search import Found, recall
from memory.scope import Scope
from memory.selectors.came_up import found_again
from memory.services.notes import sections_of
from memory.told import Told, counting

log = structlog.get_logger(__name__)

T = TypeVar("T")
NOTES = """
select id, lines, until_id, covers, sections from memory_sessionnote where conversation_id = %(conversation)s
order by lines desc, id desc limit %(most)s
"""
# Which memories stand where in the talk: of the replies themselves, so that it follows the branch.
PLACED = """
select manifest->'placed' as placed from chat_turn
where conversation_id = %s and reply_id = any(%s) and manifest ? 'placed' order by reply_id desc limit 1
"""
REPLIES_ASKED = 8  # the newest ones of the branch; one that somebody rewrote has no turn
SURE_SHARE = 3  # the part of the window that the newest messages have, whatever stands before and behind them
MOST_NOTES = 30  # of a talk, those that reach farthest
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
    """Whose memories may come up: `scope`, if there are any (`remembers`, as `standing` says). `cipher` is the talk's;
    `heard_all`: the character was there from the beginning, and may be told what happened. `given`: what came up is
    known already. `zone` is the player's, in which days are meant; empty: the site's.
    """

    remembers: int | None = None
    scope: Scope | None = None
    cipher: Cipher | None = None
    heard_all: bool = True
    given: Memories | None = None
    zone: str = ""


NOBODY = Whose()
NOTHING = Memories()


class Where(NamedTuple):
    """`leaf` is where this talk's branch ends; `whole`: it was read from its opening on; `tokens`: of the window."""

    conversation_id: UUID
    leaf: UUID | None
    whole: bool
    tokens: int


async def with_memories(
    asked: Coroutine[Any, Any, T], branch: Sequence[Said], whose: Whose, where: Where, sheet: Sheet
) -> tuple[T, Memories]:
    """What is remembered, and what else is asked, at the same time. Where there is none nothing is spent on that."""
    if whose.given is not None or whose.remembers is None or whose.scope is None or not sheet.remembers:
        return await asked, whose.given or NOTHING
    sent = surely_sent(branch, where.tokens)
    where = where._replace(whole=where.whole and len(sent) == len(branch))
    if whose.remembers == HERE and where.whole:
        return await asked, NOTHING  # they have no other talk, and nothing was learnt: all there is goes in
    return await asyncio.gather(asked, _memories(branch, whose, where, sheet, sent))


def surely_sent(branch: Sequence[Said], tokens: int) -> frozenset[UUID]:
    """The newest messages, which go into the prompt whatever else does. What a longer talk loses beyond them is not
    known before it is built: then it is left out there, if it came up.
    """
    room, sent = tokens // SURE_SHARE, []
    for said in reversed(branch):
        room -= len(said.text.encode("utf-8", "surrogatepass")) // 3 + LINE_OVERHEAD
        if room < 0:
            break
        sent.append(said.id)
    return frozenset(sent)


async def _memories(
    branch: Sequence[Said], whose: Whose, where: Where, sheet: Sheet, sent: frozenset[UUID]
) -> Memories:
    async def told(talks: Collection[UUID]) -> Told:
        leaves = {talk: where.leaf if talk == where.conversation_id else None for talk in talks}
        return told_on(await branches_of(leaves))

    assert whose.scope is not None
    asking = asyncio.create_task(_placed(where.conversation_id, branch))

    async def again() -> frozenset[UUID]:
        return frozenset(each for ids in (await asking).values() for each in ids)

    recalling = recall(
        fetch=fetch_all,
        told=told,
        scope=whose.scope,
        question=question_of([said.text for said in branch[-2:]]),
        asked_at=now().astimezone(zone_of(whose.zone)),
        but=sent,
        again=again,
    )
    (summary_id, summary), found = await asyncio.gather(_summary(whose, where, sheet), recalling)

    def told_as(each: Found) -> Remembered:
        return remembered(each, sheet.language, whose.zone)

    counting_still = {each.id: told_as(each) for each in found.again}
    return Memories(
        placed=_still_placed((await asking).items(), counting_still),
        pinned=tuple(told_as(each) for each in found.standing if each.pinned),
        standing=tuple(told_as(each) for each in found.standing if not each.pinned),
        found=tuple(map(told_as, found.found)),
        summary=summary,
        summary_id=summary_id,
        state=found.state,
        milliseconds=found.milliseconds,
        read=found.read,
    )


async def _placed(conversation_id: UUID, branch: Sequence[Said]) -> dict[UUID, tuple[UUID, ...]]:
    """What stood in the branch's last prompt: messages, and what came to mind there."""
    replies = [said.id for said in branch if said.role == "character"][-REPLIES_ASKED:]
    try:
        rows = await fetch_all(PLACED, [conversation_id, replies]) if replies else []
    except LOST as error:
        log.warning("placed_not_read", conversation=str(conversation_id), error=type(error).__name__)
        return {}
    return {UUID(message): tuple(map(UUID, ids)) for message, ids in rows[0].placed} if rows else {}


def _still_placed(
    placed: Iterable[tuple[UUID, Sequence[UUID]]], known: Mapping[UUID, Remembered]
) -> tuple[Placed, ...]:
    """Of that what still counts."""
    found = (Placed(message, tuple(known[each] for each in ids if each in known)) for message, ids in placed)
    return tuple(each for each in found if each.rows)


async def _summary(whose: Whose, where: Where, sheet: Sheet) -> tuple[UUID | None, str]:
    """The note of what came before the window, where one was written of this branch."""
    if where.whole or not whose.heard_all or whose.cipher is None:
        return None, ""
    try:
        rows = await fetch_all(NOTES, {"conversation": where.conversation_id, "most": MOST_NOTES})
        if not rows:
            return None, ""
        found = await branches_of({where.conversation_id: where.leaf})
        aloud = found[where.conversation_id].aloud if found else ()
        note = next((row for row in rows if counting(row, aloud)), None)
        return (note.id, sections_of(note, whose.cipher).told(sheet.language)) if note else (None, "")
    except LOST as error:
        # A turn does not end for what it could do without.
        log.warning("note_not_read", conversation=str(where.conversation_id), error=type(error).__name__)
        return None, ""


def remembered(found: Found, language: Language, zone: str) -> Remembered:
    return Remembered(
        id=found.id,
        source=found.source,
        text=found.text,
        day=written(day_of(found.said_at, zone), chinese=language == "zh-hans"),
        at=found.said_at.timestamp(),
        speaker=found.speaker,
        answers=found.answers or "",
        messages=found.messages,
        score=found.score,
    )


@in_thread
def as_noted(
    manifest: Mapping[str, Any], language: Language, viewer_id: UUID, cipher: Cipher, zone: str = ""
) -> Memories:
    """What came up for an earlier turn, as far as it is still there and is the viewer's to read; days in `zone`."""
    noted = manifest.get("memories", [])
    found = found_again(noted, viewer_id=viewer_id)
    of: dict[str, list[Remembered]] = {"pinned": [], "standing": [], "recalled": []}
    placed: dict[UUID, list[UUID]] = {}
    told = {row.id: remembered(row, language, zone) for row in found.values()}
    for each in noted:
        if each["why"] == "placed":
            placed.setdefault(UUID(each["at"]), []).append(UUID(each["id"]))
        elif (row := told.get(UUID(each["id"]))) is not None:
            of[each["why"]].append(row)
    summary = manifest.get("summary")
    note = SessionNote.objects.filter(pk=summary).first() if summary else None
    return Memories(
        placed=_still_placed(placed.items(), told),
        pinned=tuple(of["pinned"]),
        standing=tuple(of["standing"]),
        found=tuple(of["recalled"]),
        summary=sections_of(note, cipher).told(language) if note else "",
        summary_id=note.pk if note else None,
        state=manifest.get("remembering", {}).get("state", ""),
    )
