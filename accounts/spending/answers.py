"""Answers that are kept: whoever asks a model for the same thing again within a while has the same, for nothing.

For what is asked beside a talk, of one person's own, and never for what a character says: docs/adr/0021. An answer lies
in Redis under a keyed hash of all that was asked and by whom, sealed under a key made of the same: without the question
nobody opens it, and nobody else's question is the same. Redis away, every question is asked.
"""

import hashlib
import hmac
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec
import structlog
from django.conf import settings
from redis.exceptions import RedisError

from accounts.encryption import Cipher, Place
from accounts.errors import ContentLost
from accounts.scripts import Script, scripts
from accounts.spending.calls import Call, Spent
from accounts.spending.spend import asking, settle
from inference.base import ChatRequest, ReplyStream, Usage

log = structlog.get_logger(__name__)

AWAY = (RedisError, OSError, TimeoutError)
SECONDS = 0.5  # nobody waits longer for Redis
MOST_LETTERS = 100_000
WHOLE = "stop"

GET = Script("return redis.call('GET', KEYS[1])")
SET = Script("return redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])")


class Kept(msgspec.Struct, frozen=True):
    text: str
    model: str


class Question:
    """Where an answer lies, and what opens it."""

    def __init__(self, call: Call, request: ChatRequest, template: str) -> None:
        asked = msgspec.json.encode([template, call.operation, call.user_id, request])
        digest = hmac.digest(settings.SECRET_KEY.encode(), b"kept answer\0" + asked, hashlib.sha512)
        name = UUID(bytes=digest[:16])
        self.key, self._place = f"answer:{name.hex}", Place("answer", name)
        self._cipher = Cipher(name, digest[32:])

    def seal(self, kept: Kept) -> bytes:
        return self._cipher.seal_bytes(msgspec.json.encode(kept), self._place)

    def open(self, blob: bytes) -> Kept:
        return msgspec.json.decode(self._cipher.open_bytes(blob, self._place), type=Kept)


class Answer:
    """What is said, piece by piece. `again`: it was kept; `keep` says that it is fit to be."""

    def __init__(self, reply: ReplyStream | None, said: Sequence[str] = ()) -> None:
        self.again = reply is None
        self.fit = False
        self.said: list[str] = list(said)
        self._reply = reply

    async def __aiter__(self) -> AsyncIterator[str]:
        if self._reply is None:
            for piece in self.said:
                yield piece
            return
        async for piece in self._reply:
            self.said.append(piece)
            yield piece

    def keep(self) -> None:
        self.fit = True


@asynccontextmanager
async def asking_once(
    call: Call, request: ChatRequest, *, template: str, anew: bool = False, beside: Sequence[Spent] = ()
) -> AsyncIterator[Answer]:
    """As `spend.asking`; but what was asked before, and is kept, is not asked again unless it is wanted `anew`.

    `template` is the name and version of the words that it was made of.
    """
    question = Question(call, request, template)
    if not anew and (kept := await _look(question)) is not None:
        try:
            yield Answer(None, [kept.text])
        finally:
            await settle(call, Spent(call, kept.model, Usage(0, 0), again=True), *beside)
        return
    async with asking(call, request, beside=beside) as reply:
        answer = Answer(reply)
        yield answer
    text = "".join(answer.said)
    if answer.fit and reply.finish == WHOLE and len(text) <= MOST_LETTERS:
        await _keep(question, Kept(text, reply.served_by or request.model))


async def _look(question: Question) -> Kept | None:
    try:
        blob = await _run(GET, question)
        return question.open(blob) if blob else None
    except (*AWAY, ContentLost, msgspec.DecodeError) as error:
        log.info("answer_not_looked_up", error=type(error).__name__)
        return None


async def _keep(question: Question, kept: Kept) -> None:
    try:
        await _run(SET, question, question.seal(kept), settings.ANSWERS_KEPT_SECONDS)
    except AWAY as error:
        log.info("answer_not_kept", error=type(error).__name__)


async def _run(script: Script, question: Question, *arguments: Any) -> Any:
    if not settings.ANSWERS_KEPT_SECONDS:
        return None
    return await scripts().run(script, [question.key], arguments, seconds=SECONDS)
