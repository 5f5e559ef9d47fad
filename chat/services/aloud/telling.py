"""One reply said to one socket while it is written: it hears what everybody is told, and nothing before that.

Beside the text, never before it: sentences are cut as pieces arrive, sound is asked for and sent by a task of its own.
The first sentence is asked for at once; later ones when what is there will soon have been played.
"""

import asyncio
import base64
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import structlog

from accounts.errors import ProductError
from chat import protocol
from chat.database import LOST
from chat.live.outbox import Outbox
from chat.live.text import LiveTurn
from chat.services.aloud.passages import Saying
from chat.services.aloud.precedence import precedence
from chat.services.aloud.spoken import Hear, sentences_of
from inference.base import SPEECH_RATE, ModelError
from voice.services.account import Account
from voice.services.clips import Gathered
from voice.services.saying import say
from voice.speaking.files import seconds_of
from voice.speaking.script import Cutter, Passage
from voice.speaking.voices import Voice

log = structlog.get_logger(__name__)
ASKED_AT_ONCE = 2
ASKED_AHEAD_SECONDS = 6.0  # the next sentence is asked for when less than that is left to be played
SENT_AHEAD_SECONDS = 12.0
WAITING_CHARACTERS = 128 * 1024  # of frames that a slow reader has not taken: text comes before sound


class Opened(NamedTuple):
    """What is known before the first sentence is said. `is_kept`: what was said may be, once it is whole."""

    voice: Voice
    is_kept: bool


Open = Callable[[], Awaitable[Opened]]
Keep = Callable[[str, bytes], Awaitable[None]]


