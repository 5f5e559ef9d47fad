"""What replies cost, and caps on it, on real processes: counted once, never overshot, nothing written is lost."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Any

import pytest_asyncio
import redis as redis_client
from django.conf import settings
from django.utils.timezone import now

from accounts.models import Cap, CapAlarm, ModelUse
from accounts.spending import caps
from inference import catalogue
from inference.models import Endpoint, Model
from tests.chat.checks import assert_no_failure
from tests.chat.stage import Player, Stage, eventually, in_database
from tests.stack import Server, StandIn


class House:
    """Two processes that see within a moment what the operator changes."""

    def __init__(self, servers: list[Server]) -> None:
        self.servers = servers

    async def cap(self, player: Player, **fields: Any) -> Cap:
        fields = {"scope": "person", "span": "day", "user": player.user, **fields}
        made = await in_database(lambda: Cap.objects.create(**fields))
        await self.seen()
        return made

    async def seen(self) -> None:
        """Both have read the caps as they are; they look five times a second."""
        await in_database(caps.known.refresh)
        mark = await in_database(Cap.objects.filter(enabled=True).count)
        said = re.compile(r"caps_read.*caps=(\d+)")

        async def by_all() -> bool:
            return all((said.findall(server.said()) or ["0"])[-1] == str(mark) for server in self.servers)

        await eventually(by_all)


@pytest_asyncio.fixture
async def house(start_server: Callable[..., Server], committed: None) -> AsyncIterator[House]:
    environ = {"CATALOGUE_SECONDS": "0.2", "LOG_LEVEL": "INFO"}
    yield House([await in_database(lambda: start_server(**environ)) for _ in range(2)])
    await in_database(Cap.objects.all().delete)
    caps.known.forget()


async def uses(player: Player) -> list[ModelUse]:
    return await in_database(lambda: list(ModelUse.objects.filter(user_id=player.user.pk).order_by("operation")))


async def used(player: Player) -> int:
    return sum(use.prompt + use.completion for use in await uses(player))


async def test_a_turn_is_in_the_ledger_once_with_its_price(stage: Stage, committed: None, standin: StandIn):
    player = await stage.player()
    talk = await stage.talk(player, "script-20")
    page = await stage.open(talk, player)
    turns = [await page.turn("Good evening"), await page.turn("And now?")]
    [use] = await uses(player)
    [first, second] = await stage.turns(talk)
    assert (use.operation, use.plan, use.model, use.calls) == ("reply", "unlimited", "script-20", 2)
    assert use.character_id == first.character_id
    assert use.prompt == first.usage["prompt"] + second.usage["prompt"]
    assert use.completion == 40
    assert use.since == now().date()
    assert all("micros" not in turn.end["usage"] or turn.end["usage"]["micros"] is None for turn in turns)


async def test_twenty_tabs_on_two_processes_do_not_overshoot_a_cap(stage: Stage, house: House):
    player, most = await stage.player(), 4_000
    talks = [await stage.talk(player, "script-40-tps60", generation={"max_tokens": 100}) for _ in range(20)]
    await house.cap(player, tokens=most)
    pages = [await stage.open(talk, player, server=house.servers[number % 2]) for number, talk in enumerate(talks)]
    answered = 0
    without: list[Any] = []
    while len(without) < 20:
        turns = await asyncio.gather(*(page.turn("Tell me something", within=60) for page in pages))
        without = [turn for turn in turns if turn.errors]
        answered += len(turns) - len(without)
        assert await used(player) <= most
    assert answered >= 5
    for turn in without:
        [error] = turn.errors
        assert (error["code"], error["limit"], turn.end["status"]) == ("spend_cap", most, "failed")
        assert 0 < error["retry_after"] <= 86_401
    # What is left is less than another reply may take, and everybody's line is there to be answered later.
    assert await used(player) > most - 100 - 2 * most / answered
    for talk in talks:
        assert [line.text for line in await stage.messages(talk) if line.role == "player"]
    for server in house.servers:
        assert_no_failure(server)


async def test_a_cap_holds_when_redis_has_lost_what_was_counted(stage: Stage, house: House):
    player = await stage.player()
    talk = await stage.talk(player, "script-20", generation={"max_tokens": 100})
    page = await stage.open(talk, player, server=house.servers[0])
    assert (await page.turn("Good evening")).end["status"] == "complete"
    await house.cap(player, tokens=await used(player) + 150)
    await refused(page)
    await forget_counters()
    await refused(page)
    [use] = await uses(player)
    assert use.calls == 1


async def test_what_runs_when_redis_loses_its_counters_is_held_again(stage: Stage, house: House):
    player = await stage.player()
    long = await stage.talk(player, "script-400-tps60", generation={"max_tokens": 500})
    short = await stage.talk(player, "script-20", generation={"max_tokens": 100})
    # Enough for both, were it not known that a running turn may take as much as the window holds.
    await house.cap(player, tokens=settings.CONTEXT_TOKENS)
    running = await stage.open(long, player, server=house.servers[0])
    ack = await running.say("Tell me all of it")
    await running.wait_for("ai_chunk")
    await forget_counters()
    page = await stage.open(short, player, server=house.servers[1])
    await refused(page)
    await running.send("stop")
    await running.rest_of_turn(ack)

    async def counted() -> bool:
        turn = await page.turn("And now?")
        return not turn.errors

    await eventually(counted)


async def test_without_redis_whom_a_cap_concerns_is_refused_and_nobody_else(
    stage: Stage, house: House, redis_service: Any
):
    capped, free = await stage.player(), await stage.player()
    pages = [
        await stage.open(await stage.talk(player, "script-5"), player, server=house.servers[0])
        for player in (capped, free)
    ]
    await house.cap(capped, tokens=1_000_000)
    assert not (await pages[0].turn("Good evening")).errors
    await in_database(redis_service.kill)
    try:
        turn = await pages[0].turn("And now?", within=30)
        assert [error["code"] for error in turn.errors] == ["unavailable"]
        assert not (await pages[1].turn("And now?", within=30)).errors
    finally:
        await in_database(redis_service.restart)

    async def answered() -> bool:
        return not (await pages[0].turn("And again?", within=30)).errors

    await eventually(answered)
    assert sum(use.calls for use in await uses(capped)) == 2


async def test_money_is_capped_at_the_price_of_whoever_answers(stage: Stage, house: House, standin: StandIn):
    def offer() -> Model:
        endpoint = Endpoint.objects.create(name="priced", kind="openai", base_url=standin.model_url)
        return Model.objects.create(
            name="script-20", endpoint=endpoint, price_in=Decimal(1), price_out=Decimal(10), currency="EUR"
        )

    model = await in_database(offer)
    try:
        player = await stage.player()
        talk = await stage.talk(player, "script-20", generation={"max_tokens": 100})
        page = await stage.open(talk, player, server=house.servers[1])

        async def priced() -> Any:
            turn = await page.turn("Good evening")
            return turn if turn.end["usage"].get("currency") else None

        usage = (await eventually(priced)).end["usage"]
        assert usage["micros"] == usage["prompt"] + 10 * usage["completion"]
        [spent] = [use for use in await uses(player) if use.currency]
        assert (spent.currency, spent.micros % 1) == ("EUR", 0)
        await house.cap(player, money=Decimal(spent.micros) / 1_000_000, currency="EUR")
        error = await refused(page)
        assert error["limit"] == spent.micros
    finally:
        await in_database(model.endpoint.delete)
        catalogue.known.forget()


async def test_a_cap_of_a_plan_or_of_everybody_stops_them(stage: Stage, house: House):
    people = [await stage.player(plan=plan) for plan in ("free", "free", "unlimited")]
    pages = [
        await stage.open(await stage.talk(player, "script-5"), player, server=house.servers[number % 2])
        for number, player in enumerate(people)
    ]
    for scope, concerned in (("each", 2), ("plan", 2), ("platform", 3)):
        whom = {} if scope == "platform" else {"plan_id": "free"}
        cap = await house.cap(people[0], scope=scope, span="month", user=None, tokens=0, **whom)
        for page in pages[:concerned]:
            error = await refused(page)
            assert "month" in error["message"]
            assert ("everybody" in error["message"]) == (scope != "each")
        for page in pages[concerned:]:
            assert not (await page.turn("Good evening")).errors
        await in_database(cap.delete)
        await house.seen()


async def test_alarms_are_raised_once_each(stage: Stage, house: House):
    player = await stage.player()
    talk = await stage.talk(player, "script-20", generation={"max_tokens": 100})
    cap = await house.cap(player, tokens=1_500)
    page = await stage.open(talk, player, server=house.servers[0])
    while not (await page.turn("Tell me something")).errors:
        pass
    await refused(page)

    def alarms() -> list[int]:
        return sorted(CapAlarm.objects.filter(cap=cap, user=player.user).values_list("percent", flat=True))

    assert await in_database(alarms) == [50, 80, 100]


async def refused(page: Any) -> Any:
    """Its turn is refused, told why; the line is kept."""
    turn = await page.turn("Tell me something")
    assert [error["code"] for error in turn.errors] == ["spend_cap"], turn.frames
    return turn.errors[0]


async def forget_counters() -> None:
    line = redis_client.Redis.from_url(settings.REDIS_URL)
    line.delete(*line.scan_iter("spend:*"))
    line.close()
