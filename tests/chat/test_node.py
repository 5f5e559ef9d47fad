"""A process that leaves: its tasks end, also those that did not hear it the first time."""

import asyncio

from chat.live.node import Node


async def test_a_task_that_lost_its_cancellation_is_told_again() -> None:
    heard = 0

    async def hard_of_hearing() -> None:
        nonlocal heard
        while heard < 2:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                heard += 1

    node = Node()
    task = node.spawn(hard_of_hearing(), "hard of hearing")
    await asyncio.sleep(0)
    async with asyncio.timeout(20):
        await node.stop()
    assert task.done()
    assert heard == 2
