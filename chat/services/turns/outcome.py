"""Telling sockets how a turn ended when this process did not end it itself: the stored message is the truth."""

from typing import Any

from accounts.encryption import Place
from accounts.errors import ContentLost
from chat import protocol
from chat.database import fetch_one
from chat.live.node import node
from chat.live.stream import OwnedTurn
from chat.live.tail import FollowedTurn

OUTCOME = """
select t.status, t.usage, m.body from chat_turn t left join chat_message m on m.id = t.reply_id where t.id = %s
"""


async def announce_stored(live: OwnedTurn | FollowedTurn) -> bool:
    """Send `ai_end` from what is stored. False while the turn still runs."""
    row = await fetch_one(OUTCOME, [live.turn_id])
    if row is not None and row.status == "running":
        return False
    status: protocol.Outcome = row.status if row is not None else "interrupted"
    frame = protocol.AiEnd(
        message_id=live.message_id,
        turn_id=live.turn_id,
        seq=live.seq,
        full_content=(text := _text(live, row)),
        status=status,
        usage=protocol.Usage(**row.usage) if row is not None and row.usage else None,
    )
    if isinstance(live, OwnedTurn):
        live.outcome = status
    node().finish(live, protocol.encode(frame), spoken=bool(text))
    return True


def _text(live: OwnedTurn | FollowedTurn, row: Any) -> str:
    if row is None or row.body is None:
        return ""
    try:
        return live.cipher.open(row.body, Place("message", live.message_id))
    except ContentLost:
        return ""
