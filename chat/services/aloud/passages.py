"""One sentence on its way: asked for before the one ahead of it is out, so that none is waited for between them."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import structlog

from accounts.errors import ProductError
from inference.base import ModelError
from voice.services.saying import Listener, paid, say
from voice.speaking.script import Passage
from voice.speaking.voices import Voice

log = structlog.get_logger(__name__)
FIRST_BYTES = 4_800  # a tenth of a second: enough to begin with
PIECE_BYTES = 19_200


class Saying:
    """A passage that is being asked for. `moved` is called whenever there is more of it, and when it has ended."""

    def __init__(self, number: int, passage: Passage) -> None:
        self.number, self.passage = number, passage
        self.error: ProductError | ModelError | None = None
        self._sound = bytearray()
        self._taken = 0
        self._task: asyncio.Task[None] | None = None

    def ask(self, listener: Listener, voice: Voice, character_id: UUID | None, moved: Callable[[], None]) -> None:
        def hear(sound: bytes) -> None:
            self._sound += sound
            moved()

        async def work() -> None:
            try:
                await paid(listener, len(self.passage.text))
                await say(listener, self.passage, voice, hear, character_id=character_id)
            except (ProductError, ModelError) as error:
                self.error = error
            except Exception:
                log.exception("passage_failed", letters=len(self.passage.text))
                self.error = ModelError()
            finally:
                moved()

        self._task = asyncio.create_task(work())
        self._task.add_done_callback(lambda task: moved())

    @property
    def ended(self) -> bool:
        return self._task is not None and self._task.done()

    @property
    def first(self) -> bool:
        return self._taken == 0

    def take(self) -> bytes:
        """The next piece; empty while there is too little of it to be worth a frame."""
        least = FIRST_BYTES if self.first else PIECE_BYTES
        if len(self._sound) < least and not self.ended:
            return b""
        piece = bytes(self._sound[: PIECE_BYTES * 4])
        del self._sound[: len(piece)]
        self._taken += len(piece)
        return piece

    def drop(self) -> None:
        if self._task is not None:
            self._task.cancel()
