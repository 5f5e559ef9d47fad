"""What was said aloud: once more, as a file, sealed, for its owner alone, for a while."""

import asyncio
import io
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts import plans
from accounts.erasure import erase
from accounts.errors import AllowanceUsedUp, Invalid
from accounts.guests import BACKEND
from accounts.ids import uuid7
from accounts.models import Operation, Plan, UsageDay, User
from accounts.models.spending import ModelUse
from accounts.people import create_people
from accounts.retention import run
from accounts.spending.owed import Owed
from characters.content import checked
from characters.models import Draft
from chat.models import Conversation, Message
from chat.selectors.aloud import voice_in
from chat.services.conversations import start_conversation
from inference.base import SPEECH_RATE
from inference.emotion.reading import warm
from inference.standin.speech import seconds_of
from memory.bonds.standing import nearness_of
from memory.models import Mode
from memory.services.wishes import choose_mode
from tests.chat.stage import in_database, mira
from tests.voice.bonds import come_nearer
from voice.models import Clip
from voice.services.account import Account
from voice.services.clips import MOST_SECONDS, Gathered, Said, keep, kept
from voice.services.letters import pay
from voice.services.listeners import Listener
from voice.services.packing import Sound
from voice.services.saying import NoVoice, require_voice, say
from voice.speaking.script import Passage
from voice.speaking.voices import Voice

SECRET = b"\x11\x22" * SPEECH_RATE  # one second
SOUND = Sound("wav", SECRET)


@pytest.fixture
def alice(committed: None) -> User:
    """Sound is kept from other threads: what they are to see is committed."""
    return person()


@pytest.fixture
def bob(committed: None) -> User:
    return person()


def person() -> User:
    [user] = create_people([User(plan_id=plans.UNLIMITED, email=f"{uuid7()}@example.org")], language="en")
    return user


@pytest.fixture
def talk(alice, standin):
    character = mira("script-3", presentation={"voice": "deep"})
    return start_conversation(owner=alice, character=character, version=character.published)


@pytest.fixture
def opening(talk) -> Message:
    return Message.objects.get(conversation=talk)


def page_of(user) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def address(talk: Conversation, message: Message, **more: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in more.items())
    return f"/talks/{talk.pk}/messages/{message.pk}/voice?{query}"


def test_a_line_is_said_and_the_second_time_it_is_the_kept_one(alice, talk, opening, standin) -> None:
    first = page_of(alice).get(address(talk, opening))
    data = b"".join(first)
    assert first["Content-Type"] == "audio/wav"
    assert first["Cache-Control"] == "private, no-store"
    seconds = (len(data) - 44) / 2 / SPEECH_RATE
    assert seconds == pytest.approx(seconds_of("looks up") / 0.96 + seconds_of("“Evening, You.”"), rel=0.05)
    [clip] = Clip.objects.filter(owner=alice)
    assert (clip.message_id, clip.conversation_id) == (opening.pk, talk.pk)
    again = page_of(alice).get(address(talk, opening))
    assert not again.streaming
    asked = [each for each in standin.requests() if each["path"] == "/v1/audio/speech"][-2:]
    assert {each["body"]["voice"] for each in asked} == {"onyx"}
    [used] = ModelUse.objects.filter(user_id=alice.pk, operation=Operation.SPEECH)
    assert used.calls == 2
    # Without what is done it is another sound.
    short = page_of(alice).get(address(talk, opening, directions="no"))
    assert len(b"".join(short)) < len(data)


def test_a_character_speaks_to_somebody_dear_as_to_somebody_dear(alice, talk, opening, standin) -> None:
    def asked() -> dict[str, Any]:
        b"".join(page_of(alice).get(address(talk, opening, directions="no")))
        body: dict[str, Any] = [each for each in standin.requests() if each["path"] == "/v1/audio/speech"][-1]["body"]
        Clip.objects.filter(owner=alice).delete()
        return body

    warm()  # what is felt is read both times
    before = asked()
    assert "to somebody" not in before["instructions"]
    come_nearer(alice, talk, opening.pk, 60)
    near = asked()
    assert near["instructions"].endswith("Close by, as to somebody dear.")
    assert near["speed"] < before["speed"]
    # Who does not want to be remembered is spoken to as anybody.
    choose_mode(user=alice, character_id=talk.cast.get().character_id, mode=Mode.OFF)
    assert "to somebody" not in asked()["instructions"]


