"""A thousand people who only look, and two hundred who talk, on two processes. By name: `make test-long`.

`SOAK_SECONDS` says for how long; the figures are printed.
"""

import asyncio
import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from accounts.ids import uuid7
from accounts.models import User
from characters.models import Character
from chat.models import Message, Submission
from chat.prompts.steps import MOST_MESSAGES
from tests.chat.checks import assert_no_failure, assert_settled, resident
from tests.chat.client import Page, spoken
from tests.chat.grown import Talk
from tests.chat.stage import Player, Stage, in_database, mira, script
from tests.stack import Server

SECONDS = float(os.environ.get("SOAK_SECONDS", 600))
IDLE, TALKING, AT_ONCE = 1_000, 200, 20
TABS = 10  # of each idle player
PIECES = 120
MODEL = f"script-{PIECES}-tps8"  # as fast as people read
WHOLE = script(PIECES)
PING_SECONDS = 20
MB = 1024 * 1024
FLAT = 0.03  # how much of what it holds a process may grow by from the second quarter of the time to the last

pytestmark = [pytest.mark.long, pytest.mark.timeout(SECONDS + 600)]


@dataclass
class Told:
    """What the people of the test have met."""

    replies: int = 0
    pongs: int = 0
    waits: list[float] = field(default_factory=list)  # from a line to the first word
    resident: dict[int, list[int]] = field(default_factory=dict)  # by port


async def look(page: Page, told: Told, until: float) -> None:
    """A tab that nobody touches: it asks now and then whether somebody is there."""
    while time.monotonic() < until:
        mark = str(uuid7())
        await page.send("ping", t=mark)
        await page.wait_for("pong", t=mark, within=30)
        told.pongs += 1
        page.frames.clear()
        await asyncio.sleep(PING_SECONDS)


async def talk(page: Page, told: Told, until: float) -> None:
    while time.monotonic() < until:
        page.frames.clear()
        begun = time.monotonic()
        ack = await page.say("Tell me more.")
        await page.wait_for("ai_chunk", within=30)
        told.waits.append(time.monotonic() - begun)
        turn = await page.rest_of_turn(ack, 0, within=60)
        assert spoken(turn.chunks) == turn.text == WHOLE
        assert turn.end["status"] == "complete"
        told.replies += 1


async def measure(servers: list[Server], told: Told, until: float) -> None:
    while time.monotonic() < until:
        for server in servers:
            told.resident.setdefault(server.port, []).append(await asyncio.to_thread(resident, server))
        await asyncio.sleep(5)


async def test_a_thousand_look_and_two_hundred_talk(start_server: Callable[..., Server]) -> None:
    servers = await in_database(lambda: [start_server(SOCKETS_PER_PROCESS=2_000) for _number in range(2)])
    stage, told = Stage(servers[0]), Told()
    base = [await asyncio.to_thread(resident, server) for server in servers]
    people = await people_of(stage, IDLE // TABS + TALKING)
    looking, talking = people[: IDLE // TABS], people[IDLE // TABS :]
    idle = await opened(stage, [each for each in looking for _tab in range(TABS)], servers)
    full = [await asyncio.to_thread(resident, server) for server in servers]
    busy = await opened(stage, talking, servers)
    until = time.monotonic() + SECONDS
    async with asyncio.TaskGroup() as group:
        group.create_task(measure(servers, told, until))
        for page in idle:
            group.create_task(look(page, told, until))
        for page in busy:
            group.create_task(talk(page, told, until))
    await stage.close()
    await assert_settled(stage)
    for server in servers:
        assert_no_failure(server)
    growth = {port: grown(seen) for port, seen in told.resident.items()}
    waits = sorted(told.waits)
    figures: dict[str, Any] = {
        "seconds": SECONDS,
        "replies": told.replies,
        "pongs": told.pongs,
        "first word, ms, p50 p95": [round(waits[int(len(waits) * share)] * 1000) for share in (0.5, 0.95)],
        "KiB an idle socket": round((sum(full) - sum(base)) / IDLE / 1024),
        "MB at the end": [round(seen[-1] / MB) for seen in told.resident.values()],
        "growth": {port: f"{share:+.1%}" for port, share in growth.items()},
    }
    print(json.dumps(figures))
    assert told.replies > TALKING * SECONDS / 60
    assert max(growth.values()) < FLAT, figures


def grown(seen: list[int]) -> float:
    """Of the last quarter against the second one, when all have come and nothing warms up any more."""
    quarter = max(1, len(seen) // 4)
    before, after = statistics.median(seen[quarter : 2 * quarter]), statistics.median(seen[-quarter:])
    return after / before - 1


async def people_of(stage: Stage, count: int) -> list[tuple[Player, UUID]]:
    """Each in a talk that fills its window from the beginning: one that grows longer holds more with every reply."""
    character = await in_database(lambda: mira(MODEL))
    people: list[tuple[Player, UUID]] = []
    for _number in range(count):
        player = await stage.player()
        people.append((player, await in_database(partial(long_talk, stage, player.user, character))))
    return people


def long_talk(stage: Stage, owner: User, character: Character) -> UUID:
    talk = Talk(owner, character)
    talk.play_on(["Tell me more.", WHOLE] * (MOST_MESSAGES // 2))
    stage.talks.append(talk.row)
    said = Message.objects.filter(conversation=talk.id, role=Message.Role.PLAYER).values_list("pk", flat=True)
    by_socket = (Submission(user=owner, client_id=uuid7(), conversation=talk.row, message_id=line) for line in said)
    Submission.objects.bulk_create(by_socket)
    return talk.id


async def opened(stage: Stage, people: list[tuple[Player, UUID]], servers: list[Server]) -> list[Page]:
    """A socket for each, on one process and the other by turns, a few at once."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def open_one(number: int) -> Page:
        player, conversation_id = people[number]
        async with gate:
            return await stage.open(conversation_id, player, server=servers[number % len(servers)])

    return await asyncio.gather(*(open_one(number) for number in range(len(people))))
