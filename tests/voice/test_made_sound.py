"""The sound of a line over REST, on a real server: asked for, looked after, fetched, refused."""

import asyncio
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.ids import uuid7
from accounts.models import Plan, UsageDay, User
from chat.models import Conversation
from inference.base import SPEECH_RATE
from inference.standin.speech import seconds_of
from tests.chat.programs import API, Program, program
from tests.chat.stage import Stage, eventually, in_database
from tests.stack import Server
from voice.models import Clip
from voice.services.clips import MOST_SECONDS

WORDS = "“Evening, You.”"


def address(talk: Conversation) -> str:
    return f"{API}{talk.pk}/messages/{talk.head_id}/sound/"


def voice_of(talk: Conversation) -> str:
    """Where a page has it."""
    return f"/talks/{talk.pk}/messages/{talk.head_id}/voice"


async def made(asking: Program, talk: Conversation, query: str = "") -> dict[str, Any]:
    """How it ended."""

    async def look() -> dict[str, Any] | None:
        status, told = await asking.ask("GET", address(talk) + query)
        assert status == 200, told
        return None if told["state"] == "making" else told

    return await eventually(look)


async def test_a_sound_is_made_once_and_fetched(stage: Stage) -> None:
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice) as asking:
        status, told = await asking.ask("GET", address(talk))
        assert (status, told["state"], told["url"], told["error"]) == (200, "absent", None, None)
        assert (await asking.ask("GET", f"{address(talk)}file/"))[1]["code"] == "no_sound"
        body = {"directions": False}
        answers = await asyncio.gather(*(asking.answer("POST", address(talk), body) for _ in range(3)))
        for status, told, headers in answers:
            assert (status, told["state"]) in ((202, "making"), (200, "ready"))
            assert status == 200 or headers["Retry-After"] == "1"
        told = await made(asking, talk, "?directions=false")
        assert told["state"] == "ready"
        # Once: that of three who asked took the letters.
        assert await in_database(lambda: UsageDay.objects.get(user=alice.user).spoken) == len(WORDS)
        [clip] = await in_database(lambda: list(Clip.objects.filter(owner=alice.user.pk)))
        assert told["seconds"] == clip.seconds
        async with asking.session.get(told["url"]) as answer:
            data = await answer.read()
            assert answer.headers["Content-Type"] == told["media_type"]
            assert answer.headers["Cache-Control"].startswith("private")
        assert abs(clip.seconds - seconds_of(WORDS)) < 0.2
        assert len(data) > 1_000
        # With what she does it is another one, which nobody asked for.
        assert (await asking.ask("GET", address(talk)))[1]["state"] == "absent"
        status, again = await asking.ask("POST", address(talk), body)
        assert (status, again) == (200, told)


async def test_the_file_opens_in_another_program(stage: Stage) -> None:
    av = pytest.importorskip("av")
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice) as asking:
        await asking.ask("POST", address(talk), {})
        told = await made(asking, talk)
        async with asking.session.get(told["url"]) as answer:
            data = await answer.read()
    with av.open(io.BytesIO(data)) as file:
        seconds = sum(frame.samples for frame in file.decode(audio=0)) / SPEECH_RATE
    assert abs(seconds - told["seconds"]) < 0.2


async def test_what_is_refused_says_why_and_may_be_asked_for_again(stage: Stage) -> None:
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice) as asking:
        status, told = await asking.ask("POST", address(talk), {"directions": "perhaps"})
        assert (status, told["field"]) == (400, "directions")
        assert (await asking.ask("GET", f"{address(talk)}?directions=no"))[1]["field"] == "directions"

        await in_database(lambda: _letters(alice.user, 10))
        status, told = await asking.ask("POST", address(talk), {})
        assert (status, told["code"], told["limit"]) == (429, "allowance_used_up", 10)
        assert (await asking.ask("GET", address(talk)))[1]["state"] == "absent"

        await in_database(lambda: _letters(alice.user, None))
        assert (await asking.ask("POST", address(talk), {}))[0] == 202
        assert (await made(asking, talk))["state"] == "ready"


async def test_where_whoever_speaks_does_not_that_is_told_in_every_process(
    stage: Stage, start_server: Callable[..., Server]
) -> None:
    here, elsewhere = (start_server(SPEECH_MODEL="503") for _ in range(2))
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice, server=here) as asking, program(stage, alice, server=elsewhere) as looking:
        for _ in range(2):
            assert (await asking.ask("POST", address(talk), {}))[0] == 202
            told = await made(looking, talk)
            assert (told["state"], told["error"]["code"], told["url"]) == ("refused", "not_said", None)
            assert "does not answer" in told["error"]["message"]
    assert not await in_database(lambda: Clip.objects.filter(owner=alice.user.pk).exists())


async def test_of_a_temporary_talk_no_sound_is_made(stage: Stage) -> None:
    alice = await stage.player()
    talk = await stage.talk(alice)
    gone = timezone.now() + timedelta(hours=1)
    await in_database(lambda: Conversation.objects.filter(pk=talk.pk).update(expires_at=gone))
    async with program(stage, alice) as asking:
        status, told = await asking.ask("POST", address(talk), {})
        assert (status, told["code"]) == (409, "not_kept")
        assert not await in_database(lambda: UsageDay.objects.filter(user=alice.user, spoken__gt=0).exists())


async def test_where_nothing_is_said_aloud_that_is_told_and_no_letters_are_taken(stage: Stage) -> None:
    alice = await stage.player()
    talk = await stage.talk(alice, greetings=["*She looks up, and says nothing.*"])
    async with program(stage, alice) as asking:
        status, told = await asking.ask("POST", address(talk), {"directions": False})
        assert (status, told["code"]) == (409, "nothing_to_say")
        assert "stage directions" in told["detail"]
        assert (await asking.ask("GET", f"{address(talk)}?directions=false"))[1]["state"] == "absent"
        async with stage.browser(alice).session.get(f"{voice_of(talk)}?directions=no") as answer:
            assert (answer.status, (await answer.json())["error"]["code"]) == (409, "nothing_to_say")
        assert not await in_database(lambda: UsageDay.objects.filter(user=alice.user, spoken__gt=0).exists())
        # What she does can be said.
        assert (await asking.ask("POST", address(talk), {}))[0] == 202
        assert (await made(asking, talk))["state"] == "ready"


@pytest.mark.timeout(180)
async def test_of_a_line_that_is_too_long_to_keep_that_is_told(stage: Stage) -> None:
    alice = await stage.player()
    long = "很久很久以前，海边有一座灯塔。" * 220
    talk = await stage.talk(alice, greetings=[long])
    assert seconds_of(long) > MOST_SECONDS
    async with program(stage, alice) as asking:
        assert (await asking.ask("POST", address(talk), {}))[0] == 202
        told = await made(asking, talk)
        assert (told["state"], told["error"]["code"]) == ("refused", "too_long_to_keep")
        assert "ten minutes" in told["error"]["message"]
    assert not await in_database(lambda: Clip.objects.filter(owner=alice.user.pk).exists())


def _letters(user: User, limit: int | None) -> None:
    plan = Plan.objects.create(code=f"plan-{uuid7().hex[:12]}", spoken_per_day=limit)
    User.objects.filter(pk=user.pk).update(plan_id=plan.pk)
