"""When many replies stream at once, all of them are read on one beat instead of each in its own moment.

A token that comes alone costs a waking of the process, a trip through the parser and a frame, however short it is.
Under load these are most of what a token costs, so with many streams the process looks at all of them together, 25
times a second, and what one has brought since goes on as one frame. A timer for each stream would cost what it
saves; one for all does not: docs/adr/0064-one-beat-for-many-streams.md has the figures.
"""

import asyncio
from typing import Protocol
from weakref import WeakKeyDictionary

CROWD = 8  # streams; fewer are read as they come
SECONDS = 0.04  # between two beats in a crowd: 25 frames a second read as one motion
# Text that comes faster than a screen can show it has a beat of its own, in a crowd or not: a model that does not pace
# itself costs two hundred reads a second, not thousands. It has most of a reply in its socket by then, and the end of
# one that is whole is not kept waiting.
UNPACED_SECONDS = 0.005
UNPACED_BYTES = 4_096  # of one read: some fifteen tokens, where one at reading speed brings one or two


class Resting(Protocol):
    """A stream that is not read until the next beat."""

    def read_on(self) -> None: ...


class Beat:
    """Of one event loop, which it does not hold: a loop that is over goes, and its beat with it. Streams are counted
    from the moment they are asked for until they have ended."""

    def __init__(self) -> None:
        self.streams = 0
        self._resting: dict[float, set[Resting]] = {}  # by how long they rest: those who wait for the same beat
        self._called: set[Resting] = set()  # whose beat was struck, and whose turn is still to come

    @property
    def crowded(self) -> bool:
        return self.streams >= CROWD

    def rest(self, stream: Resting, seconds: float) -> None:
        """Have `stream` told to read on with the next beat of those that are so far apart."""
        resting = self._resting.get(seconds)
        if resting is None:
            resting = self._resting[seconds] = set()
            asyncio.get_running_loop().call_later(seconds, self._strike, seconds)
        resting.add(stream)

    def forget(self, stream: Resting) -> None:
        """It rests no more, and nobody is to tell it anything."""
        for resting in (*self._resting.values(), self._called):
            resting.discard(stream)

    def _strike(self, seconds: float) -> None:
        resting = self._resting.pop(seconds)
        if seconds == UNPACED_SECONDS:
            self._called |= resting
            self._call_next()
        else:
            for stream in resting:
                stream.read_on()

    def _call_next(self) -> None:
        """One in every other round of the loop: most of a reply may lie there, which takes milliseconds. A line that
        somebody says meanwhile comes between two of them, and has two of its steps done."""
        if self._called:
            self._called.pop().read_on()
            soon = asyncio.get_running_loop().call_soon
            soon(soon, self._call_next)


_beats: WeakKeyDictionary[asyncio.AbstractEventLoop, Beat] = WeakKeyDictionary()


def beat_of(loop: asyncio.AbstractEventLoop) -> Beat:
    if (beat := _beats.get(loop)) is None:
        beat = _beats[loop] = Beat()
    return beat
