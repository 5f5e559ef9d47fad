"""Where the streams of turns lie: in the Redis of everything else, or on shelves of a Redis Cluster.

Keys of one shelf share a slot, by the tag in braces: so one script still writes many turns, and one blocking read
follows many. Without a cluster there is one shelf, "".
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError

from accounts.cluster.place import place
from accounts.cluster.router import Leaders, Router
from accounts.scripts import Argument, Script, scripts
from chat.live import redis

Client = redis.Client | Router
_routers: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[Leaders, Router]] = WeakKeyDictionary()


def shelf_of(turn_id: UUID) -> str:
    """One of sixteen in a cluster: the end of an id is chance."""
    return turn_id.hex[-1] if settings.REDIS_CLUSTER_URL else ""


def turn_key(turn_id: UUID) -> str:
    return f"dramatis:turn:{_tag(shelf_of(turn_id))}{turn_id.hex}"


def wake_key(shelf: str, process: UUID) -> str:
    return f"dramatis:wake:{_tag(shelf)}{process.hex}"


def client() -> Client:
    """That of the running event loop."""
    return _shared()[1] if settings.REDIS_CLUSTER_URL else redis.client()


def new_client() -> Client:
    """For whoever closes it; the loop keeps nothing of it."""
    if not settings.REDIS_CLUSTER_URL:
        return redis.new_client()
    return Router(_leaders(), _client_of_node, seconds=settings.REDIS_WAIT_SECONDS)


def blocking_client() -> Client:
    """For a read that blocks: connections of its own, with a deadline above the longest block."""
    if not settings.REDIS_CLUSTER_URL:
        return redis.blocking_client()
    return Router(_shared()[0], _blocking_client_of_node, seconds=redis.BLOCKING_SECONDS)


async def run(script: Script, keys: Sequence[str], arguments: Sequence[Argument]) -> Any:
    """The script's answer; all keys lie on one shelf. Raises what is in `redis.AWAY`. It may run twice."""
    if not settings.REDIS_CLUSTER_URL:
        return await scripts().run(script, keys, arguments, seconds=settings.REDIS_WAIT_SECONDS)
    rest: Any = (len(keys), *keys, *arguments)
    try:
        return await client().execute_command("EVALSHA", script.sha, *rest)
    except NoScriptError:
        return await client().execute_command("EVAL", script.text, *rest)


async def close() -> None:
    if found := _routers.pop(asyncio.get_running_loop(), None):
        await found[1].aclose()


def _shared() -> tuple[Leaders, Router]:
    loop = asyncio.get_running_loop()
    if (found := _routers.get(loop)) is None:
        leaders = _leaders()
        router = Router(leaders, _client_of_node, seconds=settings.REDIS_WAIT_SECONDS)
        found = _routers[loop] = leaders, router
    return found


def _leaders() -> Leaders:
    return Leaders(place(settings.REDIS_CLUSTER_URL), _client_of_node)


def _client_of_node(url: str) -> redis.Client:
    # Once more, on a new line: the old one may be of before the node was restarted. Whoever asked tries again anyway.
    return redis.client_of(url, retry=Retry(NoBackoff(), 1))


def _blocking_client_of_node(url: str) -> redis.Client:
    return redis.blocking(_client_of_node(url))


def _tag(shelf: str) -> str:
    return f"{{{shelf}}}:" if shelf else ""
