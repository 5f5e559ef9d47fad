"""A text that is there already, said aloud as one sound: from what is kept, or as it is said."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import NamedTuple
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from django.utils.translation import gettext_lazy

from accounts.errors import Conflict, ProductError
from accounts.limits import Bucket, charge
from accounts.models import User
from accounts.spending.owed import Owed
from inference.base import ModelError
from voice.services.clips import MOST_SECONDS, Said, keep, kept
from voice.services.letters import pay
from voice.services.listeners import Listener
from voice.services.packing import Sound, packed
from voice.services.saying import require_voice, say
from voice.speaking.files import MIME, seconds_of, wav_head
from voice.speaking.script import Passage, passages_of

log = structlog.get_logger(__name__)
PER_MINUTE, AT_ONCE = 20, 10


class NotSaid(ProductError):
    """Whoever speaks did not, or broke off."""

    code = "not_said"
    status = 502
    message = gettext_lazy("Whoever speaks here does not answer right now. Your browser can read it aloud meanwhile.")


class NothingToSay(Conflict):
    code = "nothing_to_say"
    message = gettext_lazy(
        "Nothing in this line is said aloud. Code, pictures and signs are for the eye, and so are stage directions "
        "where they are left unspoken."
    )


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
        """Raises NothingToSay, AllowanceUsedUp, RateLimited, NoVoice: before anything is said."""
        self.user, self.line = user, line
        self.kept: Sound | None = kept(user, line.said)
        if self.kept is not None:
            return
        require_voice()
        self._passages = line.passages
        if not self._passages:
            raise NothingToSay
        charge([Bucket("user", f"speak:{user.pk.hex}", PER_MINUTE, AT_ONCE)])
        self._listener = Listener.of(user)
        pay(self._listener, sum(len(each.text) for each in self._passages))

    @property
    def content_type(self) -> str:
        return MIME[self.kept.ending] if self.kept else MIME["wav"]

    async def stream(self) -> AsyncGenerator[bytes]:
        """A WAV whose length nobody knows yet. Raises where whoever speaks breaks off, so that the answer has no end:
        a sound that only stops would be taken for all of it."""
        yield wav_head()
        async for piece in self._said():
            yield piece

    async def whole(self) -> Sound:
        """As a file. Raises SpendCap, NotSaid."""
        if self.kept is None:
            await self.say()
            self.kept = self._sound or await packed(b"".join(self._pieces))
        return self.kept

    async def say(self) -> None:
        """To be kept, where it may be. Raises SpendCap, NotSaid."""
        async for _ in self._said():
            pass

    async def _said(self) -> AsyncGenerator[bytes]:
        """Kept at its end."""
        owed, self._pieces, self._sound = Owed(), list[bytes](), None
        try:
            for passage in self._passages:
                async for piece in self._of(passage, owed):
                    self._pieces.append(piece)
                    yield piece
        except ModelError as error:
            log.warning("line_not_said", code=error.code, letters=sum(len(each.text) for each in self._passages))
            raise NotSaid from error
        finally:
            await owed.settle()
        if self.line.keeps and not self.is_too_long:
            self._sound = await packed(b"".join(self._pieces))
            await self._keep(self._sound, self._seconds)

    @property
    def is_too_long(self) -> bool:
        """To be kept; known once it was said."""
        return self._seconds > MOST_SECONDS

    @property
    def _seconds(self) -> float:
        return sum(map(seconds_of, self._pieces))

    async def _of(self, passage: Passage, owed: Owed) -> AsyncGenerator[bytes]:
        heard: asyncio.Queue[bytes | None] = asyncio.Queue()
        line = self.line

        async def work() -> None:
            try:
                await say(
                    self._listener, passage, line.said.voice, heard.put_nowait, owed=owed,
                    character_id=line.character_id,
                )  # fmt: skip
            finally:
                heard.put_nowait(None)

        task = asyncio.create_task(work())
        try:
            while (piece := await heard.get()) is not None:
                yield piece
            await task
        finally:
            task.cancel()

    async def _keep(self, sound: Sound, seconds: float) -> None:
        line = self.line
        await database_sync_to_async(keep, thread_sensitive=False)(
            self.user,
            line.said,
            sound,
            seconds=seconds,
            conversation_id=line.conversation_id,
            message_id=line.message_id,
            still=line.still,
        )


def first_of(passages: Sequence[Passage], letters: int) -> list[Passage]:
    """So many letters of them, at least one."""
    chosen: list[Passage] = []
    for passage in passages:
        if chosen and sum(len(each.text) for each in chosen) + len(passage.text) > letters:
            break
        chosen.append(passage)
    return chosen
