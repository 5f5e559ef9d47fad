"""L4: one process dies, and all who were on it connect again within five seconds, at moments of their own."""

import asyncio
import random
import time
from collections.abc import Callable

from tests import numbers
from tests.chat.checks import assert_no_failure, assert_settled
from tests.chat.client import Page
from tests.chat.stage import Stage, in_database, mira
from tests.stack import Server

TABS = 10  # of each player
SPREAD, BACK_WITHIN = 5.0, 15.0


async def test_all_who_were_on_a_process_that_died_are_back_within_fifteen_seconds(
    start_server: Callable[..., Server],
) -> None:
    dies, stays = await in_database(lambda: [start_server(SOCKETS_PER_PROCESS=2_000) for _each in range(2)])
    stage, count = Stage(dies), numbers.times("sockets that come back")
    character = await in_database(lambda: mira("script-2"))
    places = []
    for _each in range(count // TABS):
        player = await stage.player()
        places += [(await stage.talk_with(player, character), player)] * TABS
    gate = asyncio.Semaphore(20)
    for opening in asyncio.as_completed([opened(stage, place, dies, gate) for place in places]):
        await opening
    await in_database(dies.kill)
    begun = time.monotonic()

    async def come_back(place: tuple, after: float) -> float:
        await asyncio.sleep(after)
        await stage.open(*place, server=stays)
        return time.monotonic() - begun

    moments = await asyncio.gather(*(come_back(place, random.uniform(0, SPREAD)) for place in places))
    assert max(moments) < BACK_WITHIN, f"the last one after {max(moments):.1f} s"
    turn = await stage.pages[-1].turn("Are you there?", within=30)
    assert turn.end["status"] == "complete"
    await stage.close()
    await assert_settled(stage)
    assert_no_failure(stays)


async def opened(stage: Stage, place: tuple, server: Server, gate: asyncio.Semaphore) -> Page:
    async with gate:
        return await stage.open(*place, server=server)
