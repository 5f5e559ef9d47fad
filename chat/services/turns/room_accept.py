"""What is said in a room, under the conversation's lock: stored at once, whether somebody is speaking or not."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from psycopg import AsyncCursor

from accounts.blindindex import terms
from accounts.encryption import Place as Sealed
from accounts.errors import Busy, Forbidden, Invalid, NotFound
from chat.database import array_of, at_once
from chat.database import cursor as open_cursor
from chat.plays.staged import Happened
from chat.protocol import TurnKind
from chat.scene import Audience, audience_of, both
from chat.services.plays.entries import entry_values, event_of
from chat.services.plays.standing import deed_in
from chat.services.rooms.scene import Scene, read_scene
from chat.services.turns.accept import (
    Accepted,
    above,
    carries_on,
    decided_by_constraints,
    judged_hint,
    opened,
    spend,
    stored_before,
    target_of,
)
from chat.services.turns.feelings import sealed_feeling
from chat.services.turns.judging import judge_line
from chat.services.turns.order import Order
from chat.services.turns.room_look import Place, RoomLook, admitted
from chat.services.turns.room_order import line_id, order_in_room, reply_id, turn_values
from chat.services.turns.room_path import Step, audience_of_reply, read_path, who_answers
from chat.services.turns.settle import listed
from chat.services.turns.standing import Standing, read_standing
from chat.services.turns.statements import ASK_AGAIN, store_line


async def accept_in_room(
    *,
    user_id: UUID,
    conversation_id: UUID,
    content: str,
    client_id: UUID,
    parent_id: UUID | None = None,
    instead_of: UUID | None = None,
    audience: Sequence[UUID] = (),
) -> Accepted:
    """Store a line; while a turn runs it waits, and is answered next. `audience` makes it a whisper.

    Raises NotFound, Restricted, Muted, AllowanceUsedUp, Invalid (somebody who is not here), NotAllowed; Busy for
    another branch while a turn runs.
    """

    async def work() -> Accepted:
        async with open_cursor() as cursor, at_once(cursor.connection):
            look = RoomLook(cursor, user_id, conversation_id, client_id)
            await look.ask()
            standing = await look.standing()
            if standing.row.known:
                return stored_before(standing)
            place = await look.place(parent_id, instead_of)
            scene, given = place.scene, place.given
            to = scene.whisper(user_id, audience) if audience else scene.aloud()
            decision = await judge_line(standing, content, scene=scene)
            aloud = not audience and (given is None or given.seen_by is None)
            happened = deed_in(scene, decision.text) if aloud else None
            line = await store_in_room(cursor, look, place, decision.text, given or to, client_id, happened=happened)
            return replace(line, decision=decision)

    return await decided_by_constraints(work)


async def standing_in_room(cursor: AsyncCursor[Any], user_id: UUID, conversation_id: UUID, client_id: UUID) -> Standing:
    return admitted(await read_standing(cursor, user_id=user_id, conversation_id=conversation_id, client_id=client_id))


async def store_in_room(
    cursor: AsyncCursor[Any],
    look: RoomLook,
    place: Place,
    content: str,
    to: Audience,
    client_id: UUID,
    *,
    happened: Happened | None = None,
    own_words: bool = True,
) -> Accepted:
    """With what happened at this line in a story, if anything did; whoever is present then answers. It is stored when
    the transaction has ended. Words of the story's author (not `own_words`) tell nothing of what somebody feels.
    """
    standing, scene, after = look.stands, place.scene, place.after
    row, running = standing.row, look.running
    floor = max(filter(None, (after, running.reply_id if running else None)), default=None)
    speaker = scene.person(row.user_id).name
    if happened is not None:
        to = both(to, scene.at(happened.after).aloud())
    line = Step(line_id(floor), after, None, row.user_id, to, content)
    if happened is not None:
        happened = happened.hung_on(line.id)
        scene = scene.at(happened.after)
    order = None if running is not None else await _answered(cursor, standing, scene, line, place.page)
    turn_id = order.live.turn_id if order else None
    values = {
        "message": line.id,
        "conversation": row.id,
        "after": after,
        "user": row.user_id,
        "author": speaker,
        "body": standing.author_cipher.seal(content, Sealed("message", line.id)),
        "feeling": await sealed_feeling(content, standing.author_cipher, line.id, wanted=row.reads and own_words),
        "terms": array_of(terms(content, standing.index_secret) if standing.index_secret else []),
        "told_to": listed(to.heard_by),
        "shown_to": listed(to.seen_by),
        "client_id": client_id,
        "head": line.id,
        "turn": turn_id,
        "running": running.id if running else None,
        "now": now(),
    }
    if order is not None:
        values |= turn_values(standing, order)
    if happened is not None:
        values |= entry_values(happened)
    store = store_line(happened=happened is not None, answered=order is not None, waits=running is not None)
    await store.sent(cursor, values)
    event = None
    if happened is not None:
        # The conversation is held: nobody else writes an entry.
        event = await event_of(cursor, row.id, happened, seq=scene.entries + 1, by=speaker, players=scene.players)
    await spend(cursor, standing)
    told = scene.names_told(to, author=row.user_id)
    return Accepted(
        line.id, turn_id, speaker, after, order, is_new=True, in_room=True, audience=to, whispered_to=told, event=event
    )


async def _answered(
    cursor: AsyncCursor[Any], standing: Standing, scene: Scene, line: Step, page: list[Any] | None
) -> Order | None:
    if line.audience.heard_by == ():
        return None
    path = [*await read_path(cursor, standing.row.id, line.parent_id, page), line]
    actor = who_answers(scene, path)
    if actor is None:
        return None
    return order_in_room(
        standing,
        scene,
        actor=actor,
        path=path,
        audience=audience_of_reply(scene, line, actor),
        asked_by=standing.row.user_id,
    )


async def accept_again_in_room(
    *, kind: TurnKind, user_id: UUID, conversation_id: UUID, message_id: UUID, client_id: UUID, hint: str = ""
) -> Accepted:
    """As `accept_again`: another take by the same character, for the same ears; a person's line is answered (again)."""

    async def work() -> Accepted:
        async with open_cursor() as cursor, cursor.connection.transaction():
            standing = await standing_in_room(cursor, user_id, conversation_id, client_id)
            if standing.row.known:
                return stored_before(standing)
            target = await target_of(cursor, message_id, conversation_id)
            if target is None or not audience_of(target).shown_to(user_id):
                raise NotFound
            answered = target.role == "player"
            leaf = target.id if answered else await above(cursor, target)
            if leaf is None or (kind == "continue" and not carries_on(target)):
                raise Invalid(field="message_id")
            if standing.running is not None:
                raise Busy
            scene = await read_scene(cursor, conversation_id, leaf)
            path = await read_path(cursor, conversation_id, leaf)
            if not path:
                raise NotFound
            actor = who_answers(scene, path) or who_answers(scene, path, strategy="mention") if answered else None
            if not answered:
                actor = next((each for each in scene.actors if each.id == target.character_id), None)
            if actor is None:
                raise Invalid(_("Nobody on stage can answer this."), field="message_id")
            order = order_in_room(
                standing,
                scene,
                actor=actor,
                path=path,
                audience=audience_of_reply(scene, path[-1], actor) if answered else audience_of(target),
                asked_by=user_id,
                kind=kind,
                reply=reply_id(target.id),
                hint=await judged_hint(standing, hint, scene),
                begun=await opened(cursor, target) if kind == "continue" else "",
                head_before=standing.head_id,
            )
            return await _begun(cursor, standing, order, client_id)

    return await decided_by_constraints(work)


