"""Telling sockets of a line that was said: each the line as its person may see it."""

from typing import Any
from uuid import UUID

from chat import protocol
from chat.database import fetch_all
from chat.live.node import node
from chat.live.outbox import Outbox
from chat.scene import Audience, audience_of
from chat.selectors import stored_body

# Upwards from a message to the first that everybody may see.
ANCESTORS = """
with recursive up as (
    select id, parent_id, heard_by, seen_by from chat_message where id = %s
    union all
    select m.id, m.parent_id, m.heard_by, m.seen_by from up u join chat_message m on m.id = u.parent_id
    where u.seen_by is not null
) select id, heard_by, seen_by from up order by id desc
"""


async def tell_line(
    conversation_id: UUID, body: protocol.MessageBody, audience: Audience, *, but: Outbox | None = None
) -> None:
    """In a room a line may follow a whisper: to whom that is not shown, it follows what was said before it."""
    above = await ancestors(body.parent_id)
    frames: dict[UUID | None, str] = {}
    for outbox in list(node().sockets.get(conversation_id, ())):
        if outbox is but or not audience.shown_to(outbox.user_id):
            continue
        parent = next((row.id for row in above if audience_of(row).shown_to(outbox.user_id)), None)
        if parent not in frames:
            body.parent_id = parent
            frames[parent] = protocol.encode(protocol.Message(message=body))
        outbox.put(frames[parent])


async def tell_stored(conversation_id: UUID, message_id: UUID) -> bool:
    """The same of a line that another process stored. False when it is not there."""
    found = await stored_body(conversation_id, message_id)
    if found is None:
        return False
    await tell_line(conversation_id, *found)
    return True


async def ancestors(message_id: UUID | None) -> list[Any]:
    return [] if message_id is None else await fetch_all(ANCESTORS, [message_id])