class Telling:
    """A watcher of the turn. Passages up to `after` were heard already; `from_now`: as was all that is said so far."""

    def __init__(
        self,
        turn: LiveTurn,
        outbox: Outbox,
        account: Account,
        *,
        directions: bool,
        after: int = 0,
        from_now: bool = False,
    ) -> None:
        self.turn, self.outbox, self._account = turn, outbox, account
        self.directions = directions
        self._after = after
        self._read = turn.taken_back
        self._taken_back = turn.taken_back
        self._cutter = Cutter()
        self._sentences = sentences_of(turn)
        self._waiting: deque[Saying] = deque()
        self._under_way: deque[Saying] = deque()
        self._parts = self._seq = 0
        self._told_to = 0
        self._played_at = 0.0  # when all that was sent will have been played
        self._is_heard = False
        self._news = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._now = 0.0
        self.hushed = False
        self.sound = Gathered(wanted=not from_now and not after)
        if from_now:
            self._cut()
            self._waiting.clear()

    # ------------------------------------------------------------ what the turn tells

    def follow(self, turn: LiveTurn) -> None:
        self._news.set()

    def put(self, frame: str) -> None:
        self._news.set()

    def moved(self) -> None:
        self._news.set()

    def hush(self) -> None:
        self.hushed = True
        self._news.set()

    # ------------------------------------------------------------ saying it

    async def run(self, opened: Open, keep: Keep) -> None:
        """Whatever happens, its end is told once."""
        reason: protocol.SpeechEnd = "failed"
        message = ""
        try:
            reason, message = await self._said(opened)
        finally:
            self.turn.watchers.discard(self)
            self._drop()
            precedence().heard(self)
            self._end(reason, message)
        if reason == "complete" and self.sound.wanted:
            await keep(self.turn.text, self.sound.pcm)

    async def _said(self, opened: Open) -> tuple[protocol.SpeechEnd, str]:
        try:
            self.voice, is_kept = await opened()
            if not is_kept:
                self.sound.drop()
            return await self._say_all()
        except (ProductError, ModelError, *LOST) as error:
            log.warning("reply_not_said", turn=str(self.turn.turn_id), error=type(error).__name__)
            return "failed", ""

    async def _say_all(self) -> tuple[protocol.SpeechEnd, str]:
        while True:
            self._news.clear()
            # One time for all that is decided now: what is not yet due is then waited for.
            self._now = self._loop.time()
            if self.hushed:
                return "hushed", ""
            ended = self.turn.ended.is_set()
            if self.turn.taken_back > self._taken_back:
                self._take_back()
            self._cut(last=ended)
            self._ask()
            if self._under_way:
                head = self._under_way[0]
                if self._has_room() and (piece := head.take()):
                    self._send(head, piece)
                    continue
                if head.ended and not head.seconds_left:
                    if head.error is not None:
                        return _reason(head.error)
                    self._under_way.popleft()
                    continue
            elif ended and not self._waiting:
                return "complete", ""
            await self._news_or_time()

    async def _news_or_time(self) -> None:
        """Until there is news, or what was sent has been played so far that there is something to do."""
        later = [self._ahead - SENT_AHEAD_SECONDS] if self._under_way else []
        later += [self._ahead + self._under_way_seconds - ASKED_AHEAD_SECONDS] if self._waiting else []
        wait = min((seconds for seconds in later if seconds > 0), default=None)
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._news.wait()

    def _cut(self, *, last: bool = False) -> None:
        pieces = self.turn.pieces[self._read :]
        self._read = self.turn.seq
        passages = self._cutter.feed("".join(pieces)) if pieces else []
        if last:
            passages += self._cutter.close()
        for passage in passages:
            self._line_up(passage)

    def _line_up(self, passage: Passage) -> None:
        if passage.kind == "action" and not self.directions:
            return
        self._parts += 1
        if self._parts > self._after:
            self._waiting.append(Saying(self._parts, passage))

    def _ask(self) -> None:
        while self._waiting and self._has_time():
            saying = self._waiting.popleft()
            self._under_way.append(saying)
            is_first = not self._is_heard and len(self._under_way) == 1
            if is_first:
                precedence().first(self)
            saying.ask(partial(self._say, saying, is_first=is_first), self._news.set)

    async def _say(self, saying: Saying, hear: Hear, *, is_first: bool) -> None:
        passage = saying.passage
        if not is_first:
            await precedence().give_way()
        try:
            await self._account.letters.spend(len(passage.text))
            ask = partial(
                say, self._account.listener, passage, self.voice,
                owed=self._account.owed, character_id=self.turn.character_id,
            )  # fmt: skip
            await self._sentences.say(passage, self.voice, ask, hear)
        finally:
            if is_first:
                precedence().heard(self)

    @property
    def _ahead(self) -> float:
        """Seconds of sound that were sent and cannot have been played yet."""
        return max(0.0, self._played_at - self._now)

    @property
    def _under_way_seconds(self) -> float:
        return sum(saying.seconds_left for saying in self._under_way)

    def _has_time(self) -> bool:
        """For one more to be asked for."""
        under_way = len(self._under_way)
        return under_way < ASKED_AT_ONCE and self._ahead + self._under_way_seconds <= ASKED_AHEAD_SECONDS

    def _has_room(self) -> bool:
        return self.outbox.waiting < WAITING_CHARACTERS and self._ahead < SENT_AHEAD_SECONDS

    def _send(self, saying: Saying, piece: bytes) -> None:
        if not self._is_heard:
            self._is_heard = True
            precedence().heard(self)
        self._played_at = self._now + self._ahead + seconds_of(piece)
        self._seq += 1
        begins = saying.number != self._told_to
        self._told_to = saying.number
        self.sound.add(piece)
        self.outbox.put(
            protocol.encode(
                protocol.TtsChunk(
                    message_id=self.turn.message_id,
                    part=saying.number,
                    seq=self._seq,
                    audio=base64.b64encode(piece).decode(),
                    rate=SPEECH_RATE,
                    text=saying.passage.text if begins else "",
                    direction=begins and saying.passage.kind == "action",
                )
            )
        )

    def _take_back(self) -> None:
        """What was said is not said: nor is what stands in its place, which is the house's own line."""
        self._taken_back = self._read = self.turn.taken_back
        self._drop()
        self.sound.clear()
        self._cutter = Cutter()
        self._played_at, self._is_heard = 0.0, False
        precedence().heard(self)
        self._end("withdrawn")

    def _drop(self) -> None:
        for saying in self._under_way:
            saying.drop()
        self._under_way.clear()
        self._waiting.clear()

    def _end(self, reason: protocol.SpeechEnd, message: str = "") -> None:
        end = protocol.TtsEnd(message_id=self.turn.message_id, part=self._told_to, reason=reason, message=message)
        self.outbox.put(protocol.encode(end))


def _reason(error: ProductError | ModelError) -> tuple[protocol.SpeechEnd, str]:
    """Why the rest is not said; a person is told what they can do something about."""
    if isinstance(error, ProductError) and error.status == 429:
        return "limit", str(error.message)
    log.warning("passage_not_said", code=error.code)
    return "failed", ""
