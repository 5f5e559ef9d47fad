"""What somebody alone is shown beside a talk: help lines when they sound in need, that an AI speaks, a break."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Profile, Sitting, User
from accounts.sittings import NOTE, note_values, put_away
from chat.database import close_pool, pool
from chat.prompts import build_prompt
from chat.prompts.care import WORDS
from chat.services.rooms.invitations import invite, join_room
from chat.services.rooms.room import make_room
from chat.services.turns import caring
from chat.services.turns.caring import softened
from tests.chat.client import Frame, Page
from tests.chat.programs import program
from tests.chat.stage import Stage, eventually, in_database
from tests.chat.test_prompts import context, said

HEAVY = "I don't want to live anymore"


async def heard(page: Page, kind: str) -> Frame:
    """Whichever comes first: the card does not wait for the reply, nor the reply for the card."""
    return next((frame for frame in page.frames if frame["type"] == kind), None) or await page.wait_for(kind)


async def test_a_heavy_line_is_answered_and_the_card_is_for_its_writer_alone(stage: Stage, log_from_here: int) -> None:
    alice, bob = await stage.player(), await stage.player()
    talk = await stage.talk(alice, "script-5")

    def together() -> None:
        make_room(user=alice.user, conversation_id=talk.pk)
        join_room(user=bob.user, token=invite(user=alice.user, conversation_id=talk.pk).token)
        Profile.objects.filter(user=alice.user).update(country="GB")

    await in_database(together)
    hers, other_tab, his = [await stage.open(talk, each) for each in (alice, alice, bob)]
    await hers.send("chat", content=HEAVY, client_id="018f0000-0000-7000-8000-00000000c0de")
    card = await heard(hers, "notice")
    assert (card["kind"], card["country"], card["lines"][0]["number"]) == ("care", "GB", "116 123")
    assert (await heard(other_tab, "notice"))["message_id"] == card["message_id"]
    assert (await heard(hers, "ai_end"))["status"] == "complete", "the character answers"
    await heard(his, "ai_end")
    assert not [frame for frame in his.frames if frame["type"] == "notice"]
    assert HEAVY not in stage.server.said()[log_from_here:]


async def test_it_is_not_shown_again_within_its_time_and_programs_are_told(stage: Stage) -> None:
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice) as asking:
        first = await asking.say(talk, "我不想活了", wait=20)
        assert first["notice"]["kind"] == "care"
        assert first["notice"]["lines"][-1]["url"] == "https://findahelpline.com/"
        assert (await asking.say(talk, HEAVY, wait=20))["notice"] is None
        assert (await asking.say(talk, "My knight wants to die in battle", wait=20))["notice"] is None


def test_the_model_is_asked_to_be_gentle_where_the_line_sounds_in_need() -> None:
    heavy, calm = (context(branch=(*context().branch[:-1], said(5, text))) for text in (HEAVY, "Good evening"))
    assert softened(build_prompt(heavy), heavy).lines[-1].content == WORDS["en"]
    assert softened(build_prompt(calm), calm) == build_prompt(calm)


async def sit(user: User, **ago: Any) -> None:
    moment = timezone.now()
    times = {name: moment - timedelta(**since) for name, since in ago.items()}
    await in_database(lambda: Sitting.objects.update_or_create(user=user, defaults=times))


async def test_after_three_hours_the_server_says_once_that_it_is_an_ai(stage: Stage) -> None:
    alice = await stage.player()
    talk = await stage.talk(alice)
    await sit(alice.user, since={"hours": 3}, last_at={"minutes": 5}, ai_at={"hours": 3}, break_at={"hours": 3})
    page = await stage.open(talk, alice)
    await page.turn("Good evening")
    assert (await heard(page, "notice"))["kind"] == "ai"
    due = await in_database(lambda: Sitting.objects.get(user=alice.user))
    assert due.ai_due
    assert not due.break_due, "nobody asked to be reminded"
    _status, again = await stage.browser(alice).get(f"/talks/{talk.pk}/")
    assert 'data-notice="ai"' in again
    await in_database(lambda: put_away(alice.user))
    _status, calm = await stage.browser(alice).get(f"/talks/{talk.pk}/")
    assert 'data-notice="ai"' not in calm


async def test_who_was_away_begins_anew_and_minors_are_always_reminded_of_a_break(stage: Stage) -> None:
    alice, kid = await stage.player(), await stage.player()
    talk = await stage.talk(alice)
    await sit(alice.user, since={"hours": 9}, last_at={"minutes": 31}, ai_at={"hours": 9}, break_at={"hours": 9})
    page = await stage.open(talk, alice)
    await page.turn("I am back")
    due = await in_database(lambda: Sitting.objects.get(user=alice.user))
    assert (due.ai_due, due.break_due) == (False, False)
    hours = {"since": {"hours": 1}, "last_at": {"minutes": 5}, "ai_at": {"hours": 1}, "break_at": {"hours": 1}}
    await sit(kid.user, **hours)
    await in_database(lambda: User.objects.filter(pk=kid.user.pk).update(age="minor"))

    def noted() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(NOTE, note_values(kid.user.pk, timezone.now()))
            return cursor.fetchone()

    assert await in_database(noted) == (False, True)


async def test_use_that_cannot_be_noted_is_noted_with_the_next_line(
    stage: Stage, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    alice = await stage.player()
    talk = await stage.talk(alice)

    async def noted() -> bool:
        return await in_database(Sitting.objects.filter(user=alice.user).exists)

    async def given_up() -> bool:
        return "use_not_noted" in caplog.text

    await close_pool()  # one that was opened before waits longer
    settings.DATABASE_WAIT_SECONDS = 0.1
    hot = await pool()
    taken = [await hot.getconn() for _number in range(settings.HOT_POOL_SIZE)]
    try:
        caring.note_use(alice.user.pk, talk.pk)
        await eventually(given_up)
        assert not await noted()
        for each in taken:
            await hot.putconn(each)
        caring.note_use(alice.user.pk, talk.pk)
        await eventually(noted)
    finally:
        await close_pool()
