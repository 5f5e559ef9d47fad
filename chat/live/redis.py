"""Redis for the live parts: one client per event loop, and the names of its keys."""

import asyncio
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import RedisError

from accounts import redisplace

# What to catch when Redis is away: redis-py lets some socket errors through as they are.
AWAY = (RedisError, OSError, asyncio.TimeoutError)
BLOCKING_SECONDS = 5.0


class Client(Redis):
    """One deadline guards each command; a pipeline has to be sent `within` one.

    Its own timeout wraps each write in a task (`wait_for`), which in Python 3.11 loses a cancellation that comes when
    the write is done: whoever was stopped would go on.
    """

    seconds: float | None = None

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        async with within(self.seconds):
            return await super().execute_command(*args, **options)


_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Client] = WeakKeyDictionary()


def within(seconds: float | None = None) -> asyncio.Timeout:
    return asyncio.timeout(settings.REDIS_WAIT_SECONDS if seconds is None else seconds)


def client() -> Client:
    loop = asyncio.get_running_loop()
    if (found := _clients.get(loop)) is None:
        found = _clients[loop] = new_client()
    return found


def new_client(**more: Any) -> Client:
    return client_of(settings.REDIS_URL, **more)


def client_of(url: str, **more: Any) -> Client:
    pool = redisplace.pool(url, socket_timeout=None, socket_connect_timeout=1, **more)
    made = Client.from_pool(pool)
    assert isinstance(made, Client)
    return made


def blocking_client() -> Client:
    """For a read that blocks: a connection of its own, with a deadline above the longest block."""
    return blocking(new_client(max_connections=2))


def blocking(made: Client) -> Client:
    made.seconds = BLOCKING_SECONDS
    return made


async def close() -> None:
    if found := _clients.pop(asyncio.get_running_loop(), None):
        await found.aclose()


NODES = "dramatis:nodes"  # a sorted set: processes with sockets, by when their leases end


def lease_key(process: UUID) -> str:
    return f"dramatis:lease:{process.hex}"
