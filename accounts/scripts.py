"""Lua scripts in Redis, run from the event loop: for what happens with every line that somebody says.

The connections, their TLS and their log-in are redis-py's, the protocol is hiredis'. What lies between in redis-py (a
pool with locks, retries, telemetry, a task to guard each write) costs twice what the call itself does, so here one
deadline guards the whole call and idle connections wait in a list.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import hiredis
from django.conf import settings
from redis import exceptions
from redis.asyncio.connection import AbstractConnection

from accounts import redisplace

IDLE_CONNECTIONS = 50
SHARED_SECONDS = 0.5
Argument = str | bytes | int


class Script:
    """`text` is sent once to each Redis; from then on its hash is enough."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class Scripts:
    """The connections of one event loop."""

    def __init__(self, url: str) -> None:
        # Its own timeout wraps each write in a task (`wait_for`), which in Python 3.11 loses a cancellation that comes
        # when the write is done: a turn that was stopped would go on.
        self._factory = redisplace.pool(url, socket_timeout=None)
        self._idle: list[AbstractConnection] = []

    async def run(self, script: Script, keys: Sequence[str], arguments: Sequence[Argument], *, seconds: float) -> Any:
        """The script's answer. Raises RedisError, OSError or TimeoutError.

        It may run twice when the connection breaks under it.
        """
        rest: Any = (len(keys), *keys, *arguments)
        async with asyncio.timeout(seconds):
            try:
                return await self._ask(hiredis.pack_command(("EVALSHA", script.sha, *rest)))
            except exceptions.NoScriptError:
                return await self._ask(hiredis.pack_command(("EVAL", script.text, *rest)))

    @property
    def idle(self) -> int:
        return len(self._idle)

    async def aclose(self) -> None:
        while self._idle:
            await self._idle.pop().disconnect()

    async def _ask(self, command: bytes) -> Any:
        while self._idle:
            try:
                return await self._answer(self._idle.pop(), command)
            except (exceptions.ConnectionError, OSError):
                continue  # Redis was restarted since: so were all of them
        fresh = self._factory.make_connection()
        await fresh.connect()  # only so are sentinels asked where to
        return await self._answer(fresh, command)

    async def _answer(self, connection: AbstractConnection, command: bytes) -> Any:
        try:
            await connection.send_packed_command(command, check_health=False)
            answer = await connection.read_response()
        except exceptions.ResponseError:
            self._idle.append(connection)
            raise
        except BaseException:
            # Half of an answer may be on its way: nobody else must read it.
            await connection.disconnect(nowait=True)
            raise
        if len(self._idle) < IDLE_CONNECTIONS:
            self._idle.append(connection)
        else:
            await connection.disconnect(nowait=True)
        return answer


_scripts: WeakKeyDictionary[asyncio.AbstractEventLoop, Scripts] = WeakKeyDictionary()


def scripts() -> Scripts:
    """Those of the running event loop."""
    loop = asyncio.get_running_loop()
    if (found := _scripts.get(loop)) is None:
        found = _scripts[loop] = Scripts(settings.REDIS_URL)
    return found


def connections_idle() -> int:
    """Of all event loops, from any thread."""
    return sum(found.idle for found in list(_scripts.values()))


async def run_shared(script: Any, keys: Sequence[str], arguments: Sequence[Argument]) -> Any:
    """What `inference` shares between processes. It can do without, so it does not wait long."""
    return await scripts().run(script, keys, arguments, seconds=min(SHARED_SECONDS, settings.REDIS_WAIT_SECONDS))


async def aclose() -> None:
    """Close what this event loop has open; a later call opens anew."""
    if found := _scripts.pop(asyncio.get_running_loop(), None):
        await found.aclose()
