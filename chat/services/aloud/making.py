"""The sound of a line for a program that fetches it later: made here, and known of in every process.

What is made is a clip as any (`voice/services/clips.py`); that it is being made, or why it was not, stands in Redis for
a while, under a digest that says nothing of the words.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import structlog
from django.utils.translation import gettext_lazy as _

from accounts.errors import Conflict, NotFound, ProductError, Unavailable
from accounts.models import User
from chat.database import in_thread
from chat.live import redis
from chat.live.node import node
from voice.services.clips import clip_of, digest_of, kept
from voice.services.packing import Sound
from voice.services.playing import Line, NotSaid, Playing

log = structlog.get_logger(__name__)
State = Literal["absent", "making", "ready", "refused"]
MAKING_SECONDS = 180  # the longest that one is made; a process that dies meanwhile leaves it "making" until then
REFUSED_SECONDS = 600  # that the reason is told


class NotKept(Conflict):
    code = "not_kept"
    message = _("Of temporary and sealed talks no sound is kept. Listen to it on the page.")


class TooLongToKeep(Conflict):
    code = "too_long_to_keep"
    message = _(
        "To say this line takes more than ten minutes, and so long a sound is not kept. Listen to it on the page."
    )


class NoSound(NotFound):
    code = "no_sound"
    message = _("This line was not said aloud yet. Ask for it first.")


class Refusal(msgspec.Struct):
    """Why one was not made, for programs and for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Making:
    """How far the sound of a line is. `seconds` and `ending` of one that is ready, `refusal` of one that is refused."""

    state: State
    seconds: float | None = None
    ending: str = ""
    refusal: Refusal | None = None


_refusal_in = msgspec.json.Decoder(Refusal).decode


async def have_made(user: User, line: Line) -> Making:
    """Begins it where it is not there and not begun. Raises NotKept, NothingToSay, NoVoice, AllowanceUsedUp,
    RateLimited and Unavailable, and then nothing was begun."""
    if not line.keeps:
        raise NotKept
    named = await in_thread(_named)(user, line)
    try:
        is_first = await redis.client().set(_making(named), b"", ex=MAKING_SECONDS, nx=True)
        if is_first:
            await redis.client().delete(_refused(named))
    except redis.AWAY as error:
        raise Unavailable from error
    if not is_first:
        return await how_far(user, line)
    try:
        playing = await in_thread(Playing)(user, line)
    except BaseException:
        await _ended(named)
        raise
    if playing.kept is None:
        node().spawn(_make(playing, named), "make sound")
        return Making("making")
    await _ended(named)
    return await how_far(user, line)


async def how_far(user: User, line: Line) -> Making:
    """Unavailable without Redis."""
    named = await in_thread(_named)(user, line)
    try:
        # In this order: what is not being made any more is there by now.
        is_made, told = await redis.client().mget(_making(named), _refused(named))
    except redis.AWAY as error:
        raise Unavailable from error
    if (clip := await in_thread(clip_of)(user, line.said)) is not None:
        return Making("ready", clip.seconds, clip.ending)
    if is_made is not None:
        return Making("making")
    return Making("refused", refusal=_refusal_in(told)) if told else Making("absent")


def sound_of(user: User, line: Line) -> Sound:
    """Raises NoSound."""
    sound = kept(user, line.said)
    if sound is None:
        raise NoSound
    return sound


async def _make(playing: Playing, named: str) -> None:
    """Whatever comes of it is told."""
    refused: ProductError | None = NotSaid()
    try:
        async with asyncio.timeout(MAKING_SECONDS):
            await playing.say()
        is_kept = await in_thread(clip_of)(playing.user, playing.line.said) is not None
        refused = None if is_kept else TooLongToKeep() if playing.is_too_long else NotKept()
    except TimeoutError:
        log.warning("sound_not_made", seconds=MAKING_SECONDS)
    except ProductError as error:
        refused = error
    finally:
        await _ended(named, refused)


async def _ended(named: str, refused: ProductError | None = None) -> None:
    try:
        if refused is not None:
            told: Any = msgspec.json.encode(Refusal(refused.code, str(refused.message)))
            await redis.client().set(_refused(named), told, ex=REFUSED_SECONDS)
        await redis.client().delete(_making(named))
    except redis.AWAY as error:
        log.warning("sound_end_not_told", error=type(error).__name__)


def _named(user: User, line: Line) -> str:
    return digest_of(user, line.said).hex()


def _making(named: str) -> str:
    return f"dramatis:sound:{named}:making"


def _refused(named: str) -> str:
    return f"dramatis:sound:{named}:refused"
