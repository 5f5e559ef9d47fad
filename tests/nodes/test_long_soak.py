"""L5: a hundred people talk for two hours on two nodes and drop off at random. By name:

    LONG_SOAK_SECONDS=7200 make test-long ARGS="-n 0 -s tests/nodes/test_long_soak.py"

Who has said enough goes, and somebody else comes: what a process keeps of people (recall, ten minutes of it) is of as
many at any time. Nothing that was acknowledged is lost; memory and connections are flat once twenty minutes have
passed. A shorter run, which is judged from a third of its time on, still sees that fill up.
"""

import asyncio
import json
import os
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection

from tests.chat.checks import assert_no_failure, assert_settled, resident
from tests.chat.stage import Stage, in_database, script
from tests.nodes.site import Site
from tests.nodes.visitor import Visitor, assert_kept

SECONDS = float(os.environ.get("LONG_SOAK_SECONDS", 7_200))
PEOPLE, AT_ONCE = 100, 10
PIECES = 120
MODEL, WHOLE = f"script-{PIECES}-tps8", script(PIECES)
STAY = 20  # lines that somebody says before they go
DROPS_EVERY = 90.0  # seconds, on the average, of each person
WARM_UP = min(1_200.0, SECONDS / 3)
SLOPE = 5.0  # MiB an hour that a node may grow by
NOISE = 8.0  # MiB by which memory goes up and down, which is much of a short run
MB = 1024 * 1024

pytestmark = [pytest.mark.long, pytest.mark.timeout(SECONDS * 1.2 + 900)]


@dataclass
class Seen:
    """One look at everything, once in ten seconds."""

    at: list[float] = field(default_factory=list)
    resident: dict[int, list[int]] = field(default_factory=dict)  # bytes, by port
    database: list[int] = field(default_factory=list)  # connections
    redis: list[int] = field(default_factory=list)

    def since(self, moment: float) -> slice:
        return slice(next(number for number, at in enumerate(self.at) if at >= moment), None)


@pytest.fixture
def site(start_site: Callable[..., Site]) -> Site:
    return start_site(nodes=2, beats=1)


async def test_a_hundred_people_talk_and_drop_off_for_hours(site: Site, stage: Stage) -> None:
    enough, seen, begun = asyncio.Event(), Seen(), time.monotonic()
    gate, visitors = asyncio.Semaphore(AT_ONCE), list[Visitor]()

    async def one_after_the_other() -> None:
        while not enough.is_set():
            async with gate:
                visitor = await Visitor.come(site, stage, MODEL)
            visitors.append(visitor)
            gone = asyncio.Event()
            dropping = asyncio.create_task(drop_off(visitor, gone))
            while len(visitor.lines) < STAY and not enough.is_set():
                await visitor.say(f"Line {len(visitor.lines) + 1}, and tell me more.")
            gone.set()
            await dropping
            await visitor.leave()

    async with asyncio.TaskGroup() as group:
        for _number in range(PEOPLE):
            group.create_task(one_after_the_other())
        group.create_task(watch(site, seen, enough))
        await asyncio.sleep(SECONDS)
        enough.set()
    await assert_settled(stage)
    found = await assert_kept(visitors, whole=WHOLE)
    for node in site.nodes:
        assert_no_failure(node)
    late = seen.since(begun + WARM_UP)
    hours = (SECONDS - WARM_UP) / 3_600
    slopes = {port: slope(seen.at[late], sizes[late]) / MB * 3_600 for port, sizes in seen.resident.items()}
    figures: dict[str, Any] = {
        "seconds": SECONDS,
        "people": len(visitors),
        "replies": found,
        "drops": sum(visitor.drops for visitor in visitors),
        "MiB at the end": [round(sizes[-1] / MB) for sizes in seen.resident.values()],
        "MiB an hour": [round(each, 1) for each in slopes.values()],
        "connections of the database, first and last quarter": quarters(seen.database[late]),
        "connections of Redis": quarters(seen.redis[late]),
    }
    print(json.dumps(figures))
    assert set(found) == {"complete"}, figures
    assert all(each * hours < max(SLOPE * hours, NOISE) for each in slopes.values()), figures
    for counts in (seen.database[late], seen.redis[late]):
        first, last = quarters(counts)
        assert last <= first * 1.1 + 2, figures


async def drop_off(visitor: Visitor, gone: asyncio.Event) -> None:
    """The net is gone, at a random moment: no goodbye to the server."""
    while not gone.is_set():
        try:
            async with asyncio.timeout(random.expovariate(1 / DROPS_EVERY)):
                await gone.wait()
        except TimeoutError:
            if visitor.page is not None:
                visitor.page.cut()


async def watch(site: Site, seen: Seen, enough: asyncio.Event) -> None:
    line = redis.Redis.from_url(settings.REDIS_URL)
    while not enough.is_set():
        seen.at.append(time.monotonic())
        for node in site.nodes:
            seen.resident.setdefault(node.port, []).append(await asyncio.to_thread(resident, node))
        seen.database.append(await in_database(connections_of_the_database))
        seen.redis.append(int((await asyncio.to_thread(line.info, "clients"))["connected_clients"]))
        try:
            async with asyncio.timeout(10):
                await enough.wait()
        except TimeoutError:
            pass


def connections_of_the_database() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_stat_activity where datname = current_database()")
        return int(cursor.fetchone()[0])


def quarters(values: list[int]) -> tuple[float, float]:
    part = max(1, len(values) // 4)
    return statistics.median(values[:part]), statistics.median(values[-part:])


def slope(moments: list[float], values: list[int]) -> float:
    """Of the straight line through them, by least squares: how much a second."""
    return statistics.linear_regression(moments, values).slope
