"""Hints from other processes: something happened to a conversation that has sockets, or a turn, here."""

import asyncio
from contextlib import suppress
from typing import Any
from uuid import UUID

from chat.live.node import node
from chat.live.stream import OwnedTurn
from chat.live.tail import FollowedTurn
from chat.live.text import LiveTurn
from chat.services.doors import close_visits, end_under, set_pace
from chat.services.news import tell_those
from chat.services.plays.events import tell_event
from chat.services.rooms.presence import seats_here
from chat.services.sealing import forget_here
from chat.services.turns.lines import tell_stored
from chat.services.turns.outcome import announce_stored
from chat.services.turns.stop import stop_here
from chat.services.turns.watch import ended_turn, running_turn, watch_from_here

ABOUT_TO_END = 1  # seconds


async def hear(hint: dict[str, Any]) -> None:
    """`kind` is visit (one is over), key (it ended), pace (of another plan), stop (a turn of this process), frame or
    pass_on (tell it), changed (tell some of it), event (of a story), presence (of a room), lock (a sealed talk),
    message (a line was said) or turn (one began).
    """
    if hint["kind"] == "visit":
        return await close_visits(UUID(hint["user"]), hint["session"])
    if hint["kind"] == "pace":
        return await set_pace(UUID(hint["user"]))
    if hint["kind"] == "key":
        return await end_under(UUID(hint["user"]), UUID(hint["key"]), revoked=hint["revoked"])
    here, conversation_id = node(), UUID(hint["conversation"])
    match hint["kind"]:
        case "stop":
            live = here.running.get(conversation_id)
            if isinstance(live, OwnedTurn) and live.turn_id.hex == hint["turn"]:
                stop_here(live, UUID(hint["user"]))
            return
        case "frame":
            here.tell_changed(conversation_id, hint["frame"])
            return
        case "changed":
            told = {UUID(person): [UUID(line) for line in lines] for person, lines in hint["told"].items()}
            tell_those(conversation_id, hint["change"], told)
            return
        case "lock":
            forget_here(conversation_id, UUID(hint["key"]))
            return
        case "pass_on":  # of no consequence to where the talk stands
            here.tell(conversation_id, hint["frame"])
            return
        case "event":
            return await tell_event(conversation_id, hint["seq"])
        case "presence":
            seats_here().tell_soon(conversation_id)
            return
        case "message":
            message_id = UUID(hint["message"])
            if await tell_stored(conversation_id, message_id):
                here.told_head(conversation_id, message_id)
            if "seq" in hint:
                await tell_event(conversation_id, hint["seq"])
            if "turn" not in hint:
                return  # it waits for one to end, or is for people alone
    turn, begun = await running_turn(conversation_id), UUID(hint["turn"])
    if turn is not None and turn.turn_id != begun and await _is_over(turn):
        turn = await running_turn(conversation_id)
    if (turn is None or turn.turn_id != begun) and here.ended.get(conversation_id) != begun:
        await _tell_what_is_over(begun)
    # Another turn that began since has a hint of its own, behind that of the line it answers.
    if turn is not None and turn.turn_id == begun and not turn.ended.is_set():
        watch_from_here(turn)


async def _is_over(turn: LiveTurn) -> bool:
    """Another one began, so this one is settled, though its stream may not say so: its process died."""
    if isinstance(turn, FollowedTurn):
        over = await announce_stored(turn)
        if over:
            node().tail.drop(turn)
        return over
    with suppress(TimeoutError):  # ours: stored, and about to be told
        await asyncio.wait_for(turn.ended.wait(), ABOUT_TO_END)
    return turn.ended.is_set()


async def _tell_what_is_over(turn_id: UUID) -> None:
    """A turn that ended before its hint was heard."""
    if (turn := await ended_turn(turn_id)) is not None:
        watch_from_here(turn)
        await announce_stored(turn)
