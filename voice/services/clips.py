"""What was said aloud, kept to be heard again."""

import hmac
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts.encryption import Place, cipher_for, cipher_of, key_id_of
from accounts.errors import ContentLost
from accounts.holds import held_people
from accounts.ids import uuid7
from accounts.models import User
from voice.models import Clip
from voice.services.packing import Sound
from voice.speaking.files import seconds_of
from voice.speaking.voices import Voice

PLACE = "clip"
MOST_SECONDS = 600.0  # longer ones are said again


class Said(NamedTuple):
    """What of a text was said, and how: the same again is the same clip."""

    text: str
    voice: Voice
    directions: bool


def clip_of(user: User, said: Said) -> Clip | None:
    """What was said of this before, without its sound. Raises ContentLost where its owner's key is."""
    return Clip.objects.filter(owner=user, digest=digest_of(user, said)).defer("sound").first()


def kept(user: User, said: Said) -> Sound | None:
    """The sound of it, where it can still be read."""
    try:
        clip = Clip.objects.filter(owner=user, digest=digest_of(user, said)).first()
        if clip is None:
            return None
        data = cipher_for(key_id_of(clip.sound)).open_bytes(clip.sound, Place(PLACE, clip.pk))
    except ContentLost:
        return None
    return Sound(clip.ending, data)


class Gathered:
    """What is said, for as long as it will be kept: `wanted`, and not too long."""

    def __init__(self, wanted: bool) -> None:
        self.wanted = wanted
        self._pcm = bytearray()

    def add(self, piece: bytes) -> None:
        if not self.wanted:
            return
        self._pcm += piece
        if seconds_of(self._pcm) > MOST_SECONDS:
            self.drop()

    def drop(self) -> None:
        self.wanted = False
        self.clear()

    def clear(self) -> None:
        self._pcm = bytearray()

    @property
    def pcm(self) -> bytes:
        return bytes(self._pcm)


def keep(
    user: User,
    said: Said,
    sound: Sound,
    *,
    seconds: float,
    conversation_id: UUID | None = None,
    message_id: UUID | None = None,
    still: Callable[[], bool] | None = None,
) -> None:
    """Twice the same is kept once; nothing of who is leaving, whose key is destroyed. `still`: whether it may be kept
    by now, asked within the transaction."""
    if not seconds or seconds > MOST_SECONDS:
        return
    try:
        cipher, digest = cipher_of(user), digest_of(user, said)
    except ContentLost:
        return
    pk = uuid7()
    clip = Clip(
        pk=pk,
        owner=user,
        conversation_id=conversation_id,
        message_id=message_id,
        digest=digest,
        sound=cipher.seal_bytes(sound.data, Place(PLACE, pk)),
        ending=sound.ending,
        seconds=seconds,
    )
    with transaction.atomic():
        if still is None or still():
            Clip.objects.bulk_create([clip], ignore_conflicts=True)


def digest_of(user: User, said: Said) -> bytes:
    """What tells it from all else, and nobody without the owner's key what it is. Raises ContentLost."""
    text = "\x00".join((settings.SPEECH_MODEL, *said.voice.key, str(said.directions), said.text))
    return hmac.digest(cipher_of(user).derive("clips 1"), text.encode("utf-8", "surrogatepass"), "sha256")


def forget_clips_of_talk(conversation_id: UUID) -> None:
    Clip.objects.filter(conversation_id=conversation_id).delete()


def forget_clips_of_lines(conversation_id: UUID, message_ids: Collection[UUID]) -> None:
    Clip.objects.filter(conversation_id=conversation_id, message_id__in=message_ids).delete()


def due(now: datetime) -> Mapping[str, int]:
    return {"clips": _old(now).count()}


def sweep(now: datetime) -> Mapping[str, int]:
    gone, _by_model = _old(now).delete()
    return {"clips": gone}


def _old(now: datetime) -> QuerySet[Clip]:
    return Clip.objects.filter(created_at__lt=now - timedelta(days=settings.SPEECH_DAYS)).exclude(
        owner__in=held_people(now)
    )
