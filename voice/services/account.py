"""What one reply that is said takes: letters of the day, and money."""

from accounts.spending.owed import Owed
from voice.services.letters import Prepaid
from voice.services.listeners import Listener


class Account:
    """Of one listener, for one reply. `letters.open` may be called, `close` has to be."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.letters = Prepaid(listener)
        self.owed = Owed()

    async def close(self) -> None:
        """What was used is written down, and what was taken ahead given back: in one visit to the database."""
        await self.letters.settled()
        await self.owed.settle(self.letters.close)
