"""How often a model is asked again, and how long we wait for that."""

import random
import time
from dataclasses import dataclass

from inference.base import ModelError, TooSlow


class Budget:
    """What one event loop may ask one server again: a tenth of what it asks, two a second, and a few to begin with.

    When a server fails everybody, asking it three times each is what keeps it down.
    """

    SHARE, A_SECOND, MOST = 0.1, 2.0, 10.0

    def __init__(self) -> None:
        self._left, self._since = self.MOST, time.monotonic()

    def earn(self) -> None:
        self._left = min(self.MOST, self._left + self.SHARE)

    def spend(self) -> bool:
        now = time.monotonic()
        self._left = min(self.MOST, self._left + (now - self._since) * self.A_SECOND)
        self._since = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


@dataclass(frozen=True, slots=True)
class Retries:
    """At most `times` more attempts and `seconds` of waiting in all, for one request."""

    times: int = 2
    seconds: float = 8.0
    base: float = 0.25

    def pause(self, error: ModelError, *, tried: int, waited: float, left: float) -> float | None:
        """Seconds to wait before the next attempt, or None to give up; a passed deadline is final."""
        if not error.retryable or isinstance(error, TooSlow) or tried > self.times:
            return None
        pause = error.retry_after
        if pause is None:
            # Jitter: many turns that failed together must not come back together.
            pause = self.base * 2 ** (tried - 1) * random.uniform(0.5, 1.0)  # noqa: S311
        return pause if waited + pause <= self.seconds and pause < left else None