async def cue_in_room(*, user_id: UUID, conversation_id: UUID, character_id: UUID, client_id: UUID) -> Accepted:
    """Let this character speak. Raises Forbidden for who may not say so, Invalid for a character that cannot, Busy."""

    async def work() -> Accepted:
        async with open_cursor() as cursor, cursor.connection.transaction():
            standing = await standing_in_room(cursor, user_id, conversation_id, client_id)
            if standing.row.known:
                return stored_before(standing)
            if not standing.row.room:
                raise Invalid(_("This talk is no room."), field="character_id")
            scene = await read_scene(cursor, conversation_id, standing.head_id)
            if scene.person(user_id).role != "host" and not scene.players_cue:
                raise Forbidden(_("In this room the host says who speaks."))
            actor = next((each for each in scene.actors if each.id == character_id), None)
            if actor is None or not actor.may_speak:
                raise Invalid(_("This character is not on stage, or muted."), field="character_id")
            if standing.running is not None:
                raise Busy
            path = await read_path(cursor, conversation_id, standing.head_id)
            if not path:
                raise Invalid(_("Somebody has to say something first."), field="character_id")
            order = order_in_room(
                standing,
                scene,
                actor=actor,
                path=path,
                audience=audience_of_reply(scene, path[-1], actor),
                asked_by=user_id,
            )
            return await _begun(cursor, standing, order, client_id)

    return await decided_by_constraints(work)


async def _begun(cursor: AsyncCursor[Any], standing: Standing, order: Order, client_id: UUID) -> Accepted:
    values = turn_values(standing, order)
    await ASK_AGAIN.fetch_all(cursor, values | {"client_id": client_id, "message": None, "head": order.leaf})
    await spend(cursor, standing)
    return Accepted(None, order.live.turn_id, order=order, is_new=True, in_room=True, audience=order.live.audience)
