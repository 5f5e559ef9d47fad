"""Redis for the live parts: one client per event loop, and the names of its keys."""

import asyncio
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import RedisError

# What to catch when Redis is away: redis-py lets some socket errors through as they are.
AWAY = (RedisError, OSError, asyncio.TimeoutError)

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Redis] = WeakKeyDictionary()


def client() -> Redis:
    loop = asyncio.get_running_loop()
    if (found := _clients.get(loop)) is None:
        found = _clients[loop] = Redis.from_url(
            settings.REDIS_URL, socket_timeout=settings.REDIS_WAIT_SECONDS, socket_connect_timeout=1
        )
    return found


def blocking_client() -> Redis:
    """For a read that blocks: a connection of its own, with a socket timeout above the longest block."""
    return Redis.from_url(settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=1, max_connections=2)


async def close() -> None:
    if found := _clients.pop(asyncio.get_running_loop(), None):
        await found.aclose()


def turn_key(turn_id: UUID) -> str:
    return f"dramatis:turn:{turn_id.hex}"


NODES = "dramatis:nodes"  # a sorted set: processes with sockets, by when their leases end


def lease_key(process: UUID) -> str:
    return f"dramatis:lease:{process.hex}"


def wake_key(process: UUID) -> str:
    return f"dramatis:wake:{process.hex}"
