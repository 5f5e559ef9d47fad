"""Turns whose process died: settled as interrupted, keeping what their stream holds."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.utils.timezone import now

from accounts import scripts
from accounts.age import for_policy, most_careful
from accounts.encryption import Cipher
from accounts.errors import ContentLost, Sealed
from accounts.limits import Place, give_back
from accounts.models import Operation
from accounts.spending.calls import Call, Spent
from accounts.spending.spend import count
from chat import metrics, protocol
from chat.ciphers import cipher_of
from chat.database import LOST, close_pool, fetch_all, fetch_one
from chat.live import redis, shelves, stream
from chat.live.node import node
from chat.live.tail import FollowedTurn
from chat.scene import audience_of
from chat.selectors.concerned import whose_branch_went
from chat.services.news import tell_those
from chat.services.turns.answer import go_on
from chat.services.turns.judging import judge_beside
from chat.services.turns.lines import tell_stored
from chat.services.turns.outcome import announce_stored
from chat.services.turns.room_next import due_rooms
from chat.services.turns.settle import Reply, settle
from chat.services.turns.watch import running_turn, watch_from_here
from chat.services.turns.withdrawing import instead_of, language_of
from inference.base import Usage
from inference.tokens import estimate

log = structlog.get_logger(__name__)

ELSEWHERE = "select id, process, conversation_id, started_at from chat_turn where status = 'running'"
ORPHAN = """
select t.id, t.conversation_id, t.reply_id, t.parent_id, t.head_before_id, t.character_id, t.speaker, t.model,
    k.id as key_id, k.kek_id, k.wrapped, c.owner_id, c.sealed_at is not null as sealed,
    ok.id as owner_key, ok.kek_id as owner_kek, ok.wrapped as owner_wrapped, t.heard_by, t.seen_by,
    exists(select 1 from chat_room r where r.conversation_id = c.id) as in_room, t.started_by_id, u.plan_id,
    (select rating from characters_character where id = t.character_id) as rating, pl.turns_at_once, array(
        select a.age from accounts_user a where a.id = t.started_by_id or a.id in (
            select p.user_id from chat_participant p where p.conversation_id = c.id and p.left_at is null
        )
    ) as ages
from chat_turn t left join accounts_user u on u.id = t.started_by_id left join accounts_plan pl on pl.code = u.plan_id
join chat_conversation c on c.id = t.conversation_id join accounts_datakey k on k.id = c.key_id
join accounts_datakey ok on ok.owner_id = c.owner_id and ok.purpose = 'user' and ok.destroyed_at is null
where t.id = %s and t.status = 'running' order by ok.id limit 1
"""
ASKED = "select client_id from chat_submission where conversation_id = %s and turn_id = %s"


HINT_SECONDS = 1  # longest that a hint is waited for
HEADS = """
select c.id, c.head_id, exists(select 1 from chat_room r where r.conversation_id = c.id) as room
from chat_conversation c where c.id = any(%s) and c.updated_at < %s
"""


async def tick() -> None:
    """One round of every process: settle orphans, catch up with what happened elsewhere and nobody was told of."""
    try:
        running = await _running_elsewhere()
        await _follow_for_our_sockets(running)
        await _settle_orphans(running)
        await _close_ended()
        await _go_on_in_rooms()
        await _look_where_heads_moved()
    except (*LOST, *redis.AWAY) as error:
        log.warning("sweep_skipped", error=type(error).__name__)


async def sweep_once() -> int:
    """`sweep_orphans` in an event loop of its own, which leaves nothing open."""
    try:
        return await sweep_orphans()
    finally:
        await shelves.close()
        await redis.close()
        await scripts.aclose()
        await close_pool()


async def sweep_orphans() -> int:
    """The same for a process without sockets (Celery). A lease must be missing twice, a lease's time apart."""
    if not await _orphans(await _running_elsewhere()):
        return 0
    await asyncio.sleep(settings.LEASE_SECONDS)
    orphans = await _orphans(await _running_elsewhere())
    await _settle_each(orphans)
    return len(orphans)


async def _running_elsewhere() -> list[Any]:
    here = node()
    running = await fetch_all(ELSEWHERE)
    ours = {turn.turn_id for turn in here.owned() if turn.task is None or not turn.task.done()}
    return [row for row in running if row.id not in ours]


async def _follow_for_our_sockets(running: list[Any]) -> None:
    # A hint may have been lost while Redis was away; that of a turn of the last moment may still be on its way.
    here, before = node(), now() - timedelta(seconds=HINT_SECONDS)
    for row in running:
        if row.conversation_id not in here.sockets or row.conversation_id in here.running:
            continue
        if row.started_at > before:
            continue
        if (live := await running_turn(row.conversation_id)) is not None:
            news = live.kind == "chat" and here.heads.get(row.conversation_id) != live.parent_id
            if news:
                await tell_stored(row.conversation_id, live.parent_id)
            watch_from_here(live)


