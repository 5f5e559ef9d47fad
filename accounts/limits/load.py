"""How busy this process is: by how much its event loop wakes too late, and how long replies wait before a model.

Buckets hold what the whole site may be asked for; this is for when one process can do less than that. Plans that yield
are refused first, and the more a plan yields the sooner.
"""

import asyncio
import time

from django.conf import settings

from inference.line import longest_wait

EVERY = 0.25  # seconds between two looks
WEIGHT = 0.3  # of the last look, so that one long pause refuses nobody for long


class Load:
    def __init__(self) -> None:
        self.lag = 0.0

    async def watch(self) -> None:
        """For as long as the process lives."""
        while True:
            await self.look()

    async def look(self) -> None:
        before = time.monotonic()
        await asyncio.sleep(EVERY)
        self.note(time.monotonic() - before - EVERY)

    def note(self, late: float) -> None:
        self.lag += WEIGHT * (max(0.0, late) - self.lag)

    def sheds(self, share: float) -> bool:
        """Whether somebody is refused whose plan yields so much of what there is (0 to 1); never who yields none."""
        if share <= 0:
            return False
        patience = 1 - share
        late, waits = settings.SHED_LAG_MS, settings.SHED_WAIT_SECONDS
        return bool((late and self.lag * 1_000 > late * patience) or (waits and longest_wait() > waits * patience))


here = Load()
