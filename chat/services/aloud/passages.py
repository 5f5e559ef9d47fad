"""One sentence on its way: asked for before the one ahead of it is out, so that none is waited for between them."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from accounts.errors import ProductError
from inference.base import ModelError
from voice.speaking.files import seconds_of
from voice.speaking.script import Passage

log = structlog.get_logger(__name__)
FIRST_BYTES = 4_800  # a tenth of a second: enough to begin with
PIECE_BYTES = 19_200
LETTER_SECONDS, HAN_SECONDS = 0.06, 0.22  # as people speak


class Saying:
    """A passage that is being asked for. `moved` is called whenever there is more of it, and when it has ended."""

    def __init__(self, number: int, passage: Passage) -> None:
        self.number, self.passage = number, passage
        self.error: ProductError | ModelError | None = None
        self._sound = bytearray()
        self._heard, self._taken = 0.0, 0  # seconds, bytes
        self._task: asyncio.Task[None] | None = None

    def ask(self, work: Callable[[Callable[[bytes], None]], Awaitable[None]], moved: Callable[[], None]) -> None:
        """`work` is given who hears, and raises ProductError, ModelError."""

        def hear(sound: bytes) -> None:
            self._sound += sound
            self._heard += seconds_of(sound)
            moved()

        async def asked() -> None:
            try:
                await work(hear)
            except (ProductError, ModelError) as error:
                self.error = error
            except Exception:
                log.exception("passage_failed", letters=len(self.passage.text))
                self.error = ModelError()

        self._task = asyncio.create_task(asked())
        self._task.add_done_callback(lambda task: moved())

    @property
    def ended(self) -> bool:
        return self._task is not None and self._task.done()

    @property
    def is_heard(self) -> bool:
        return self._heard > 0

    @property
    def seconds_left(self) -> float:
        """Of sound that was not taken yet, as far as its letters tell."""
        waiting = seconds_of(self._sound)
        if self.ended:
            return waiting
        letters = sum(HAN_SECONDS if letter > "\u2e80" else LETTER_SECONDS for letter in self.passage.text)
        return waiting + max(0.0, letters - self._heard)

    def take(self) -> bytes:
        """The next piece; empty while there is too little of it to be worth a frame."""
        least = FIRST_BYTES if self._taken == 0 else PIECE_BYTES
        if len(self._sound) < least and not self.ended:
            return b""
        piece = bytes(self._sound[: PIECE_BYTES * 4])
        del self._sound[: len(piece)]
        self._taken += len(piece)
        return piece

    def drop(self) -> None:
        if self._task is not None:
            self._task.cancel()
