"""Hints from other processes: something happened to a conversation that has sockets, or a turn, here."""

from typing import Any
from uuid import UUID

from chat import protocol
from chat.live.node import node
from chat.live.stream import OwnedTurn
from chat.selectors import stored_body
from chat.services.turns.stop import stop_here
from chat.services.turns.watch import running_turn, watch_from_here


async def hear(hint: dict[str, Any]) -> None:
    """`kind` is stop (a turn of this process), frame (pass it on), message (a line was said) or turn (one began)."""
    here, conversation_id = node(), UUID(hint["conversation"])
    match hint["kind"]:
        case "stop":
            live = here.running.get(conversation_id)
            if isinstance(live, OwnedTurn) and live.turn_id.hex == hint["turn"]:
                stop_here(live, UUID(hint["user"]))
            return
        case "frame":
            here.tell(conversation_id, hint["frame"])
            return
        case "message":
            body = await stored_body(conversation_id, UUID(hint["message"]))
            if body is not None:
                here.tell(conversation_id, protocol.encode(protocol.Message(message=body)))
    if (turn := await running_turn(conversation_id)) is not None:
        watch_from_here(turn)
