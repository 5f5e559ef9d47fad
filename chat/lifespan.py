"""What the chat needs when a server process starts, and what it owes when it stops."""

import asyncio

import structlog
from asgiref.sync import sync_to_async
from django.conf import settings

from accounts import scripts
from accounts.limits import load
from accounts.spending import spend
from chat import database
from chat.live import redis, shelves
from chat.live.node import node
from chat.live.sockets import sockets
from chat.protocol import Changed, encode
from chat.services.doors import watch_doors
from chat.services.rooms.presence import seats_here
from chat.services.temporary import stay_open
from chat.services.turns import sweep
from chat.services.turns.hear import hear
from inference import calibration, snapshot
from inference.emotion.reading import warm
from inference.registry import aclose_all
from moderation.in_force import chain
from voice.hearing.door import stop_audio_worker

log = structlog.get_logger(__name__)


async def startup() -> None:
    await database.pool()
    await snapshot.look()
    await spend.know_what_runs()
    if settings.FILTERS:
        await sync_to_async(chain)()  # half a second, which the first reply would take from everybody
    await sync_to_async(warm)()
    here = node()
    await here.start(hear=hear, tick=_tick, redis_is_back=_refresh_everybody)
    here.spawn(sweep.announce_finished(), "finished")
    here.spawn(watch_doors(), "doors")
    here.spawn(load.here.watch(), "load")
    here.spawn(seats_here().renew(), "seats")
    here.spawn(_keep_open(), "temporary talks")
    here.spawn(snapshot.watch(), "snapshots")
    here.spawn(calibration.watch(), "calibration")
    log.info("node_started", node=str(here.id))


async def shutdown() -> None:
    """Let running turns finish for DRAIN_SECONDS, then keep what they said as interrupted."""
    here = node()
    here.draining = True
    turns = {turn.task: turn for turn in here.owned() if turn.task is not None}
    if turns:
        log.info("draining", turns=len(turns))
        _, late = await asyncio.wait(turns, timeout=settings.DRAIN_SECONDS)
        for task in late:
            if not turns[task].settling:
                task.cancel()
        if late:
            await asyncio.wait(late, timeout=5)
    await here.stop()
    await shelves.close()
    await redis.close()
    await scripts.aclose()
    await database.close_pool()
    await aclose_all()
    await stop_audio_worker()


async def _keep_open() -> None:
    """A temporary talk lasts for as long as somebody has it open."""
    while True:
        await asyncio.sleep(min(60, settings.TEMPORARY_SECONDS / 4))
        try:
            await stay_open(list(node().sockets))
        except database.LOST as error:
            log.warning("temporary_talks_not_kept_open", error=type(error).__name__)


async def _tick() -> None:
    await sockets.close_lost()
    await sweep.tick()


def _refresh_everybody() -> None:
    """Redis was away: hints were lost, so every page looks again at its conversation."""
    here = node()
    for conversation_id in list(here.sockets):
        here.tell(conversation_id, encode(Changed(kind="head", ids=[])))
