"""One recording under way: pieces come in from a socket, words go out to whichever socket its owner has by then."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from accounts.errors import ProductError
from accounts.models import Operation
from accounts.spending.calls import Call
from accounts.spending.spend import paying
from chat import protocol
from chat.services.hearing.refusals import NobodyListens, NoRecording, NotUnderstood, in_words
from chat.services.turns import errors
from inference.base import HearingRequest, ModelError, Recogniser, Usage
from inference.prices import hearing_cost
from voice.hearing.caps import MOST_BYTES
from voice.hearing.door import Recording, WorkerAway, audio_worker
from voice.hearing.words import Phrase, Refused, Report

log = structlog.get_logger(__name__)

PATIENCE = 30.0  # seconds that a recording waits for its next piece, and for its owner to come back
Emit = Callable[[protocol.ServerFrame], None]


@dataclass(frozen=True, slots=True)
class Order:
    """Whose recording it is, and how it is to be heard."""

    client_id: UUID
    user_id: UUID
    conversation_id: UUID
    plan: str
    model: str
    language: str
    wrapping: str
    names: tuple[str, ...] = ()
    keep: bool = False
    character_id: UUID | None = None


@dataclass
class Heard:
    """What came of it."""

    finals: list[protocol.SttFinal] = field(default_factory=list)
    seconds: float = 0.0
    noise_level: float | None = None
    clip: bytes = b""
    error: ProductError | None = None


class Hearing:
    """`take` and `end` never wait; `run` is its life. Phrases are recognised one by one, and of drafts the newest."""

    def __init__(self, order: Order, recogniser: Recogniser, emit: Emit | None = None) -> None:
        self.order, self.heard = order, Heard()
        self.emit = emit
        self._recogniser = recogniser
        self._pieces: deque[bytes] = deque()
        self._bytes = 0
        self.seq = 0  # of the last piece that is here
        self._last: int | None = None
        self._moved = asyncio.Event()
        self._phrases: deque[Phrase] = deque()
        self._draft: Phrase | None = None
        self._news = asyncio.Event()
        self._is_heard_out = self._is_left = False

    @property
    def key(self) -> tuple[UUID, UUID]:
        return self.order.user_id, self.order.client_id

    def take(self, seq: int, data: bytes) -> None:
        """What is there already is acknowledged again; so is what comes before its turn, with the one that is missing
        next."""
        if seq == self.seq + 1 and self._last is None and self._bytes <= MOST_BYTES:
            self.seq, self._bytes = seq, self._bytes + len(data)
            self._pieces.append(data)
            self._moved.set()
        else:
            self.tell(protocol.AudioAck(self.order.client_id, self.seq))

    def end(self, last_seq: int) -> None:
        """NoRecording where pieces are missing: they have to come first."""
        if last_seq > self.seq:
            self.tell(protocol.AudioAck(self.order.client_id, self.seq))
            raise NoRecording
        self._last = self.seq
        self._moved.set()

    def leave(self) -> None:
        """Nobody sends the rest, unless it was taken over by another socket. One that has its end goes on to it."""
        if self.emit is None:
            self._is_left = True
            self._moved.set()

    def attach(self, emit: Emit) -> None:
        """Whoever comes back is told how far it has come, and all that was understood."""
        self.emit, self._is_left = emit, False
        self.tell(protocol.AudioAck(self.order.client_id, self.seq, self.heard.seconds))
        for final in self.heard.finals:
            self.tell(final)

    def detach(self, emit: Emit) -> None:
        if self.emit == emit:
            self.emit = None

    async def run(self) -> Heard:
        """To its end. Raises nothing: what went wrong is told, and in `heard.error`."""
        words = asyncio.create_task(self._write_down())
        try:
            async with audio_worker().recording(self.order.wrapping, keep=self.order.keep) as recording:
                await self._listen(recording)
            self._is_heard_out = True
            self._news.set()
            await words
        except Refused as refused:
            self._fail(in_words(refused))
        except WorkerAway:
            log.warning("audio_worker_away", recording=str(self.order.client_id))
            self._fail(NobodyListens())
        except TimeoutError:
            log.info("recording_left", recording=str(self.order.client_id))
            self._fail(NoRecording())
        finally:
            words.cancel()
        return self.heard

    async def _listen(self, recording: Recording) -> None:
        done = 0
        while True:
            while self._pieces:
                report = await recording.process_chunk(self._pieces.popleft())
                done += 1
                self._hear(report, done)
            if self._last is not None:
                self._hear(await recording.flush(), done)
                return
            if self._is_left:
                raise TimeoutError
            self._moved.clear()
            async with asyncio.timeout(PATIENCE):
                await self._moved.wait()

    def _hear(self, report: Report, seq: int) -> None:
        self.heard.seconds, self.heard.noise_level = report.seconds, report.noise_level
        self.tell(
            protocol.AudioAck(
                self.order.client_id,
                seq,
                report.seconds,
                report.speech_probability,
                report.noise_level,
                report.speaking,
            )
        )
        self.heard.clip = report.clip
        self._phrases += report.phrases
        self._draft = None if report.phrases else report.draft or self._draft
        self._news.set()

    async def _write_down(self) -> None:
        while True:
            if self._phrases:
                await self._finish(self._phrases.popleft())
            elif self._draft is not None:
                draft, self._draft = self._draft, None
                await self._guess(draft)
            elif self._is_heard_out:
                return
            else:
                self._news.clear()
                await self._news.wait()

    async def _finish(self, phrase: Phrase) -> None:
        try:
            text = await self._asked(phrase)
        except ProductError as error:
            return self._fail(error)
        final = protocol.SttFinal(self.order.client_id, phrase.number, text, phrase.seconds)
        self.heard.finals.append(final)
        return self.tell(final)

    async def _guess(self, draft: Phrase) -> None:
        """What fails here is told when the phrase has ended and fails again."""
        with suppress(ProductError):
            text = await self._asked(draft)
            if text and not self._phrases:
                self.tell(protocol.SttInterim(self.order.client_id, draft.number, text))

    async def _asked(self, phrase: Phrase) -> str:
        order = self.order
        call = Call(Operation.HEARING, order.user_id, order.plan, order.character_id)
        request = HearingRequest(order.model, phrase.sound, order.language, order.names)
        try:
            async with paying(call, order.model, Usage(0, 0, estimated=True), hearing_cost(phrase.seconds)):
                return await self._recogniser.recognise(request)
        except ModelError as error:
            log.warning("phrase_not_understood", code=error.code, recording=str(order.client_id))
            raise NotUnderstood(retry_after=error.retry_after) from error

    def _fail(self, error: ProductError) -> None:
        self.heard.error = error
        self.tell(errors.frame(error, self.order.client_id))

    def tell(self, frame: protocol.ServerFrame) -> None:
        if self.emit is not None:
            self.emit(frame)
