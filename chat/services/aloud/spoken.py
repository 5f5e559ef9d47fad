"""Sentences of one reply as they come from whoever speaks: asked for once, however many listen to them."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID
from weakref import WeakValueDictionary

from accounts.errors import ProductError
from chat.live.text import LiveTurn
from voice.speaking.script import Passage
from voice.speaking.voices import Voice

Hear = Callable[[bytes], None]
Ask = Callable[[Hear], Awaitable[None]]


class Spoken:
    """One of them. Whoever comes later hears it from its beginning; when the last one leaves it is broken off."""

    def __init__(self, ask: Ask) -> None:
        self._sound = bytearray()
        self._ears: list[Hear] = []
        self._task = asyncio.ensure_future(ask(self._hear))

    @property
    def is_usable(self) -> bool:
        return bool(self._ears) or (self._task.done() and not self._task.cancelled() and not self._task.exception())

    async def listen(self, ear: Hear) -> None:
        """To its end. Raises what it ended with."""
        if self._sound:
            ear(bytes(self._sound))
        self._ears.append(ear)
        try:
            await asyncio.shield(self._task)
        finally:
            self._ears.remove(ear)
            if not self._ears:
                self._task.cancel()

    def _hear(self, sound: bytes) -> None:
        self._sound += sound
        for ear in self._ears:
            ear(sound)


class Sentences:
    """Of a reply, by what is said and in which voice. Listeners of this process share them."""

    def __init__(self) -> None:
        self._spoken: dict[tuple[Passage, Voice], Spoken] = {}

    async def say(self, passage: Passage, voice: Voice, ask: Ask, ear: Hear) -> None:
        """By what somebody asked already, else by `ask`. Raises ProductError, ModelError.

        Whose cap another one met is not stopped by it, but asks.
        """
        key = passage, voice
        spoken = self._spoken.get(key)
        if spoken is not None and spoken.is_usable:
            heard = False

            def hear(sound: bytes) -> None:
                nonlocal heard
                heard = True
                ear(sound)

            try:
                return await spoken.listen(hear)
            except ProductError:
                if heard:
                    raise
        self._spoken[key] = mine = Spoken(ask)
        return await mine.listen(ear)


def sentences_of(turn: LiveTurn) -> Sentences:
    """As long as somebody who says it has them: sound is megabytes a minute, and a socket has its turn for long."""
    return _sentences.setdefault(turn.turn_id, Sentences())


_sentences: WeakValueDictionary[UUID, Sentences] = WeakValueDictionary()
