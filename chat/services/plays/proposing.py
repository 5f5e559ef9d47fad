"""After a reply the model may say which of the scene's proposals it brought about: by name, held to those that are open
by a schema and again by the rules. What comes when the play has gone on does not count.
"""

from collections.abc import Sequence
from typing import Any

import structlog

from accounts.errors import ProductError
from accounts.models import Operation
from accounts.spending.calls import Call
from accounts.spending.spend import asking
from chat import protocol
from chat.database import LOST
from chat.database import cursor as open_cursor
from chat.live.node import node
from chat.plays.staged import Staged
from chat.prompts import Said
from chat.services.plays.entries import Event, write_entry
from chat.services.plays.standing import PLAY_AT_LEAF, play_at
from chat.services.turns.order import Order
from inference import live
from inference.base import ChatRequest, Line, ModelError
from inference.registry import served_as
from memory.extraction.model import json_in
from stories.rules.proposals import answer_schema, told_proposals
from stories.telling import brief

log = structlog.get_logger(__name__)

HAPPENED = "chat.happened"
LINES = 3  # of the talk, beside the reply
MAX_TOKENS = 120
HEAD = "select head_id from chat_conversation where id = %s for update"
PLAY = f"select {PLAY_AT_LEAF} from chat_play play where play.conversation_id = %(conversation)s"  # noqa: S608


async def propose_after(order: Order, *, model: str, heard: Sequence[Said], said: str) -> None:
    """Of `order`'s reply, which is settled. Nobody waits for it, and nothing is lost where it fails."""
    play = order.scene.play if order.scene is not None else None
    if play is None or not said or not told_proposals(play.book, play.state, play.language):
        return
    lines = [*((each.speaker, each.text) for each in heard[-LINES:]), (order.speaker, said)]
    try:
        names = await _asked(order, play, model, "\n".join(f"{who}: {text}" for who, text in lines))
        event = await _stored(order, names) if names else None
    except (ModelError, ProductError) as error:
        log.warning("nothing_proposed", turn=str(order.live.turn_id), code=error.code)
        return
    except LOST as error:
        log.warning("proposal_lost", turn=str(order.live.turn_id), error=type(error).__name__)
        return
    if event is not None:
        conversation_id = order.live.conversation_id
        node().tell(conversation_id, protocol.encode(event.frame))
        node().hint(conversation_id, kind="event", seq=event.seq)


async def _asked(order: Order, play: Staged, model: str, lines: str) -> list[str]:
    template = live.template(HAPPENED, language=play.language, model=served_as(model, order.plan))
    means = "\n".join(f"- {name}: {words}" for name, words in told_proposals(play.book, play.state, play.language))
    scene = brief(play.book, play.state, play.language).scene
    values = template.checked({"scene": scene, "proposals": means, "lines": lines})
    request = ChatRequest(
        model=model,
        lines=tuple(
            Line(block.role, text) for block in (*template.prefix, *template.tail) if (text := block.render(values))
        ),
        temperature=0.0,
        max_tokens=MAX_TOKENS,
        schema=answer_schema(play.book, play.state),
        plan=order.plan,
    )
    call = Call(Operation.REPLY, order.user_id, order.plan, order.live.character_id, order.key_id)
    said: list[str] = []
    async with asking(call, request) as pieces:
        async for piece in pieces:
            said.append(piece)
    answer: Any = (json_in("".join(said)) or {}).get("happened")
    return [name for name in answer if isinstance(name, str)] if isinstance(answer, list) else []


async def _stored(order: Order, names: Sequence[str]) -> Event | None:
    """None where the talk has gone on meanwhile, and where the rules let none of it happen."""
    conversation_id, reply = order.live.conversation_id, order.live.message_id
    async with open_cursor() as cursor, cursor.connection.transaction():
        await cursor.execute(HEAD, [conversation_id])
        talk = await cursor.fetchone()
        if talk is None or talk.head_id != reply:
            return None
        # Read once the conversation is held: nobody writes an entry meanwhile.
        await cursor.execute(PLAY, {"conversation": conversation_id, "leaf": reply})
        play = await play_at(cursor, conversation_id, await cursor.fetchone(), reply)
        assert play is not None
        happened = play.propose(names)
        # A reply that was judged twice: one entry is all that hangs on a message.
        if not happened.entry.events or play.at == reply:
            return None
        players = order.scene.players if order.scene is not None else ()
        return await write_entry(cursor, conversation_id, happened.hung_on(reply), players=players)
