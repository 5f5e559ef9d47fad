"""Stopping a turn, wherever it runs. What was said is kept."""

from contextlib import suppress
from uuid import UUID

from accounts.errors import Unavailable
from chat.database import LOST, fetch_one
from chat.live.node import node
from chat.live.stream import OwnedTurn
from chat.scene import audience_of
from chat.services.presence import require_player
from chat.services.turns.errors import NothingRuns

OWNER = "select id, process, heard_by, seen_by from chat_turn where conversation_id = %s and status = 'running'"


async def stop_turn(*, user_id: UUID, conversation_id: UUID, turn_id: UUID | None = None) -> None:
    """Raises NotFound for who does not play here (any more), NothingRuns when there is no (such) turn, Unavailable when
    its process cannot be told.
    """
    here = node()
    # Without the database a turn of this process can still be stopped: whoever opened the socket played here then.
    with suppress(*LOST):
        await require_player(user_id=user_id, conversation_id=conversation_id)
    live = here.running.get(conversation_id)
    if isinstance(live, OwnedTurn) and turn_id in (None, live.turn_id):
        if not live.audience.shown_to(user_id):
            raise NothingRuns
        stop_here(live, user_id)
        return

    row = await fetch_one(OWNER, [conversation_id])
    if row is None or turn_id not in (None, row.id) or row.process == here.id or not audience_of(row).shown_to(user_id):
        raise NothingRuns
    hint = {"kind": "stop", "conversation": conversation_id.hex, "turn": row.id.hex, "user": user_id.hex}
    if not await here.send_to(row.process, **hint):
        raise Unavailable


def stop_here(live: OwnedTurn, user_id: UUID) -> None:
    if live.settling or live.stopped_by is not None:
        return
    live.stopped_by = user_id
    if live.started and live.task is not None:
        live.task.cancel()
