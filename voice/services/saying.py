"""A sentence said aloud: counted against the day's allowance and the caps, then asked of whoever speaks."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import connection
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import AllowanceUsedUp, NotFound
from accounts.ids import uuid7
from accounts.limits import SPEND_SPEECH_SQL, seconds_until_tomorrow
from accounts.models import Operation, User
from accounts.spending.calls import Call
from accounts.spending.spend import paying
from inference.base import ModelError, SpeechRequest, Usage
from inference.prices import speech_cost
from inference.registry import speech_model
from inference.tokens import estimate
from voice.speaking.delivery import manner_of
from voice.speaking.script import Passage
from voice.speaking.voices import Voice


@dataclass(frozen=True, slots=True)
class Listener:
    """Whom it is said to, and who pays."""

    user_id: UUID
    plan: str
    letters_a_day: int | None

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(user.pk, user.plan_id or "", user.plan.spoken_per_day)


class NoVoice(NotFound):
    code = "no_voice"
    message = gettext_lazy("Nobody speaks in this house. Your browser can read aloud by itself.")


def can_speak() -> bool:
    return bool(settings.SPEECH_MODEL)


def require_voice() -> None:
    if not can_speak():
        raise NoVoice


async def paid(listener: Listener, letters: int) -> None:
    await database_sync_to_async(pay, thread_sensitive=False)(listener, letters)


async def say(
    listener: Listener,
    passage: Passage,
    voice: Voice,
    hear: Callable[[bytes], None],
    *,
    character_id: UUID | None = None,
) -> None:
    """Whole samples to `hear` as they come. Paid for before (`pay`). Raises SpendCap, NoVoice, ModelError."""
    speaker = speech_model(settings.SPEECH_MODEL)
    if speaker is None:
        raise NoVoice
    how = manner_of(passage, pace=voice.speed)
    request = SpeechRequest(settings.SPEECH_MODEL, passage.text, voice.called, how.speed, how.style)
    call = Call(Operation.SPEECH, listener.user_id, listener.plan, character_id)
    usage = Usage(estimate(passage.text), 0, estimated=True)
    is_heard = False

    def heard(sound: bytes) -> None:
        nonlocal is_heard
        is_heard = True
        hear(sound)

    broken_off: BaseException | None = None
    async with paying(call, request.model, usage, speech_cost(len(passage.text))):
        try:
            await speaker.say(request, heard)
        except (asyncio.CancelledError, ModelError) as error:
            if not is_heard:
                raise
            broken_off = error  # whoever speaks bills what was begun
    if broken_off is not None:
        raise broken_off


def pay(listener: Listener, letters: int) -> None:
    """Of the day's allowance. Raises AllowanceUsedUp."""
    limit = listener.letters_a_day
    with connection.cursor() as cursor:
        spent: dict[str, Any] = {"id": uuid7(), "user_id": listener.user_id, "letters": letters, "limit": limit}
        cursor.execute(SPEND_SPEECH_SQL, spent)
        if cursor.fetchone() is None:
            told = _("%(limit)s letters can be said aloud a day. Your browser reads on; tomorrow there is more.")
            told %= {"limit": number_format(limit or 0, force_grouping=True)}
            raise AllowanceUsedUp(told, limit=limit, retry_after=seconds_until_tomorrow())
