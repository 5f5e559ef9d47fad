"""Who follows turns of other processes, while Redis is silent: it takes connections, and answers nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from accounts.encryption import Cipher
from accounts.ids import uuid7
from chat.live import redis
from chat.live.tail import FollowedTurn, Tail


@pytest_asyncio.fixture
async def silent_redis(settings: Any) -> AsyncIterator[None]:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    [address] = [each.getsockname() for each in server.sockets]
    await redis.close()
    settings.REDIS_URL, settings.REDIS_WAIT_SECONDS = f"redis://127.0.0.1:{address[1]}", 600
    yield
    await redis.close()
    server.close()


def a_turn() -> FollowedTurn:
    turn = FollowedTurn(
        turn_id=uuid7(), message_id=uuid7(), conversation_id=uuid7(), parent_id=uuid7(), character_id=None, kind="chat"
    )
    turn.cipher = Cipher(uuid7(), b"k" * 32)
    return turn


@pytest.mark.usefixtures("silent_redis")
async def test_whoever_closes_leaves_nobody_behind_who_waits_for_redis() -> None:
    tail = Tail(uuid7(), "", asyncio.Queue())
    before = asyncio.all_tasks()
    for _number in range(3):
        tail.follow(a_turn())
    began = asyncio.all_tasks() - before
    assert sorted(each.get_name() for each in began) == ["tail", "tail_wake", "tail_wake"]
    _done, waiting = await asyncio.wait(began, timeout=0.2)
    assert waiting == began
    await tail.close()
    _done, waiting = await asyncio.wait(began, timeout=5)
    assert not waiting
