"""The first sentence of a reply before later ones: it is waited for in silence, they while something is heard."""

import asyncio
from contextlib import suppress
from weakref import WeakKeyDictionary

MOST_SECONDS = 0.25  # that a later one waits: whoever speaks slowly would else leave gaps


class Precedence:
    def __init__(self) -> None:
        self._unheard: set[object] = set()
        self._free = asyncio.Event()
        self._free.set()

    def first(self, whose: object) -> None:
        """It is asked for."""
        self._unheard.add(whose)
        self._free.clear()

    def heard(self, whose: object) -> None:
        """It begins to be, or never will."""
        self._unheard.discard(whose)
        if not self._unheard:
            self._free.set()

    async def give_way(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(MOST_SECONDS):
                await self._free.wait()


def precedence() -> Precedence:
    """That of the running event loop."""
    return _of_loops.setdefault(asyncio.get_running_loop(), Precedence())


_of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, Precedence] = WeakKeyDictionary()
