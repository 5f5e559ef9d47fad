"""Watching a turn: in this process, in another one, or after it ended."""

from typing import Any
from uuid import UUID

from accounts.encryption import Cipher, Place
from accounts.errors import NotFound, Sealed
from chat import protocol
from chat.ciphers import cipher_of
from chat.database import fetch_one
from chat.live.node import node
from chat.live.outbox import Outbox
from chat.live.tail import FollowedTurn
from chat.live.text import LiveTurn
from chat.scene import audience_of
from chat.services.presence import require_reader

RUNNING = """
select t.id, t.reply_id, t.parent_id, t.character_id, t.kind, t.conversation_id, t.heard_by, t.seen_by,
    k.id as key_id, k.owner_id, k.kek_id, k.wrapped
from chat_turn t join chat_conversation c on c.id = t.conversation_id join accounts_datakey k on k.id = c.key_id
where t.conversation_id = %s and t.status = 'running'
"""
OVER = RUNNING.partition("where")[0] + "where t.id = %s and t.status <> 'running'"
ENDED = """
select t.id as turn_id, t.status, t.usage, t.heard_by, t.seen_by, m.body,
    k.id as key_id, k.owner_id, k.kek_id, k.wrapped
from chat_turn t join chat_conversation c on c.id = t.conversation_id join accounts_datakey k on k.id = c.key_id
left join chat_message m on m.id = t.reply_id
where t.conversation_id = %s and t.reply_id = %s order by t.id desc limit 1
"""


async def running_turn(conversation_id: UUID) -> LiveTurn | None:
    """The conversation's running turn; one of another process is followed from its first piece."""
    here = node()
    if (live := here.running.get(conversation_id)) is not None:
        return live
    if (row := await fetch_one(RUNNING, [conversation_id])) is None:
        return None
    followed = _followed(row)
    return None if followed is None else here.follow(followed)


async def ended_turn(turn_id: UUID) -> FollowedTurn | None:
    """A turn of another process that is over, for its end to be told: nothing feeds it."""
    row = await fetch_one(OVER, [turn_id])
    return None if row is None else _followed(row)


def _followed(row: Any) -> FollowedTurn | None:
    """None for a sealed talk that is not open here: its stream cannot be read."""
    followed = FollowedTurn(
        turn_id=row.id,
        message_id=row.reply_id,
        conversation_id=row.conversation_id,
        parent_id=row.parent_id,
        character_id=row.character_id,
        kind=row.kind,
        audience=audience_of(row),
    )
    try:
        followed.cipher = _cipher(row)
    except Sealed:
        return None
    return followed


def watch_from_here(live: LiveTurn) -> None:
    """Let every socket of the conversation that does not watch this turn yet see it from its first piece."""
    node().told_head(live.conversation_id, live.parent_id)
    for outbox in node().sockets.get(live.conversation_id, ()):
        if outbox not in live.watchers and live.audience.shown_to(outbox.user_id):
            outbox.put(live.status_frame())
            outbox.watch(live)


async def watch(*, outbox: Outbox, user_id: UUID, conversation_id: UUID, message_id: UUID, last_seq: int) -> None:
    """Send `outbox` what it missed of a reply, and what is still to come.

    NotFound when there is no such reply, and for who does not take part (any more).
    """
    await require_reader(user_id=user_id, conversation_id=conversation_id)
    live = await running_turn(conversation_id)
    if live is not None and live.message_id == message_id and not live.ended.is_set():
        if not live.audience.shown_to(user_id):
            raise NotFound
        # A followed turn may not have caught up with what the client saw; it is skipped as it comes.
        outbox.put(live.status_frame())
        if 0 < last_seq <= live.taken_back:
            outbox.put(live.withdrawal)
        outbox.watch(live, last_seq)
        return
    row = await fetch_one(ENDED, [conversation_id, message_id])
    if row is None or not audience_of(row).shown_to(user_id):
        raise NotFound
    text = _cipher(row).open(row.body, Place("message", message_id)) if row.body else ""
    outbox.put(
        protocol.encode(
            protocol.AiEnd(
                message_id=message_id,
                turn_id=row.turn_id,
                seq=last_seq,
                full_content=text,
                status="interrupted" if row.status == "running" else row.status,
                usage=protocol.Usage(**row.usage) if row.usage else None,
            )
        )
    )


def _cipher(row: Any) -> Cipher:
    return cipher_of(row.key_id, row.owner_id, row.kek_id, row.wrapped)
