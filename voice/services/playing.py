"""A text that is there already, said aloud as one sound: from what is kept, or as it is said."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from channels.db import database_sync_to_async

from accounts.errors import ProductError
from accounts.limits import Bucket, charge
from accounts.models import User
from inference.base import ModelError
from voice.services.clips import Gathered, Said, Sound, keep, kept
from voice.services.saying import Listener, pay, require_voice, say
from voice.speaking.files import MIME, packed, wav_head
from voice.speaking.script import Passage, passages_of
from voice.speaking.voices import Voice

PER_MINUTE, AT_ONCE = 20, 10


class Line(NamedTuple):
    """What is said, to whom; `keeps`: it may be kept, as what was said of this line, if it may `still` at its end."""

    said: Said
    character_id: UUID | None = None
    conversation_id: UUID | None = None
    message_id: UUID | None = None
    keeps: bool = True
    still: Callable[[], bool] | None = None

    @property
    def passages(self) -> list[Passage]:
        found = passages_of(self.said.text)
        return found if self.said.directions else [each for each in found if each.kind == "speech"]


class Playing:
    """`kept` is the whole file where it was said before; else `stream` says it."""

    def __init__(self, user: User, line: Line) -> None:
        """Raises AllowanceUsedUp, RateLimited, NoVoice: before anything is said."""
        self.user, self.line = user, line
        self.kept: Sound | None = kept(user, line.said)
        if self.kept is not None:
            return
        require_voice()
        charge([Bucket("user", f"speak:{user.pk.hex}", PER_MINUTE, AT_ONCE)])
        self._passages = line.passages
        self._listener = Listener.of(user)
        pay(self._listener, sum(len(each.text) for each in self._passages))

    @property
    def content_type(self) -> str:
        return MIME[self.kept.ending] if self.kept else MIME["wav"]

    async def stream(self) -> AsyncGenerator[bytes]:
        """A WAV whose length nobody knows yet; it breaks off where whoever speaks does."""
        yield wav_head()
        async for piece in self._said():
            yield piece

    async def whole(self) -> Sound:
        """As a file; an empty sound where nothing could be said."""
        if self.kept is not None:
            return self.kept
        pcm = b"".join([piece async for piece in self._said()])
        return Sound(*await asyncio.to_thread(packed, pcm))

    async def _said(self) -> AsyncGenerator[bytes]:
        gathered = Gathered(self.line.keeps)
        try:
            for passage in self._passages:
                async for piece in _pieces(self._listener, passage, self.line.said.voice, self.line.character_id):
                    gathered.add(piece)
                    yield piece
        except (ProductError, ModelError):
            return
        if gathered.wanted:
            await self._keep(gathered.pcm)

    async def _keep(self, pcm: bytes) -> None:
        line = self.line
        await database_sync_to_async(keep, thread_sensitive=False)(
            self.user,
            line.said,
            pcm,
            conversation_id=line.conversation_id,
            message_id=line.message_id,
            still=line.still,
        )


async def _pieces(
    listener: Listener, passage: Passage, voice: Voice, character_id: UUID | None
) -> AsyncGenerator[bytes]:
    heard: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def work() -> None:
        try:
            await say(listener, passage, voice, heard.put_nowait, character_id=character_id)
        finally:
            heard.put_nowait(None)

    task = asyncio.create_task(work())
    try:
        while (piece := await heard.get()) is not None:
            yield piece
        await task
    finally:
        task.cancel()


def first_of(passages: Sequence[Passage], letters: int) -> list[Passage]:
    """So many letters of them, at least one."""
    chosen: list[Passage] = []
    for passage in passages:
        if chosen and sum(len(each.text) for each in chosen) + len(passage.text) > letters:
            break
        chosen.append(passage)
    return chosen
