"""One reply said to one socket while it is written: it hears what everybody is told, and nothing before that.

Beside the text, never before it: sentences are cut as pieces arrive, sound is asked for and sent by a task of its own,
and no more of it than a few seconds ahead of what can have been played.
"""

import asyncio
import base64
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from accounts.errors import ProductError
from chat import protocol
from chat.live.outbox import Outbox
from chat.live.text import LiveTurn
from chat.services.aloud.passages import Saying
from inference.base import SPEECH_RATE, ModelError
from voice.services.clips import Gathered
from voice.services.saying import Listener
from voice.speaking.files import seconds_of
from voice.speaking.script import Cutter, Passage
from voice.speaking.voices import Voice

log = structlog.get_logger(__name__)
ASKED_AT_ONCE = 2
AHEAD_SECONDS = 12.0
WAITING_CHARACTERS = 128 * 1024  # of frames that a slow reader has not taken: text comes before sound
LOOK_AGAIN_SECONDS = 0.05
Keep = Callable[[str, bytes], Awaitable[None]]


class Telling:
    """A watcher of the turn. Passages up to `after` were heard already; `from_now`: as was all that is said so far."""

    def __init__(
        self,
        turn: LiveTurn,
        outbox: Outbox,
        listener: Listener,
        *,
        directions: bool,
        after: int = 0,
        from_now: bool = False,
    ) -> None:
        self.turn, self.outbox, self.listener = turn, outbox, listener
        self.directions = directions
        self._after = after
        self._read = turn.taken_back
        self._taken_back = turn.taken_back
        self._cutter = Cutter()
        self._waiting: deque[Saying] = deque()
        self._under_way: deque[Saying] = deque()
        self._parts = self._seq = 0
        self._told_to = 0
        self._sent_seconds, self._began = 0.0, 0.0
        self._news = asyncio.Event()
        self._loop = asyncio.get_running_loop()
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

    def hush(self) -> None:
        self.hushed = True
        self._news.set()

    # ------------------------------------------------------------ saying it

    async def run(self, voice: Awaitable[Voice], keep: Keep) -> None:
        try:
            self.voice = await voice
            reason, message = await self._say_all()
            self._end(reason, message)
            if reason == "complete" and self.sound.wanted:
                await keep(self.turn.text, self.sound.pcm)
        except (ProductError, ModelError) as error:
            self._end("failed")
            log.warning("reply_not_said", turn=str(self.turn.turn_id), code=error.code)
        finally:
            self.turn.watchers.discard(self)
            self._drop()

    async def _say_all(self) -> tuple[protocol.SpeechEnd, str]:
        while True:
            self._news.clear()
            if self.hushed:
                return "hushed", ""
            ended = self.turn.ended.is_set()
            if self.turn.taken_back > self._taken_back:
                self._take_back()
            self._cut(last=ended)
            self._ask()
            if self._under_way:
                head = self._under_way[0]
                if not self._has_room():
                    await asyncio.sleep(LOOK_AGAIN_SECONDS)
                    continue
                if piece := head.take():
                    self._send(head, piece)
                    continue
                if head.ended:
                    if head.error is not None:
                        return _reason(head.error)
                    self._under_way.popleft()
                    continue
            elif ended:
                return "complete", ""
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
        while self._waiting and len(self._under_way) < ASKED_AT_ONCE:
            saying = self._waiting.popleft()
            self._under_way.append(saying)
            saying.ask(self.listener, self.voice, self.turn.character_id, self._news.set)

    def _has_room(self) -> bool:
        played = self._loop.time() - self._began if self._began else 0.0
        return self.outbox.waiting < WAITING_CHARACTERS and self._sent_seconds - played < AHEAD_SECONDS

    def _send(self, saying: Saying, piece: bytes) -> None:
        self._began = self._began or self._loop.time()
        self._sent_seconds += seconds_of(piece)
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
        self._sent_seconds = self._began = 0.0
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
