"""Recordings that somebody agreed to keep: theirs alone, for a while."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.consents.answers import agrees, answer, newest
from accounts.encryption import destroy_key
from accounts.erasure import erase
from accounts.errors import NotFound
from accounts.ids import uuid7
from accounts.models import DataKey, DataUse, Purpose, User
from accounts.retention import rule_named, run
from chat.services.hearing.refusals import in_words
from voice.hearing.words import Refused
from voice.models import Recording
from voice.services.recordings import forget_recordings_of_talk, keep_recording, sound_of

SOUND = b"OggS and what somebody said"


def agreed(user: User, given: bool = True) -> None:
    answer(user=user, purpose=DataUse.RECORDINGS, given=given, version=newest(DataUse.RECORDINGS).version)


def a_recording(user: User, talk: UUID | None = None, clip: bytes = SOUND, agrees: bool = True) -> Any:
    if agrees:
        agreed(user)
    return keep_recording(user_id=user.pk, conversation_id=talk or uuid7(), clip=clip, seconds=1.5)


def test_what_was_said_lies_sealed_and_is_opened_for_its_owner_alone(alice: User, bob: User) -> None:
    pk = a_recording(alice)
    assert SOUND not in bytes(Recording.objects.get(pk=pk).sound)
    assert sound_of(user=alice, recording_id=pk).data == SOUND
    with pytest.raises(NotFound):
        sound_of(user=bob, recording_id=pk)
    assert a_recording(alice, clip=b"") is None


def test_nothing_is_kept_of_who_agrees_no_more_or_is_gone(alice: User, bob: User) -> None:
    assert a_recording(alice, agrees=False) is None
    agreed(bob)
    destroy_key(DataKey.objects.get(owner=bob, purpose=Purpose.USER))
    assert a_recording(bob, agrees=False) is None
    assert not Recording.objects.exists()


def test_the_page_lists_plays_and_deletes(client: Client, alice: User) -> None:
    pk = a_recording(alice)
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("recordings")).content.decode()
    assert reverse("recording-sound", args=[pk]) in page
    assert "Nothing that you say is kept as sound." not in page
    sound = client.get(reverse("recording-sound", args=[pk]))
    assert (sound.content, sound["Content-Type"]) == (SOUND, "audio/ogg")
    assert "no-store" in sound["Cache-Control"]
    assert client.post(reverse("recording-delete", args=[pk])).status_code == 302
    assert client.get(reverse("recording-sound", args=[pk])).status_code == 404


def test_they_go_with_time_with_the_talk_and_with_the_answer(alice: User, bob: User) -> None:
    talk = uuid7()
    old, new, of_talk, bobs = a_recording(alice), a_recording(alice), a_recording(alice, talk), a_recording(bob)
    Recording.objects.filter(pk=old).update(created_at=timezone.now() - timedelta(days=31))
    assert rule_named("recordings").due(timezone.now()) == {"recordings": 1}
    assert run("recordings").gone == {"recordings": 1}
    forget_recordings_of_talk(talk)
    assert set(Recording.objects.values_list("pk", flat=True)) == {new, bobs}
    agreed(alice, given=False)
    assert set(Recording.objects.values_list("pk", flat=True)) == {bobs}
    assert of_talk is not None
    erase(bob)
    assert not Recording.objects.exists()


def test_who_agrees_in_a_talk_agrees_to_the_words_that_were_shown(client: Client, alice: User) -> None:
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    url, versions = reverse("microphone-agree"), {each: newest(each).version for each in DataUse}

    def agree(**fields: int) -> int:
        return client.post(url, fields, content_type="application/json").status_code

    assert agree(voice=versions[DataUse.VOICE] - 1) == 400
    assert not agrees(alice, DataUse.VOICE)
    assert agree(voice=versions[DataUse.VOICE]) == 200
    assert (agrees(alice, DataUse.VOICE), agrees(alice, DataUse.RECORDINGS)) == (True, False)
    assert agree(voice=versions[DataUse.VOICE], recordings=versions[DataUse.RECORDINGS]) == 200
    assert agrees(alice, DataUse.RECORDINGS)


def test_every_refusal_has_words_and_the_microphone_is_for_our_pages_alone(client: Client, db: None) -> None:
    for code in ("audio_truncated", "audio_too_long", "audio_too_rich", "audio_unreadable"):
        error = in_words(Refused(code))
        assert error.code == code
        assert str(error.message)
    policy = client.get("/healthz")["Permissions-Policy"]
    assert "microphone=(self)" in policy
    assert "camera=()" in policy
