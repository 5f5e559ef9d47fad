"""A sentence said aloud: held against the caps, then asked of whoever speaks."""

import asyncio
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy

from accounts.errors import NotFound
from accounts.models import Operation
from accounts.spending.calls import Call
from accounts.spending.owed import Owed
from inference.base import ModelError, SpeechRequest, Usage
from inference.prices import speech_cost
from inference.registry import speech_model
from inference.tokens import estimate
from voice.services.listeners import Listener
from voice.speaking.delivery import manner_of
from voice.speaking.script import Passage
from voice.speaking.voices import Voice


class NoVoice(NotFound):
    code = "no_voice"
    message = gettext_lazy("Nobody speaks in this house. Your browser can read aloud by itself.")


def can_speak() -> bool:
    return bool(settings.SPEECH_MODEL)


def require_voice() -> None:
    if not can_speak():
        raise NoVoice


async def say(
    listener: Listener,
    passage: Passage,
    voice: Voice,
    hear: Callable[[bytes], None],
    *,
    owed: Owed,
    character_id: UUID | None = None,
) -> None:
    """Whole samples to `hear` as they come. Its letters are paid for before (`letters.py`); what it costs is `owed`.
    Raises SpendCap, NoVoice, ModelError."""
    speaker = speech_model(settings.SPEECH_MODEL)
    if speaker is None:
        raise NoVoice
    how = manner_of(passage, pace=voice.speed, nearness=voice.nearness)
    request = SpeechRequest(
        settings.SPEECH_MODEL, passage.text, voice.called, how.speed, how.style, how.pitch, how.volume, how.emphasis
    )
    call = Call(Operation.SPEECH, listener.user_id, listener.plan, character_id)
    usage = Usage(estimate(passage.text), 0, estimated=True)
    is_heard = False

    def heard(sound: bytes) -> None:
        nonlocal is_heard
        is_heard = True
        hear(sound)

    broken_off: BaseException | None = None
    async with owed.paying(call, request.model, usage, speech_cost(len(passage.text))):
        try:
            await speaker.say(request, heard)
        except (asyncio.CancelledError, ModelError) as error:
            if not is_heard:
                raise
            broken_off = error  # whoever speaks bills what was begun
    if broken_off is not None:
        raise broken_off
