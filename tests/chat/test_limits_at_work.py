"""What a plan allows, on real processes: the same bucket and the same places behind sockets, pages and programs."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import pytest
import pytest_asyncio

from accounts.ids import uuid7
from accounts.models import Plan
from accounts.terms import give_days
from tests.chat.checks import assert_no_failure
from tests.chat.programs import API, Program, program
from tests.chat.stage import Player, Stage, eventually, in_database, mira
from tests.stack import Server


@pytest_asyncio.fixture
async def plan_of(committed: None) -> AsyncIterator[Callable[..., Any]]:
    """plan_of(burst=…): the code of a plan that an operator made."""
    made: list[Plan] = []

    async def make(**limits: Any) -> str:
        code = f"test-{uuid7().hex[-12:]}"
        made.append(await in_database(lambda: Plan.objects.create(code=code, **limits)))
        return code

    yield make


async def talks_of(stage: Stage, player: Player, count: int, model: str = "script-2") -> list[Any]:
    character = await in_database(lambda: mira(model))
    return [await stage.talk_with(player, character) for _ in range(count)]


async def test_eight_lines_and_twenty_tabs_over_two_processes_get_exactly_the_bucket(
    stage: Stage, server: Server, second_server: Server, plan_of: Callable[..., Any]
):
    player = await stage.player(plan=await plan_of(burst=12, per_minute=1, per_hour=600))
    talks = await talks_of(stage, player, 28)
    servers = (server, second_server)
    logs = {each: len(each.said()) for each in servers}
    tabs = [await stage.open(talk, player, server=servers[number % 2]) for number, talk in enumerate(talks[:20])]
    browsers = [Program(servers[number % 2], player=player) for number in range(8)]

    async def over_socket(page: Any) -> str:
        client_id = uuid7()
        await page.send("chat", content="Good evening", client_id=client_id)
        answer = await page.wait_for("ack", "error", client_id=str(client_id))
        if answer["type"] == "error":
            assert (answer["code"], answer["left"]["name"], answer["left"]["remaining"]) == ("rate_limited", "user", 0)
            assert 0 < answer["retry_after"] <= 60
        return answer["type"]

    async def over_http(browser: Any, talk: Any) -> str:
        status, _told = await browser.ask("POST", f"{API}{talk.pk}/messages/", {"content": "Good evening"})
        assert status in (202, 429), _told
        return "ack" if status == 202 else "error"

    answers = await asyncio.gather(
        *(over_socket(page) for page in tabs),
        *(over_http(browser, talk) for browser, talk in zip(browsers, talks[20:], strict=True)),
    )
    for browser in browsers:
        await browser.session.close()
    assert answers.count("ack") == 12
    for each, length in logs.items():
        assert_no_failure(each, since=length)


async def test_no_more_replies_at_once_than_the_plan_allows_and_the_next_as_soon_as_one_ended(
    stage: Stage, server: Server, second_server: Server, plan_of: Callable[..., Any]
):
    player = await stage.player(plan=await plan_of(turns_at_once=2))
    talks = await talks_of(stage, player, 5, "script-300-tps30")
    servers = (server, second_server)
    pages = [await stage.open(talk, player, server=servers[number % 2]) for number, talk in enumerate(talks)]

    async def say(page: Any) -> Any:
        client_id = uuid7()
        await page.send("chat", content="Good evening", client_id=client_id)
        return await page.wait_for("ack", "error", client_id=str(client_id))

    answers = await asyncio.gather(*(say(page) for page in pages))
    refused = [answer for answer in answers if answer["type"] == "error"]
    assert [answer["code"] for answer in refused] == ["too_many_turns"] * 3
    speaking = [page for page, answer in zip(pages, answers, strict=True) if answer["type"] == "ack"]
    waiting = next(page for page, answer in zip(pages, answers, strict=True) if answer["type"] == "error")
    await speaking[0].send("stop")
    await speaking[0].wait_for("ai_end")
    assert (await say(waiting))["type"] == "ack"
    for page in (speaking[1], waiting):
        await page.send("stop")


async def test_a_line_that_is_refused_keeps_no_place(stage: Stage, plan_of: Callable[..., Any]):
    player = await stage.player(plan=await plan_of(turns_at_once=1))
    [talk] = await talks_of(stage, player, 1, "script-2")
    page = await stage.open(talk, player)
    for _ in range(3):
        client_id = uuid7()
        await page.send("chat", content="Good evening", client_id=client_id, parent_id=uuid7())
        assert (await page.wait_for("error", client_id=str(client_id)))["code"] == "invalid"
    assert (await page.turn("Good evening")).end["status"] == "complete"


async def test_the_place_of_a_reply_whose_process_died_is_free_once_it_is_settled(
    stage: Stage, start_server: Callable[..., Server], plan_of: Callable[..., Any]
):
    dying = await in_database(start_server)
    player = await stage.player(plan=await plan_of(turns_at_once=1))
    lost, other = await talks_of(stage, player, 2, "script-300-tps30")
    page, elsewhere = await stage.open(lost, player, server=dying), await stage.open(other, player)
    await page.say("Good evening")
    await page.wait_for("ai_chunk")
    await in_database(dying.kill)

    async def settled() -> bool:
        return [turn.status for turn in await stage.turns(lost)] == ["interrupted"]

    await eventually(settled)

    async def answered() -> bool:
        client_id = uuid7()
        await elsewhere.send("chat", content="And now?", client_id=client_id)
        return (await elsewhere.wait_for("ack", "error", client_id=str(client_id)))["type"] == "ack"

    await eventually(answered)
    await elsewhere.send("stop")


async def test_a_program_hears_what_is_left_of_each_limit(stage: Stage, plan_of: Callable[..., Any]):
    plan = await plan_of(burst=5, per_minute=1, per_hour=100, key_per_hour=50, api_per_minute=30, turns_at_once=1)
    player = await stage.player(plan=plan)
    [talk] = await talks_of(stage, player, 1)
    async with program(stage, player) as asking:
        status, _told, headers = await asking.answer("POST", f"{API}{talk.pk}/messages/?wait=20", {"content": "Hello"})
        assert status == 200
    left = dict(item.split(";", 1) for item in headers["RateLimit"].split(", "))
    policy = headers["RateLimit-Policy"].split(", ")
    assert left['"user"'].startswith("r=4;")
    assert left['"hour"'].startswith("r=99;")
    assert left['"key-hour"'].startswith("r=49;")
    assert left['"key"'].startswith("r=29;")
    assert {'"hour";q=100;w=3600', '"key-hour";q=50;w=3600', '"user";q=5;w=300'} <= set(policy)


async def test_the_ack_tells_what_is_nearest_to_its_end(stage: Stage, plan_of: Callable[..., Any]):
    player = await stage.player(plan=await plan_of(burst=50, per_minute=50, per_hour=3))
    [talk] = await talks_of(stage, player, 1)
    page = await stage.open(talk, player)
    turns = [await page.turn("Good evening") for _ in range(3)]
    left = [turn.ack["left"] for turn in turns if turn.ack]
    assert [(each["name"], each["limit"], each["remaining"]) for each in left] == [
        ("hour", 3, 2), ("hour", 3, 1), ("hour", 3, 0),
    ]  # fmt: skip
    assert 3_590 <= left[-1]["seconds"] <= 3_600


@pytest.mark.parametrize("plan", ["free", "unlimited"])
async def test_without_redis_the_chat_goes_on(stage: Stage, redis_service: Any, plan: str):
    player = await stage.player(plan=plan)
    [talk] = await talks_of(stage, player, 1)
    page = await stage.open(talk, player)
    assert (await page.turn("Good evening")).end["status"] == "complete"
    await in_database(redis_service.kill)
    try:
        assert (await page.turn("And now?", within=30)).end["status"] == "complete"
    finally:
        await in_database(redis_service.restart)


async def test_another_plan_holds_in_tabs_that_are_open(
    stage: Stage, server: Server, second_server: Server, plan_of: Callable[..., Any]
):
    narrow, wide = await plan_of(burst=1, per_minute=1), await plan_of(burst=50, per_minute=50, rank=5)
    player = await stage.player(plan=narrow)
    talks = await talks_of(stage, player, 2)
    pages = [
        await stage.open(talk, player, server=each) for talk, each in zip(talks, (server, second_server), strict=True)
    ]
    assert (await pages[0].turn("Good evening")).end["status"] == "complete"
    await in_database(lambda: give_days(user=player.user, plan=Plan.objects.get(pk=wide), days=1))

    async def passes(page: Any) -> bool:
        client_id = uuid7()
        await page.send("chat", content="And now?", client_id=client_id)
        return (await page.wait_for("ack", "error", client_id=str(client_id)))["type"] == "ack"

    for page in pages:
        await eventually(partial(passes, page))
