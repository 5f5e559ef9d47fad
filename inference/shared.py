"""What the processes share in Redis, and who runs it: `accounts` hands its runner over when it starts.

It has the connections that every line of a player's uses; this package imports no other of ours.
"""

import hashlib
from collections.abc import Awaitable, Sequence
from typing import Any, Protocol

from redis.exceptions import RedisError

AWAY = (RedisError, OSError, TimeoutError)
Argument = str | bytes | int


class Script:
    """A Lua script; `text` is sent once to each Redis, from then on its hash is enough."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class Run(Protocol):
    def __call__(self, script: Any, keys: Sequence[str], arguments: Sequence[Argument]) -> Awaitable[Any]: ...


class Unshared(OSError):
    """Nobody has said how to reach Redis."""


_run: Run | None = None


def use(run: Run) -> None:
    global _run
    _run = run


async def run(script: Script, keys: Sequence[str], *arguments: Argument) -> Any:
    """The script's answer; raises one of AWAY."""
    if _run is None:
        raise Unshared
    return await _run(script, keys, arguments)
