"""Entries are written with the message that they hang on, in its transaction, and told as `game_event`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.timezone import now
from psycopg import AsyncCursor

from accounts.ids import uuid7
from chat import protocol
from chat.plays.staged import Happened, stored
from stories.book.rubric import rubric_of

# The play's row is the counter; whoever holds the conversation is alone with it.
ENTRY = """
counted as (
    update chat_play set count = count + 1 where conversation_id = %(conversation)s returning count
), happened as (
    insert into chat_playentry (message_id, play_id, before_id, seq, entry, state)
    select %(message)s, %(conversation)s, %(before)s::uuid, count, %(entry)s, %(state)s from counted returning seq
)
"""
WRITE = f"with {ENTRY} select seq from happened"  # noqa: S608
MEET_ENDING = """
insert into chat_endingmet (id, user_id, story_id, ending, conversation_id, message_id, times, met_at)
select who.id, who.user_id, v.story_id, %(ending)s, %(conversation)s, %(message)s, 1, %(now)s
from chat_play p join stories_storyversion v on v.id = p.version_id,
    unnest(%(ids)s::uuid[], %(users)s::uuid[]) as who (id, user_id)
where p.conversation_id = %(conversation)s
on conflict (user_id, story_id, ending) do update set times = chat_endingmet.times + 1
"""


@dataclass(frozen=True, slots=True)
class Event:
    """What is told of an entry. `by` is who did it; nobody's is what a model proposed."""

    seq: int
    message_id: UUID
    happened: Happened
    by: str = ""

    @property
    def ends_practice(self) -> bool:
        return bool(self.happened.ending and rubric_of(self.happened.after.book.file))

    @property
    def frame(self) -> protocol.GameEvent:
        happened = self.happened
        kind: protocol.GameEventType = "began"
        if happened.entry.action is not None:
            kind = "acted"
        elif happened.entry.proposed is not None:
            kind = "proposed"
        return protocol.GameEvent(
            event_type=kind,
            seq=self.seq,
            payload=protocol.GamePayload(
                message_id=self.message_id,
                by=self.by,
                action=happened.entry.action,
                notes=happened.notes(),
                view=happened.after.view(),
            ),
        )


def entry_values(happened: Happened) -> dict[str, Any]:
    """For ENTRY, beside `conversation`; of what hangs on a message by now."""
    entry, state = stored(happened)
    return {"message": happened.after.at, "before": happened.before.at, "entry": entry, "state": state}


async def event_of(
    cursor: AsyncCursor[Any],
    conversation_id: UUID,
    happened: Happened,
    *,
    seq: int,
    by: str = "",
    players: Sequence[UUID] = (),
) -> Event:
    """Of an entry that is stored. `players` have it in their albums when an ending is reached."""
    message_id = happened.after.at
    assert message_id is not None
    if happened.ending:
        met = {"ending": happened.ending, "ids": [uuid7() for _ in players], "users": list(players), "now": now()}
        await cursor.execute(MEET_ENDING, {"conversation": conversation_id, "message": message_id} | met)
    return Event(seq, message_id, happened, by)


async def write_entry(
    cursor: AsyncCursor[Any], conversation_id: UUID, happened: Happened, *, players: Sequence[UUID] = ()
) -> Event:
    """At a message that has been there before."""
    await cursor.execute(WRITE, {"conversation": conversation_id} | entry_values(happened))
    row: Any = await cursor.fetchone()
    return await event_of(cursor, conversation_id, happened, seq=row.seq, players=players)
