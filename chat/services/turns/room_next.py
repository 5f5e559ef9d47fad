"""After a turn of a room: lines that were said meanwhile are answered, or a character answers another. Whoever settled
the turn looks; a process that finds a room that nobody looked after does it too.
"""

from typing import Any
from uuid import UUID, uuid4

import structlog

from accounts.errors import NotFound
from chat.database import LOST, fetch_all
from chat.database import cursor as open_cursor
from chat.live.node import node
from chat.services.rooms.scene import Scene, read_scene
from chat.services.turns.order import Order
from chat.services.turns.room_order import order_in_room, turn_values
from chat.services.turns.room_path import Step, audience_of_reply, read_path, segments, who_answers
from chat.services.turns.standing import Standing, read_standing
from chat.services.turns.statements import LOOKED, TURN

log = structlog.get_logger(__name__)

OWNER = "select owner_id from chat_conversation where id = %s and deleted_at is null"
SETTLED = "select id, parent_id, reply_id, status from chat_turn where id = %s"
DUE = """
select r.conversation_id from chat_room r
where r.due_id is not null and not exists (
    select from chat_turn t where t.conversation_id = r.conversation_id and t.status = 'running'
)
"""
FORGET = "update chat_room set due_id = null where conversation_id = %s"


async def next_order(conversation_id: UUID) -> Order | None:
    """Store the turn of whoever speaks next; None when nobody does, and when another one looked first."""
    if node().draining:
        return None  # it stays due: another process looks
    async with open_cursor() as cursor, cursor.connection.transaction():
        await cursor.execute(OWNER, [conversation_id])
        owner: Any = await cursor.fetchone()
        if owner is None:
            return None
        standing = await read_standing(
            cursor, user_id=owner.owner_id, conversation_id=conversation_id, client_id=uuid4()
        )
        scene = await read_scene(cursor, conversation_id, standing.head_id)
        if standing.running is not None or scene.due_id is None:
            return None
        await cursor.execute(LOOKED, {"conversation": conversation_id})
        await cursor.execute(SETTLED, [scene.due_id])
        settled: Any = await cursor.fetchone()
        path = await read_path(cursor, conversation_id, standing.head_id)
        return await _answer_waiting(cursor, standing, scene, path, settled)


async def _answer_waiting(
    cursor: Any, standing: Standing, scene: Scene, path: list[Step], settled: Any
) -> Order | None:
    places = {step.id: number for number, step in enumerate(path)}
    at = places.get(settled.reply_id, places.get(settled.parent_id)) if settled else None
    if at is None:
        return None  # the branch is another one by now
    waiting = path[at + 1 :]
    groups = segments(waiting)
    done = at + 1
    for number, group in enumerate(groups):
        done += len(group)
        leaf = group[-1]
        if (actor := who_answers(scene, path[:done])) is None:
            continue
        following = groups[number + 1][0].id if number + 1 < len(groups) else None
        order = order_in_room(
            standing,
            scene,
            actor=actor,
            path=path[:done],
            audience=audience_of_reply(scene, leaf, actor),
            asked_by=leaf.author_id or standing.row.user_id,
            following=following,
        )
        return await _stored(cursor, standing, order, following)
    if waiting or settled.status != "complete" or path[at].id != settled.reply_id:
        return None
    if (actor := who_answers(scene, path)) is None:
        return None
    person = next((step.author_id for step in reversed(path) if step.author_id), None)
    order = order_in_room(
        standing,
        scene,
        actor=actor,
        path=path,
        audience=audience_of_reply(scene, path[-1], actor),
        asked_by=person or standing.row.user_id,
    )
    return await _stored(cursor, standing, order)


async def _stored(cursor: Any, standing: Standing, order: Order, following: UUID | None = None) -> Order:
    await cursor.execute(TURN, turn_values(standing, order, following=following))
    return order


async def due_rooms() -> list[UUID]:
    """Rooms whose last turn nobody has looked after."""
    return [row.conversation_id for row in await fetch_all(DUE)]


async def forget_due(conversation_id: UUID) -> None:
    """What cannot be looked after is not tried for ever."""
    async with open_cursor() as cursor:
        await cursor.execute(FORGET, [conversation_id])


async def next_order_or_none(conversation_id: UUID) -> Order | None:
    """The same, for whoever cannot do anything about a failure."""
    try:
        return await next_order(conversation_id)
    except LOST as error:
        log.warning("next_speaker_waits", error=type(error).__name__)
    except NotFound:
        await forget_due(conversation_id)
    except Exception:
        log.exception("next_speaker_failed", conversation=str(conversation_id))
        await forget_due(conversation_id)
    return None
