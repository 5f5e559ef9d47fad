"""What was said, as it is kept and taken along: MP3 by the audio worker where the extra is installed, else WAV."""

from asyncio import AbstractEventLoop, get_running_loop
from typing import NamedTuple
from weakref import WeakKeyDictionary

import structlog

from inference.base import SPEECH_RATE
from voice.hearing.door import WorkerAway, audio_worker, is_installed
from voice.speaking.files import wav_head

log = structlog.get_logger(__name__)
MOST_WAITING = 8  # replies of a process that are packed while nobody waits for it


class Sound(NamedTuple):
    ending: str
    data: bytes


async def packed(pcm: bytes) -> Sound:
    """Somebody waits for it: as WAV where the worker is away."""
    return await _mp3(pcm) or Sound("wav", wav_head(len(pcm)) + pcm)


async def packed_beside(pcm: bytes) -> Sound | None:
    """Nobody waits for it. None while too many are being packed, or where it fails: it will be said again."""
    if not is_installed():
        return await packed(pcm)
    loop = get_running_loop()
    if _waiting.get(loop, 0) >= MOST_WAITING:
        log.info("clip_not_packed", waiting=MOST_WAITING)
        return None
    _waiting[loop] = _waiting.get(loop, 0) + 1
    try:
        return await _mp3(pcm)
    finally:
        _waiting[loop] -= 1


async def _mp3(pcm: bytes) -> Sound | None:
    if not is_installed():
        return None
    try:
        return Sound("mp3", await audio_worker().packed(pcm, SPEECH_RATE))
    except WorkerAway as error:
        log.warning("clip_not_packed", error=str(error))
        return None


_waiting: WeakKeyDictionary[AbstractEventLoop, int] = WeakKeyDictionary()
