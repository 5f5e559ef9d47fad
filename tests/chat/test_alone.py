"""A process that is alone tells nobody what happens in its talks; one that is not, tells."""

import asyncio
from typing import Any

import pytest
from django.conf import settings
from redis import Redis

from accounts.ids import uuid7
from chat.live import redis
from chat.live.node import Node
from tests.chat.stage import eventually, in_database

LONG = settings.LEASE_SECONDS * 3 + 10


class Ear:
    """A process, and what it heard."""

    def __init__(self) -> None:
        self.node, self.heard = Node(), list[dict[str, Any]]()

    async def start(self) -> None:
        async def hear(hint: dict[str, Any]) -> None:
            self.heard.append(hint)

        async def tick() -> None: ...

        await self.node.start(hear=hear, tick=tick, redis_is_back=lambda: None)

    async def is_alone(self) -> bool:
        return self.node.alone

    async def is_not_alone(self) -> bool:
        return not self.node.alone

    async def has_heard(self) -> list[dict[str, Any]]:
        return self.heard


@pytest.fixture(autouse=True)
def _a_redis_of_our_own(settings):
    """The servers of other tests have leases too."""
    settings.REDIS_URL = settings.REDIS_URL.rpartition("/")[0] + "/5"


async def test_a_process_is_alone_until_another_one_comes():
    first, second, talk = Ear(), Ear(), uuid7()
    await first.start()
    try:
        assert not first.node.alone  # before it knows
        await eventually(first.is_alone, LONG)
        await second.start()
        try:
            await eventually(first.is_not_alone)
            second.node.sockets[talk].add(object())  # type: ignore[arg-type]
            await second.node._hear_of(talk)
            first.node.hint(talk, kind="message", message="m", turn="t")
            [hint] = await eventually(second.has_heard)
            assert hint["conversation"] == talk.hex
            assert second.heard == [hint]  # greetings are the node's own business
        finally:
            await second.node.stop()
        await eventually(first.is_alone, LONG)
        sent = asyncio.all_tasks()
        first.node.hint(talk, kind="message", message="m", turn="t")
        assert asyncio.all_tasks() == sent
        await in_database(lambda: Redis.from_url(settings.REDIS_URL).flushdb())
        await eventually(first.is_not_alone, LONG)
    finally:
        await first.node.stop()
        await redis.close()