async def _look_where_heads_moved() -> None:
    """Hints are kept for nobody: pages whose conversation moved on without a word look at it again."""
    here = node()
    if not here.sockets:
        return
    since = now() - timedelta(seconds=HINT_SECONDS)
    for conversation_id, head, is_room in await fetch_all(HEADS, [list(here.sockets), since]):
        if conversation_id not in here.sockets or conversation_id in here.running:
            continue
        before = here.heads.setdefault(conversation_id, head)
        if before == head:
            continue
        here.heads[conversation_id] = head
        if is_room:  # it may be a whisper
            tell_those(conversation_id, "head", await whose_branch_went(conversation_id, before))
        else:
            frame = protocol.Changed(kind="head", ids=[head] if head else [])
            here.tell(conversation_id, protocol.encode(frame))


async def _settle_orphans(running: list[Any]) -> None:
    if not node().trusts_leases():
        return
    await _settle_each(await _orphans(running))


async def _settle_each(turn_ids: list[UUID]) -> None:
    """One that cannot be settled, because its key is gone say, must not keep the others waiting."""
    for turn_id in turn_ids:
        try:
            await settle_orphan(turn_id)
        except LOST:
            raise
        except redis.AWAY:
            if not settings.REDIS_CLUSTER_URL:
                raise
            log.warning("orphan_out_of_reach", turn=str(turn_id))  # other shelves of the cluster are not away
        except Exception:
            log.exception("orphan_not_settled", turn=str(turn_id))


async def _orphans(running: list[Any]) -> list[UUID]:
    """Turns whose process holds no lease. A turn of our own that we do not run is one too."""
    if not running:
        return []
    here = node()
    # A turn of the last moments may be stored and not begun yet.
    before = now() - timedelta(seconds=settings.LEASE_SECONDS / 2)
    holders = [here.id, *(row.process for row in running)]
    own, *leases = await redis.client().mget([redis.lease_key(process) for process in holders])
    if own is None and here.redis_since is not None:
        # Redis forgot ours, so it may have forgotten everybody's: count again from now.
        here.doubt_leases()
        return []
    return [
        row.id
        for row, lease in zip(running, leases, strict=True)
        if (lease is None or row.process == here.id) and row.started_at < before
    ]


async def settle_orphan(turn_id: UUID) -> None:
    """Keep what the dead process had said. Several processes may try; the turn's row lets one through.

    Of a sealed talk it is kept only where the talk is open: elsewhere nobody can read it, and it is lost, as is what a
    destroyed key had sealed.
    """
    row = await fetch_one(ORPHAN, [turn_id])
    if row is None:
        return
    cipher = _cipher(row)
    owner_cipher = cipher_of(row.owner_key, row.owner_id, row.owner_kek, row.owner_wrapped)
    pieces = await stream.read_pieces(turn_id, cipher) if cipher else []
    text = "".join(pieces)
    age, surface = for_policy(most_careful(row.ages)), "room" if row.in_room else "chat"
    judge = judge_beside(rating=row.rating or "general", age=age, surface=surface)
    decision = await judge.whole(text)
    judge.tell(decision, text, message_id=row.reply_id, conversation_id=row.conversation_id, cipher=cipher)
    call = Call(Operation.REPLY, row.started_by_id, row.plan_id or "", row.character_id, id=row.id)
    # What it was asked died with the process; what it said is counted.
    usage = Usage(0, estimate(text), estimated=True)
    reply = Reply(
        turn_id=row.id,
        conversation_id=row.conversation_id,
        reply_id=row.reply_id,
        parent_id=row.parent_id,
        head_before_id=row.head_before_id,
        character_id=row.character_id,
        speaker=row.speaker,
        text=decision.text if decision.passes else instead_of(row.speaker, language_of(text)),
        status="interrupted" if decision.passes else "withdrawn",
        model=row.model,
        error="process_died",
        in_room=row.in_room,
        audience=audience_of(row),
        spent=(Spent(call, row.model, usage),) if text else (),
    )
    if await settle(reply, cipher=cipher, index_secret=None if row.sealed else owner_cipher.index_secret):
        await count(call, *reply.spent)
        await _give_back(row)
        metrics.taken_over.inc()
        log.info("orphan_settled", turn=str(turn_id), pieces=len(pieces))


def _cipher(row: Any) -> Cipher | None:
    try:
        return cipher_of(row.key_id, row.owner_id, row.kek_id, row.wrapped)
    except (Sealed, ContentLost):
        return None


async def _give_back(row: Any) -> None:
    """The place that the dead process held among the replies of whoever asked."""
    if row.started_by_id is None or row.turns_at_once is None:
        return
    asked = await fetch_one(ASKED, [row.conversation_id, row.id])
    if asked is not None:
        await give_back(Place(row.started_by_id, asked.client_id, row.turns_at_once))


async def announce_finished() -> None:
    """For as long as the process lives: pass on the ends that the tail has read."""
    here = node()
    while True:
        live = await here.tail.finished.get()
        try:
            await announce_stored(live)
        except Exception:
            log.exception("end_not_announced", turn=str(live.turn_id))  # the next tick tries again


async def _go_on_in_rooms() -> None:
    """Rooms where a turn was settled and nobody looked who speaks next: whoever settled it died, or has no sockets."""
    if node().draining:
        return
    for conversation_id in await due_rooms():
        await go_on(conversation_id)


async def _close_ended() -> None:
    """Turns followed from here whose last entry never came."""
    here = node()
    for live in list(here.running.values()):
        if isinstance(live, FollowedTurn) and await announce_stored(live):
            here.tail.drop(live)
