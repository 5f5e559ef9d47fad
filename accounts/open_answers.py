"""What this process is still writing to programs, by the key that they came with: it ends when the key does."""

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID
from weakref import WeakSet

from accounts.api_keys import KeyRefused

_under: dict[UUID, set[asyncio.Task[Any]]] = {}
_ended: WeakSet[asyncio.Task[Any]] = WeakSet()
# Keys that were revoked just now: who was let in before, and is not noted yet, has a moment to be noted.
_gone: deque[tuple[float, UUID]] = deque(maxlen=1_000)
MOMENT = 30.0  # seconds


@contextmanager
def while_the_key_opens(key_id: UUID | None) -> Iterator[None]:
    """What the running task answers within is broken off when the key ends: KeyRefused. Without a key it is not.

    A view and the body that it streams run in tasks of their own: each is within one of these.
    """
    if key_id is None:
        yield
        return
    task = asyncio.current_task()
    assert task is not None
    if any(key_id == gone and time.monotonic() - at < MOMENT for at, gone in _gone):
        raise KeyRefused
    _under.setdefault(key_id, set()).add(task)
    try:
        yield
    except asyncio.CancelledError:
        if task not in _ended:
            raise
        task.uncancel()
        raise KeyRefused from None
    finally:
        _ended.discard(task)
        _forget(key_id, task)


def cancel_under(key_id: UUID, *, revoked: bool) -> int:
    """Break off what is answered under this key; how much that was. From the event loop."""
    if revoked:
        _gone.append((time.monotonic(), key_id))
    tasks = [task for task in _under.get(key_id, ()) if task is not asyncio.current_task()]
    for task in tasks:
        _ended.add(task)
        task.cancel()
    return len(tasks)


def _forget(key_id: UUID, task: asyncio.Task[Any]) -> None:
    here = _under.get(key_id, set())
    here.discard(task)
    if not here:
        _under.pop(key_id, None)
