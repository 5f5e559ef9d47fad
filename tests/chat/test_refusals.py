"""What is not accepted, and that each refusal says why, to whom, and until when."""

import pytest
from django.utils import timezone
from websockets.asyncio.client import connect

from accounts import plans
from accounts.ids import uuid7
from accounts.models import Plan, UsageDay, User
from tests.chat.client import Page
from tests.chat.stage import in_database


async def refused(page, type_="chat", **fields):
    client_id = str(uuid7())
    given = {"content": "Hello"} if type_ == "chat" else {}
    await page.send(type_, client_id=client_id, **(given | fields))
    return await page.wait_for("error", "ack", client_id=client_id)


async def with_plan(player, **limits):
    """A plan of the player's own."""

    def change() -> None:
        plan = Plan.objects.create(code=f"plan-{player.user.pk.hex[:20]}", **limits)
        User.objects.filter(pk=player.user.pk).update(plan=plan)

    await in_database(change)


async def test_the_days_messages_run_out(stage):
    player = await stage.player()
    await with_plan(player, messages_per_day=2)
    page = await stage.open(await stage.talk(player, "script-3"), player)
    await page.turn("One")
    await page.turn("Two")
    error = await refused(page, content="Three")
    assert error["code"] == "allowance_used_up"
    assert error["limit"] == 2
    assert 0 < error["retry_after"] <= 86_400
    assert len(await stage.messages(stage.talks[-1])) == 5


async def test_a_refused_line_does_not_use_the_allowance(stage):
    player = await stage.player()
    await with_plan(player, messages_per_day=2)
    page = await stage.open(await stage.talk(player, "script-30-tps60"), player)
    ack = await page.say("One")
    assert (await refused(page))["code"] == "busy"
    await page.rest_of_turn(ack)
    assert (await refused(page, parent_id=str(uuid7())))["code"] == "invalid"
    assert (await page.turn("Two")).end["status"] == "complete"


async def test_drafts_and_other_takes_count_too(stage):
    player = await stage.player()
    await with_plan(player, messages_per_day=3)
    page = await stage.open(await stage.talk(player, "script-3"), player)
    first = await page.turn("One")
    await page.again("regenerate", first.message_id)
    await page.send("impersonate", client_id=uuid7())
    await page.wait_for("draft_end")
    for kind, fields in (
        ("chat", {}),
        ("regenerate", {"message_id": first.message_id}),
        ("continue", {"message_id": first.message_id}),
        ("impersonate", {}),
    ):
        assert (await refused(page, kind, **fields))["code"] == "allowance_used_up", kind


async def test_too_fast_says_how_long_to_wait(stage):
    player = await stage.player()
    await with_plan(player, burst=2, per_minute=6)
    page = await stage.open(await stage.talk(player, "script-2"), player)
    await page.turn("One")
    await page.turn("Two")
    error = await refused(page, content="Three")
    assert error["code"] == "rate_limited"
    assert 5 < error["retry_after"] <= 10
    assert error["message"]


async def test_a_guest_has_twenty_lines_a_day(stage):
    guest = await stage.player(guest=True)

    def used_up() -> None:
        UsageDay.objects.create(user=guest.user, day=timezone.now().date(), messages=20)

    await in_database(used_up)
    assert guest.user.plan_id == plans.GUEST
    page = await stage.open(await stage.talk(guest, "script-2"), guest)
    error = await refused(page)
    assert (error["code"], error["limit"]) == ("allowance_used_up", 20)


@pytest.mark.parametrize(
    ("cookie", "asked", "chosen", "begins"),
    [
        ("", "zh-CN,zh;q=0.9", "", "今天"),
        ("zh-hans", "en", "", "今天"),
        ("en", "zh-CN", "zh-hans", "Today"),
        ("", "en", "zh-hans", "今天"),
        ("xx", "fr", "", "Today"),
    ],
)
async def test_a_guest_is_refused_in_the_language_of_the_page(stage, cookie, asked, chosen, begins):
    guest = await stage.player(guest=True)

    def used_up() -> None:
        UsageDay.objects.create(user=guest.user, day=timezone.now().date(), messages=20)
        User.objects.filter(pk=guest.user.pk).update(language=chosen)

    await in_database(used_up)
    talk = await stage.talk(guest, "script-2")
    cookies = f"{guest.cookie}; django_language={cookie}" if cookie else guest.cookie
    headers = {"Cookie": f"sessionid={cookies}", "Accept-Language": asked}
    page = Page(
        await connect(stage.socket_url(talk), origin=stage.server.origin, additional_headers=headers, proxy=None)
    )
    stage.pages.append(page)
    assert (await refused(page))["message"].startswith(begins)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("x" * 32_001, "too_long"),
        ("", "empty"),
        (" \n ", "empty"),
        ("a\x00b", "bad_characters"),
        ("\x1b[31m", "bad_characters"),
    ],
    ids=["too long", "nothing", "blank", "NUL", "escape"],
)
async def test_lines_that_cannot_be_said(stage, content, code):
    page = await stage.play("script-2")
    error = await refused(page, content=content)
    assert error["code"] == code
    assert error.get("limit") == (32_000 if code == "too_long" else None)
    assert len(await stage.messages(stage.talks[-1])) == 1
    assert (await page.turn("x" * 32_000)).end["status"] == "complete", "the socket stays"


async def test_a_line_after_a_message_that_is_not_there(stage):
    page = await stage.play("script-2")
    elsewhere = await stage.play("script-2")
    theirs = (await elsewhere.turn("Hello")).message_id
    for parent_id in (uuid7(), theirs):
        error = await refused(page, parent_id=str(parent_id))
        assert error["code"] == "invalid"
    assert (await refused(page, "regenerate", message_id=theirs))["code"] == "not_found"
    assert (await refused(page, "continue", message_id=str(uuid7())))["code"] == "not_found"
    await page.send("resume", message_id=theirs, last_seq=0)
    assert (await page.wait_for("error"))["code"] == "not_found"


async def test_the_greeting_has_no_other_take(stage):
    page = await stage.play("script-2")
    error = await refused(page, "regenerate", message_id=page.ready["head_id"])
    assert error["code"] == "invalid"


async def test_a_players_line_is_not_carried_on(stage):
    page = await stage.play("script-2")
    turn = await page.turn("Hello")
    assert (await refused(page, "continue", message_id=turn.ack["message_id"]))["code"] == "invalid"


async def test_refusals_are_in_the_players_language(stage):
    player = await stage.player()
    await in_database(lambda: User.objects.filter(pk=player.user.pk).update(language="zh-hans"))
    page = await stage.open(await stage.talk(player, "script-2"), player)
    await page.send("stop")
    told = await page.wait_for("error")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in told["message"]), told


async def test_a_line_may_follow_an_older_message(stage):
    page = await stage.play("script-2")
    greeting = page.ready["head_id"]
    first = await page.turn("This way")
    second = await page.turn("That way", parent_id=greeting)
    assert (await stage.message(stage.talks[-1], second.ack["message_id"])).parent_id == greeting
    assert await stage.head(stage.talks[-1]) == second.message_id != first.message_id
