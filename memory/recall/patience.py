"""A model that did not answer in time a few times running is left alone for a while: every reply would wait for it."""

import time
from dataclasses import dataclass, field

TRIES, SECONDS = 3, 30.0


@dataclass
class Patience:
    _missed: dict[str, int] = field(default_factory=dict)
    _until: dict[str, float] = field(default_factory=dict)

    def asks(self, model: str) -> bool:
        return time.monotonic() >= self._until.get(model, 0.0)

    def answered(self, model: str) -> None:
        self._missed.pop(model, None)

    def did_not_answer(self, model: str) -> None:
        """After the pause one more miss is enough for another."""
        self._missed[model] = missed = self._missed.get(model, 0) + 1
        if missed >= TRIES:
            self._until[model] = time.monotonic() + SECONDS

    def forget(self) -> None:
        self._missed.clear()
        self._until.clear()
