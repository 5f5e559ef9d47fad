"""Sockets whose visit is over are closed: the session or the key ended (4401), or the person left the talk (4410).

Nothing is asked for the sake of a frame. Every LOOK_SECONDS a process looks up all its sockets, some at once;
of a logout or a reset password every process is told at once, so that it need not wait for its next look.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import structlog

from accounts.limits import Pace, Pool
from accounts.open_answers import cancel_under
from accounts.visits import ENDED_SQL, Visit, ended_columns, session_mark
from chat.database import LOST, fetch_all, fetch_one
from chat.live.node import node
from chat.live.sockets import OpenSocket, sockets
from chat.protocol import Close

log = structlog.get_logger(__name__)
LOOK_SECONDS = 3
AT_ONCE = 200
HINT_SECONDS = 1

PACE = """
select p.burst, p.per_minute, p.per_hour, p.key_per_hour, p.turns_at_once, p.yields,
    o.id as pool_id, o.requests_per_hour as pooled
from accounts_user u join accounts_plan p on p.code = u.plan_id
left join accounts_membership m on m.user_id = u.id
left join accounts_organisation o on o.id = m.organisation_id and o.requests_per_hour is not null
where u.id = %s
"""
LEFT = """
select v.user_id, v.conversation_id from unnest(%(users)s::uuid[], %(talks)s::uuid[]) as v (user_id, conversation_id)
where not exists (
    select from chat_participant p
    where p.conversation_id = v.conversation_id and p.user_id = v.user_id and p.left_at is null
)
"""


async def watch_doors() -> None:
    """For as long as the process lives."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            await close_ended(sockets.open())
        except LOST as error:
            log.warning("doors_not_watched", error=type(error).__name__)


async def visit_ended(user_id: UUID, *, session_key: str = "") -> None:
    """Somebody logged out of this session, or all of theirs are over: tell it here and in every other process."""
    mark = session_mark(session_key) if session_key else ""
    await close_visits(user_id, mark)
    try:
        hint = node().hint_everybody(kind="visit", user=user_id.hex, session=mark)
        await asyncio.wait_for(hint, HINT_SECONDS)
    except TimeoutError:
        log.warning("hint_not_sent", error="TimeoutError")


async def key_ended(user_id: UUID, key_id: UUID, *, revoked: bool) -> None:
    """A key opens nothing any more, or its old secret does not: end what is open under it, here and elsewhere."""
    await end_under(user_id, key_id, revoked=revoked)
    try:
        hint = node().hint_everybody(kind="key", user=user_id.hex, key=key_id.hex, revoked=revoked)
        await asyncio.wait_for(hint, HINT_SECONDS)
    except TimeoutError:
        log.warning("hint_not_sent", error="TimeoutError")


async def end_under(user_id: UUID, key_id: UUID, *, revoked: bool) -> None:
    """In this process: sockets and listeners whose visit is over, and answers that are still being written."""
    ended = cancel_under(key_id, revoked=revoked)
    if ended:
        log.info("answers_ended", answers=ended)
    await close_ended(sockets.open(user_id))


async def pace_changed(user_id: UUID) -> None:
    """Somebody has another plan: their open sockets learn of it, here and elsewhere."""
    await set_pace(user_id)
    try:
        await asyncio.wait_for(node().hint_everybody(kind="pace", user=user_id.hex), HINT_SECONDS)
    except TimeoutError:
        log.warning("hint_not_sent", error="TimeoutError")


async def set_pace(user_id: UUID) -> None:
    here = sockets.open(user_id)
    if here and (plan := await fetch_one(PACE, [user_id])) is not None:
        for socket in here:
            socket.set_pace(Pace.of(plan, Pool(plan.pool_id, plan.pooled) if plan.pool_id else None))


async def close_visits(user_id: UUID, mark: str) -> None:
    """The sockets of this session, and those of the same person whose visit is over."""
    theirs = sockets.open(user_id)
    named = [socket for socket in theirs if mark and session_mark(socket.visit.session) == mark]
    await _close(named, Close.NOT_SIGNED_IN)
    await close_ended([socket for socket in theirs if socket not in named])


async def close_ended(those: Sequence[OpenSocket]) -> None:
    """Look up whether they may stay."""
    for start in range(0, len(those), AT_ONCE):
        some = those[start : start + AT_ONCE]
        ended = await _ended_visits(some)
        await _close([socket for socket in some if socket.visit in ended], Close.NOT_SIGNED_IN)
        stayed = [socket for socket in some if socket.visit not in ended]
        left = await _people_who_left(stayed)
        await _close([socket for socket in stayed if (socket.user_id, socket.conversation_id) in left], Close.REMOVED)


async def _ended_visits(some: Sequence[OpenSocket]) -> set[Visit]:
    visits = list({socket.visit for socket in some})
    return {visits[row.number - 1] for row in await fetch_all(ENDED_SQL, ended_columns(visits))}


async def _people_who_left(some: Sequence[OpenSocket]) -> set[tuple[UUID, UUID]]:
    columns = {
        "users": [socket.user_id for socket in some],
        "talks": [socket.conversation_id for socket in some],
    }
    return {(row.user_id, row.conversation_id) for row in await fetch_all(LEFT, columns)}


async def _close(those: Sequence[OpenSocket], code: int) -> None:
    for socket in those:
        await socket.close(code)
    if those:
        log.info("visits_ended", sockets=len(those), code=code)
