"""The line to Redis of the live parts: no command waits for ever, and no cancellation is lost on it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from accounts.ids import uuid7
from chat.live import redis
from chat.live.stream import forget


@pytest_asyncio.fixture
async def mute(settings: Any) -> AsyncIterator[asyncio.Event]:
    """A Redis that takes what it is sent and never answers; set once something has come."""
    heard = asyncio.Event()

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1_024):
            heard.set()
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    settings.REDIS_URL = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
    settings.REDIS_WAIT_SECONDS = 0.2
    await redis.close()
    yield heard
    await redis.close()
    server.close()


async def test_one_deadline_guards_a_command(mute: asyncio.Event):
    with pytest.raises(redis.AWAY):
        await redis.client().get("key")
    await forget([uuid7()])
    assert mute.is_set()


async def test_who_is_cancelled_meanwhile_is_cancelled(mute: asyncio.Event, settings: Any):
    settings.REDIS_WAIT_SECONDS = 30
    task: asyncio.Task[Any] = asyncio.create_task(redis.client().get("key"))
    await mute.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("made", [redis.client, redis.new_client, redis.blocking_client])
async def test_no_write_is_wrapped_in_a_task_of_its_own(made: Any):
    """`wait_for`, by which redis-py guards writes, loses cancellations in Python 3.11."""
    assert made().connection_pool.connection_kwargs["socket_timeout"] is None
