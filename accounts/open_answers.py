"""What this process is still writing to programs, by the key that they came with: it ends when the key does."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID
from weakref import WeakSet

from accounts.api_keys import KeyRefused

_under: dict[UUID, set[asyncio.Task[Any]]] = {}
_ended: WeakSet[asyncio.Task[Any]] = WeakSet()


def note_answer(key_id: UUID) -> None:
    """The task that answers now, until the whole answer is written."""
    task = asyncio.current_task()
    assert task is not None
    _under.setdefault(key_id, set()).add(task)
    task.add_done_callback(lambda done: _forget(key_id, done))


def cancel_under(key_id: UUID) -> int:
    """Break them off; how many there were. From the event loop."""
    tasks = [task for task in _under.get(key_id, ()) if task is not asyncio.current_task()]
    for task in tasks:
        _ended.add(task)
        task.cancel()
    return len(tasks)


@contextmanager
def while_the_key_opens() -> Iterator[None]:
    """What is broken off within ends as any other refusal: KeyRefused."""
    try:
        yield
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task not in _ended:
            raise
        _ended.discard(task)
        task.uncancel()
        raise KeyRefused from None


def _forget(key_id: UUID, task: asyncio.Task[Any]) -> None:
    here = _under.get(key_id, set())
    here.discard(task)
    if not here:
        _under.pop(key_id, None)