def test_how_near_they_are_takes_two_looks_more(alice, talk, opening, django_assert_num_queries) -> None:
    who = talk.pk, talk.cast.get().character_id, alice.pk
    with django_assert_num_queries(2):
        assert voice_in(*who).nearness is None
    come_nearer(alice, talk, opening.pk, 130)
    voice_in(*who)  # reads the branch
    with django_assert_num_queries(4):
        assert voice_in(*who).nearness == nearness_of(100)


async def test_what_was_heard_is_paid_for_also_when_it_is_broken_off(alice, standin) -> None:
    listener = await in_database(lambda: Listener.of(alice))
    owed = Owed()
    words = Passage("The key is under the third step. " * 20)
    task = asyncio.create_task(say(listener, words, Voice(), lambda sound: task.cancel() and None, owed=owed))
    with pytest.raises(asyncio.CancelledError):
        await task
    await owed.settle()
    used = ModelUse.objects.filter(user_id=alice.pk, operation=Operation.SPEECH)
    assert await in_database(used.count) == 1


async def test_letters_that_were_on_their_way_are_given_back_when_their_asker_is_gone(alice) -> None:
    account = Account(await in_database(lambda: Listener.of(alice)))
    await in_database(lambda: pay(account.listener, 1))
    is_held, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            UsageDay.objects.select_for_update().get(user=alice)
            is_held.set()
            may_go.wait()

    holder = asyncio.create_task(database_sync_to_async(hold, thread_sensitive=False)())
    await asyncio.to_thread(is_held.wait)
    asker = asyncio.create_task(account.letters.spend(30))
    asyncio.get_running_loop().call_later(0.2, asker.cancel)
    with pytest.raises(asyncio.CancelledError):
        await asker
    closing = asyncio.create_task(account.close())
    asyncio.get_running_loop().call_later(0.2, may_go.set)
    await asyncio.gather(holder, closing)
    assert await in_database(lambda: UsageDay.objects.get(user=alice).spoken) == 1


def test_letters_of_a_reply_over_midnight_go_back_to_the_day_they_are_of(alice) -> None:
    account, listener = Account(Listener.of(alice)), Listener.of(alice)
    today = pay(listener, 1)
    yesterday = today - timedelta(days=1)
    UsageDay.objects.filter(user=alice, day=today).update(spoken=501)
    UsageDay.objects.create(id=uuid7(), user=alice, day=yesterday, spoken=700)
    account.letters.ahead.add(yesterday, 500)
    account.letters.ahead.add(today, 500)
    account.letters.ahead.use(620)
    account.letters.close()
    account.letters.close()
    # All of yesterday's 500 were said, and 120 of today's.
    assert dict(UsageDay.objects.filter(user=alice).values_list("day", "spoken")) == {yesterday: 700, today: 121}


async def test_two_sentences_at_once_ask_for_no_more_than_both_need(alice) -> None:
    listener = replace(await in_database(lambda: Listener.of(alice)), letters_a_day=100)
    account = Account(listener)
    await in_database(account.letters.open)
    await asyncio.gather(account.letters.spend(45), account.letters.spend(55))
    await account.close()
    assert await in_database(lambda: UsageDay.objects.get(user=alice).spoken) == 100


def test_what_will_not_be_kept_is_not_gathered() -> None:
    gathered = Gathered(wanted=True)
    gathered.add(SECRET)
    assert gathered.pcm == SECRET
    gathered.add(SECRET * int(MOST_SECONDS))
    gathered.add(SECRET)
    assert (gathered.wanted, gathered.pcm) == (False, b"")
    unwanted = Gathered(wanted=False)
    unwanted.add(SECRET)
    assert unwanted.pcm == b""


def test_a_file_opens_in_another_program(alice, talk, opening) -> None:
    av = pytest.importorskip("av")
    answer = page_of(alice).get(address(talk, opening, download="yes"))
    assert 'attachment; filename="mira-' in answer["Content-Disposition"]
    with av.open(io.BytesIO(answer.content)) as file:
        seconds = sum(frame.samples for frame in file.decode(audio=0)) / SPEECH_RATE
    assert seconds == pytest.approx(Clip.objects.get(owner=alice).seconds, abs=0.1)


