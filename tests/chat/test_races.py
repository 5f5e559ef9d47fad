"""What two things at the same moment must not do: leave a turn running, cut a branch, say a line twice."""

import asyncio
import json

import pytest
from django.conf import settings
from django.utils.timezone import now
from redis import Redis

from accounts import plans
from accounts.ids import uuid7
from accounts.models import UsageDay
from tests.chat.checks import assert_settled
from tests.chat.client import Page
from tests.chat.stage import in_database, script
from tests.numbers import times


async def knock(page: Page) -> None:
    """Ask for a stop again and again, as fast as the line takes it."""
    while True:
        await page.line.send(json.dumps({"type": "stop"}))
        await asyncio.sleep(0)


async def drain(page: Page) -> None:
    async for _ in page.line:
        pass


@pytest.mark.timeout(300)
async def test_a_stop_that_meets_the_beginning_ends_the_turn(stage):
    page = await stage.play("script-40-tps20")
    talk = stage.talks[-1]
    other = await stage.open(talk, stage.players[-1])
    restless = [asyncio.create_task(knock(other)), asyncio.create_task(drain(other))]
    try:
        for run in range(times("stops at random moments") * 2):
            turn = await page.turn(f"Round {run}")
            assert turn.end["status"] in ("stopped", "complete")
    finally:
        for task in restless:
            task.cancel()
    await assert_settled(stage)


@pytest.mark.parametrize("failure", ["500", "stop"])
async def test_another_take_that_says_nothing_gives_the_branch_back(stage, failure):
    page = await stage.play("script-3")
    talk, player = stage.talks[-1], stage.players[-1]
    early = await page.turn("One")
    for line in ("Two", "Three"):
        await page.turn(line)
    before = await stage.head(talk)
    await stage.other_model(talk, "500" if failure == "500" else "no-first-token")
    if failure == "stop":
        ack = await page.ask_again("regenerate", early.message_id)
        await page.wait_for("ai_status", status="thinking")
        await page.send("stop")
        turn = await page.rest_of_turn(ack)
        assert turn.end["status"] == "stopped"
    else:
        turn = await page.again("regenerate", early.message_id)
        assert turn.end["status"] == "failed"
    assert turn.text == ""
    assert await stage.head(talk) == before
    _, html = await stage.browser(player).get(f"/talks/{talk.pk}/")
    assert "Three" in html


async def test_a_redis_that_forgot_everything_takes_over_no_turn(stage, start_server):
    short = {"LEASE_SECONDS": "2", "SWEEP_SECONDS": "0.3"}
    here, there = start_server(**short), start_server(**short)
    player = await stage.player()
    talk = await stage.talk(player, "script-120-tps20")
    page = await stage.open(talk, player, server=here)
    await stage.open(talk, player, server=there)
    start = len(page.frames)
    ack = await page.say("Go on for a while")
    for seq in (20, 60, 90):
        await page.wait_until(lambda frame, seq=seq: frame["type"] == "ai_chunk" and frame["seq"] >= seq)
        await in_database(lambda: Redis.from_url(settings.REDIS_URL).flushall())
    turn = await page.rest_of_turn(ack, start)
    assert turn.end["status"] == "complete"
    assert turn.text == script(120)


async def test_a_line_sent_again_after_a_lost_ack_is_stored_once_also_when_it_is_too_fast(stage):
    player = await stage.player(plan=plans.FREE)
    talk = await stage.talk(player, "script-2")
    page = await stage.open(talk, player)
    client_id = uuid7()
    first = await page.say("Only once", client_id=client_id)
    for _ in range(60):
        again = await page.say("Only once", client_id=client_id)
        assert again["message_id"] == first["message_id"]
    said = [message for message in await stage.messages(talk) if message.role == "player"]
    assert len(said) == 1


async def test_a_draft_that_is_stopped_at_once_is_answered(stage):
    page = await stage.play("slow-1tps")
    client_id = str(uuid7())
    await page.send("impersonate", client_id=client_id)
    await page.send("stop")
    assert (await page.wait_for("draft_end", client_id=client_id))["content"] == ""


async def test_undo_waits_for_the_later_change(stage):
    page = await stage.play("script-2")
    talk, browser = stage.talks[-1], stage.browser(stage.players[-1])
    first, last = await page.turn("One"), await page.turn("Two")
    before = await stage.head(talk)
    _, late = await browser.post(f"/talks/{talk.pk}/messages/{last.message_id}/delete")
    _, early = await browser.post(f"/talks/{talk.pk}/messages/{first.message_id}/delete")
    status, answer = await browser.post(f"/talks/{talk.pk}/undo", undo=late["undo"])
    assert (status, answer["error"]["code"]) == (409, "conflict")
    assert (await browser.post(f"/talks/{talk.pk}/undo", undo=early["undo"]))[0] == 200
    assert (await browser.post(f"/talks/{talk.pk}/undo", undo=late["undo"]))[0] == 200
    assert await stage.head(talk) == before


async def test_deleting_beside_the_branch_leaves_the_head(stage):
    page = await stage.play("script-2")
    talk, browser = stage.talks[-1], stage.browser(stage.players[-1])
    first = await page.turn("One")
    second = await page.again("regenerate", first.message_id)
    await page.turn("Two")
    before = await stage.head(talk)
    assert (await browser.post(f"/talks/{talk.pk}/messages/{first.message_id}/delete"))[0] == 200
    assert await stage.head(talk) == before
    assert second.message_id


async def test_somebody_switched_off_says_nothing_more(stage):
    page = await stage.play("script-2")
    user = stage.players[-1].user
    await in_database(lambda: type(user).objects.filter(pk=user.pk).update(is_active=False))
    await page.send("chat", content="Still here?", client_id=uuid7())
    assert (await page.wait_for("error", "ack"))["code"] == "not_found"


async def test_titles_and_numbers_that_cannot_be_stored_are_refused(stage):
    await stage.play("script-2")
    talk, browser = stage.talks[-1], stage.browser(stage.players[-1])
    assert (await browser.post(f"/talks/{talk.pk}/rename", title="\ud800"))[0] == 400


async def test_a_first_line_that_is_refused_stays_in_its_field(stage):
    player = await stage.player(guest=True)
    talk = await stage.talk(player, "script-2")

    def spend() -> None:
        UsageDay.objects.create(user=player.user, day=now().date(), messages=20)

    await in_database(spend)
    member = await in_database(lambda: talk.cast.get())
    before = await in_database(lambda: player.user.conversations.count())
    browser = stage.browser(player)
    async with browser.session.post(
        f"/characters/{member.character_id}/talk",
        data={"line": "A line to be kept", "page": "character"},
        headers={"X-CSRFToken": "c" * 32},
        allow_redirects=False,
    ) as answer:
        assert answer.status == 429
        assert "A line to be kept" in await answer.text()
    assert await in_database(lambda: player.user.conversations.count()) == before
