"""What happened in a play, told again: to other processes, and to who comes back."""

from typing import Any
from uuid import UUID

from accounts.errors import NotFound
from chat import protocol
from chat.database import fetch_all, fetch_one
from chat.live.node import node
from chat.live.outbox import Outbox
from chat.plays.books import read_book
from chat.plays.staged import Happened, Staged, entry_in, start_of, state_in
from chat.services.plays.entries import Event
from chat.services.plays.standing import PLAY_COLUMNS, parts_in
from chat.services.presence import require_reader

MOST_AT_ONCE = 200  # who missed more asks again
PLAY = f"select {PLAY_COLUMNS} from chat_play play where play.conversation_id = %s"  # noqa: S608
ENTRIES = """
select e.message_id, e.seq, e.entry, e.state, b.message_id as before_id,
    b.state as before, coalesce(m.speaker, '') as speaker, m.role = 'player' as acted
from chat_playentry e left join chat_playentry b on b.message_id = e.before_id
left join chat_message m on m.id = e.message_id where e.play_id = %(play)s and m.deleted_at is null
"""
AFTER = f"{ENTRIES} and e.seq > %(after)s order by e.seq limit %(most)s"
AT = f"{ENTRIES} and e.message_id = %(message)s"


async def events_after(conversation_id: UUID, seq: int, most: int = MOST_AT_ONCE) -> list[Event]:
    """NotFound where no story is played."""
    return await _read(conversation_id, AFTER, {"after": seq, "most": most})


async def event_at(conversation_id: UUID, message_id: UUID) -> Event | None:
    """What happened at a message, if anything did. NotFound where no story is played."""
    return next(iter(await _read(conversation_id, AT, {"message": message_id})), None)


async def _read(conversation_id: UUID, statement: str, values: dict[str, Any]) -> list[Event]:
    play = await fetch_one(PLAY, [conversation_id])
    if play is None:
        raise NotFound
    start = start_of(await read_book(play.play_version), play.play_seed, play.play_language, parts_in(play))
    return [_event(start, row) for row in await fetch_all(statement, values | {"play": conversation_id})]


async def tell_event(conversation_id: UUID, seq: int) -> None:
    """To whoever watches here, what another process has stored."""
    for event in await events_after(conversation_id, seq - 1, 1):
        node().tell(conversation_id, protocol.encode(event.frame))


async def replay_events(*, outbox: Outbox, user_id: UUID, conversation_id: UUID, last_seq: int) -> None:
    """What somebody missed. NotFound for who does not take part (any more), and where no story is played."""
    await require_reader(user_id=user_id, conversation_id=conversation_id)
    for event in await events_after(conversation_id, last_seq):
        outbox.put(protocol.encode(event.frame))


def _event(start: Staged, row: Any) -> Event:
    before = start.standing(state_in(row.before), at=row.before_id) if row.before else start
    after = start.standing(state_in(row.state), at=row.message_id)
    by = row.speaker if row.acted else ""
    return Event(row.seq, row.message_id, Happened(entry_in(row.entry), before, after), by)
