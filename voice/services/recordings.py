"""Recordings that are kept: sealed, heard by their owner alone, gone after a while."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from accounts.consents.answers import agrees
from accounts.encryption import Place, cipher_for, cipher_of, key_id_of
from accounts.errors import ContentLost, NotFound
from accounts.holds import held_people
from accounts.ids import uuid7
from accounts.models import DataUse, User
from voice.models import Recording

PLACE = "recording"
ENDING, CONTENT_TYPE = "ogg", "audio/ogg"


class Sound(NamedTuple):
    content_type: str
    data: bytes


def keep_recording(*, user_id: UUID, conversation_id: UUID, clip: bytes, seconds: float) -> UUID | None:
    """None where there is nothing to keep, or nobody who would have it kept any more."""
    user = User.objects.filter(pk=user_id).first() if clip else None
    if user is None or not agrees(user, DataUse.RECORDINGS):
        return None
    pk = uuid7()
    try:
        sealed = cipher_of(user).seal_bytes(clip, Place(PLACE, pk))
    except ContentLost:
        return None
    Recording.objects.create(pk=pk, owner=user, conversation_id=conversation_id, sound=sealed, seconds=seconds)
    return pk


def recordings_of(user: User) -> QuerySet[Recording]:
    """The newest first, without their sound."""
    return Recording.objects.filter(owner=user).defer("sound")


def sound_of(*, user: User, recording_id: UUID) -> Sound:
    """NotFound for a stranger's as for one that is missing; ContentLost where its key is."""
    recording = Recording.objects.filter(owner=user, pk=recording_id).first()
    if recording is None:
        raise NotFound
    data = cipher_for(key_id_of(recording.sound)).open_bytes(recording.sound, Place(PLACE, recording.pk))
    return Sound(CONTENT_TYPE, data)


def forget_recording(*, user: User, recording_id: UUID) -> None:
    """NotFound as above."""
    if not Recording.objects.filter(owner=user, pk=recording_id).delete()[0]:
        raise NotFound


def forget_recordings(user: User) -> None:
    Recording.objects.filter(owner=user).delete()


def forget_recordings_of_talk(conversation_id: UUID) -> None:
    Recording.objects.filter(conversation_id=conversation_id).delete()


def agreed_or_not(user: User, given: bool) -> None:
    """Who takes back that their recordings are kept has none left."""
    if not given:
        forget_recordings(user)


def due(now: datetime) -> Mapping[str, int]:
    return {"recordings": _old(now).count()}


def sweep(now: datetime) -> Mapping[str, int]:
    return {"recordings": _old(now).delete()[0]}


def _old(now: datetime) -> QuerySet[Recording]:
    return Recording.objects.filter(created_at__lt=now - timedelta(days=settings.CLIPS_DAYS)).exclude(
        owner__in=held_people(now)
    )