def test_nobody_else_hears_it(alice, bob, talk, opening) -> None:
    b"".join(page_of(alice).get(address(talk, opening)))
    assert page_of(bob).get(address(talk, opening)).status_code == 404
    assert Client().get(address(talk, opening)).status_code == 401
    assert page_of(alice).get(address(talk, opening).replace(str(opening.pk), str(talk.pk))).status_code == 404
    said = Said("Evening.", Voice("deep"), True)
    keep(alice, said, SOUND, seconds=1.0)
    assert kept(bob, said) is None


def test_it_lies_sealed_and_goes_with_the_account_and_with_its_time(alice, talk) -> None:
    said = Said("The key is under the third step.", Voice(), True)
    keep(alice, said, SOUND, seconds=1.0, conversation_id=talk.pk)
    keep(alice, said, SOUND, seconds=1.0)
    [clip] = Clip.objects.filter(owner=alice)
    raw = b"".join(bytes(getattr(clip, name)) for name in ("sound", "digest"))
    assert SECRET[:64] not in raw
    assert b"ID3" not in raw
    assert kept(alice, said).data
    Clip.objects.filter(pk=clip.pk).update(created_at=timezone.now() - timedelta(days=31))
    assert run("speech").gone["clips"] >= 1
    assert kept(alice, said) is None
    keep(alice, said, SOUND, seconds=1.0)
    erase(alice)
    assert not Clip.objects.filter(owner_id=clip.owner_id).exists()


def test_nothing_of_a_sealed_or_temporary_talk_is_kept(alice, talk, opening) -> None:
    Conversation.objects.filter(pk=talk.pk).update(expires_at=timezone.now() + timedelta(hours=1))
    assert b"".join(page_of(alice).get(address(talk, opening)))
    assert not Clip.objects.filter(owner=alice).exists()


def test_a_day_holds_so_many_letters_and_says_so(alice, talk, opening) -> None:
    Plan.objects.create(code=(code := f"plan-{uuid7().hex[:12]}"), spoken_per_day=30)
    User.objects.filter(pk=alice.pk).update(plan_id=code)
    alice = User.objects.get(pk=alice.pk)
    pay(Listener.of(alice), 25)
    with pytest.raises(AllowanceUsedUp) as refused:
        pay(Listener.of(alice), 6)
    assert refused.value.extra["limit"] == 30
    answer = page_of(alice).get(address(talk, opening))
    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == "allowance_used_up"


def test_where_nobody_speaks_it_is_said(alice, talk, opening, settings) -> None:
    settings.SPEECH_MODEL = ""
    with pytest.raises(NoVoice):
        require_voice()
    assert page_of(alice).get(address(talk, opening)).json()["error"]["code"] == "no_voice"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_voice_is_heard_in_the_words_of_the_draft(alice, bob, standin, language) -> None:
    greeting = {"en": "*nods* Sit down, {{user}}. The fire is low.", "zh-hans": "*点头*坐吧，{{user}}。火快灭了。"}[
        language
    ]
    draft = Draft.objects.create(owner=alice, language=language, content={"name": "Mira", "greetings": [greeting]})
    url = f"/create/{draft.pk}/voices/onyx"
    assert page_of(alice).get(url).status_code == 404
    answer = page_of(alice).get(url.replace("onyx", "deep") + "?pace=slow")
    assert answer.status_code == 200
    assert answer["Content-Type"] in ("audio/mpeg", "audio/wav")
    said = "".join(
        each["body"]["input"]
        for each in standin.requests()
        if each["path"] == "/v1/audio/speech" and "nods" not in str(each)
    )
    assert ("The fire is low." if language == "en" else "火快灭了。") in said
    assert page_of(bob).get(url.replace("onyx", "deep")).status_code == 404


def test_what_a_version_says_of_its_voice_is_checked_and_old_names_are_the_usual_voice() -> None:
    content = {"name": "Mira", "presentation": {"voice": "deep", "pace": "slow"}}
    assert Voice.of(checked("en", content)["presentation"]) == Voice("deep", "slow")
    with pytest.raises(Invalid) as refused:
        checked("en", content | {"presentation": {"voice": "onyx"}})
    assert refused.value.extra["field"] == "presentation.voice"
    assert Voice.of({"voice": "a name of yesterday"}) == Voice()
