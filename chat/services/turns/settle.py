"""The last step: the reply is stored, the turn ended and the head moved in one statement, once."""

import asyncio
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
import structlog
from django.utils.timezone import now
from psycopg.types.json import Jsonb

from accounts.blindindex import terms
from accounts.encryption import Cipher, Place
from accounts.spending.calls import Spent
from accounts.spending.ledger import adding_to, packed
from chat.database import LOST, array_of, cursor
from chat.prepared import Prepared
from chat.protocol import Outcome
from chat.scene import FOR_ALL, Audience

encode = msgspec.json.encode
log = structlog.get_logger(__name__)
PATIENCE = 60.0  # seconds that a said reply waits for a database that is away

END = """
with done as (
    update chat_turn set status = %(status)s, ended_at = %(now)s, first_token_at = %(first_token_at)s,
        model = %(model)s, manifest = %(manifest)s, usage = %(usage)s, error = %(error)s,
        stopped_by_id = %(stopped_by)s, arms = %(arms)s::uuid[]
    where id = %(turn)s and status = 'running' returning id
), moved as (
    update chat_conversation set head_id = %(head)s, updated_at = %(now)s, remember_at = %(now)s
    where id = %(conversation)s and head_id = %(parent)s and exists (select 1 from done)
)
"""
SAY = """
, said as (
    insert into chat_message (id, conversation_id, parent_id, role, author_id, character_id, speaker, body, terms,
        status, hidden, feeling)
    select %(reply)s, %(conversation)s, %(parent)s, 'character', null, %(character)s, %(speaker)s, %(body)s,
        %(terms)s::int4[], %(status)s, false, %(feeling)s::bytea from done
)
"""
# What models were used for it goes into the ledger with the turn's end, so it is counted once.
USE = f"""
, used as (
{adding_to("done")}
)
"""
# What came up counts as remembered: it fades later.
RECALL = """
, recalled as (
    update memory_memory set recalled = recalled + 1, recalled_at = %(now)s
    where id = any(%(memories)s) and exists (select 1 from done)
)
"""
COUNT = "select count(*) as settled from done"
# In a room lines are said while a turn runs: they stand behind the reply, and are answered next. The conversation is
# locked first, so that no line is on its way that this statement would not see.
LOCK_ROOM = "select 1 from chat_conversation where id = %(conversation)s for update"
SAY_IN_ROOM = """
, said as (
    insert into chat_message (id, conversation_id, parent_id, role, author_id, character_id, speaker, body, terms,
        status, hidden, heard_by, seen_by, feeling)
    select %(reply)s, %(conversation)s, %(parent)s, 'character', null, %(character)s, %(speaker)s, %(body)s,
        %(terms)s::int4[], %(status)s, false, %(heard_by)s::uuid[], %(seen_by)s::uuid[],
        %(feeling)s::bytea from done
)
"""
LINE_UP = """
, lined_up as (
    update chat_message m set parent_id = %(behind)s::uuid from chat_turn t
    where t.id = %(turn)s and m.id = t.first_waiting_id and m.parent_id = t.parent_id and exists (select 1 from done)
)
"""
# Where lines moved, what is kept of the branch is old.
COME_DUE = """
, moved_on as (
    update chat_conversation set changes = changes + 1, remember_at = %(now)s
    where id = %(conversation)s and head_id is distinct from %(parent)s and exists (select 1 from done)
), due as (
    update chat_room set due_id = %(turn)s where conversation_id = %(conversation)s and exists (select 1 from done)
)
"""


@dataclass(slots=True)
class Reply:
    """What came of a turn. An empty `text` stores no message; the head then goes back to where it was before."""

    turn_id: UUID
    conversation_id: UUID
    reply_id: UUID
    parent_id: UUID
    head_before_id: UUID | None
    character_id: UUID | None
    speaker: str
    text: str
    status: Outcome
    model: str = ""
    error: str = ""
    stopped_by: UUID | None = None
    first_token_at: datetime | None = None
    usage: dict[str, Any] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)
    arms: tuple[UUID, ...] = ()
    in_room: bool = False
    audience: Audience = FOR_ALL
    spent: tuple[Spent, ...] = ()
    # Sealed, if it was read.
    feeling: bytes | None = None

    @property
    def behind(self) -> UUID | None:
        """What lines that waited stand behind from now on; None: where they stand."""
        return self.reply_id if self.text else self.head_before_id


async def settle(reply: Reply, *, cipher: Cipher | None, index_secret: bytes | None) -> bool:
    """Store what was said. False when somebody else settled this turn first: then theirs is the truth."""
    values: dict[str, Any] = {
        "turn": reply.turn_id,
        "conversation": reply.conversation_id,
        "reply": reply.reply_id,
        "parent": reply.parent_id,
        "head": reply.reply_id if reply.text else (reply.head_before_id or reply.parent_id),
        "character": reply.character_id,
        "speaker": reply.speaker,
        "status": reply.status,
        "model": reply.model[:120],  # as long as its column
        "error": reply.error,
        "stopped_by": reply.stopped_by,
        "first_token_at": reply.first_token_at,
        "usage": Jsonb(reply.usage, dumps=encode),
        "manifest": Jsonb(reply.manifest, dumps=encode),
        "arms": list(reply.arms) or None,
        "now": now(),
    }
    parts = [END]
    if reply.text:
        assert cipher is not None
        parts.append(SAY_IN_ROOM if reply.in_room else SAY)
        values["body"] = cipher.seal(reply.text, Place("message", reply.reply_id))
        values["feeling"] = reply.feeling
        values["terms"] = array_of(terms(reply.text, index_secret) if index_secret else [])
    if reply.in_room:
        parts += [LINE_UP, COME_DUE] if reply.behind else [COME_DUE]
        heard_by, seen_by = reply.audience
        values |= {"behind": reply.behind, "heard_by": listed(heard_by), "seen_by": listed(seen_by)}
    if reply.spent:
        parts.append(USE)
        values["uses"] = packed(reply.spent)
    if memories := [each["id"] for each in reply.manifest.get("memories", ()) if each["why"] == "recalled"]:
        parts.append(RECALL)
        values["memories"] = [UUID(each) for each in memories]
    return await _until_stored(statement_of(*parts), values, lock=LOCK_ROOM if reply.in_room else "")


@cache
def statement_of(*parts: str) -> Prepared:
    return Prepared("".join((*parts, COUNT)))


def listed(ids: tuple[UUID, ...] | None) -> list[UUID] | None:
    return None if ids is None else list(ids)


async def _until_stored(statement: Prepared, values: dict[str, Any], *, lock: str = "") -> bool:
    loop = asyncio.get_running_loop()
    deadline, pause = loop.time() + PATIENCE, 0.1
    while True:
        try:
            async with cursor() as opened:
                async with opened.connection.transaction() if lock else nullcontext():
                    if lock:
                        await opened.execute(lock, values)
                    rows = await statement.fetch_all(opened, values)
                return bool(rows[0].settled)
        except LOST as error:
            if loop.time() > deadline:
                raise
            log.warning("settle_waits", turn=str(values["turn"]), error=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(2.0, pause * 2)
