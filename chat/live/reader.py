"""A reader that takes one frame at a time: what an answer over HTTP has in place of a socket.

Its outbox holds what a slow socket's would: a turn once, as a mark, and other frames up to a bound.
"""

import asyncio
from collections.abc import Callable

from chat.live.outbox import Outbox

OVER = ""


class Reader:
    def __init__(self, slow: Callable[[], None] | None = None) -> None:
        """`slow` is called when the reader is given up; it is closed in any case."""
        self._slow = slow
        self._next: asyncio.Queue[str] = asyncio.Queue(1)
        self.outbox = Outbox(self._next.put, self._given_up, self._write)
        self.closed = False

    async def next(self, within: float | None = None) -> str | None:
        """The next frame; None when nothing came within this time, and from the end on."""
        if self.closed:
            return None
        try:
            async with asyncio.timeout(within):
                return await self._next.get() or None
        except TimeoutError:
            return None

    def close(self) -> None:
        """Whoever waits for a frame is told at once; what nobody took is dropped."""
        self.closed = True
        self.outbox.close()
        while not self._next.empty():
            self._next.get_nowait()
        self._next.put_nowait(OVER)

    def _write(self, frame: str) -> bool:
        if self._next.full():
            return False
        self._next.put_nowait(frame)
        return True

    def _given_up(self) -> None:
        self.close()
        if self._slow is not None:
            self._slow()
