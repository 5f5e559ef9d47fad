"""Several models behind one talk, on real processes: whatever one does, the player has one reply or one error."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

import pytest_asyncio
import redis
from django.conf import settings

from accounts import plans
from accounts.models import ModelUse, UsageDay
from inference import breaker, catalogue
from inference.models import Endpoint, Model
from tests.chat.checks import assert_no_failure, assert_settled
from tests.chat.client import spoken
from tests.chat.stage import Player, Stage, eventually, in_database, script
from tests.stack import Server, StandIn

# What the first choice does, and whether anything of it is heard.
UNHEARD = ["500", "529", "429", "401", "cut-after-0", "no-first-token", "comments-forever", "html", "badjson-after-0"]
HEARD = ["stall-after-5", "cut-after-5", "badjson-after-5", "eof-no-finish-after-5", "error-event-after-5"]
FACES = {"openai": "/v1", "anthropic": "/anthropic/v1", "gemini": "/gemini/v1beta"}


@dataclass
class House:
    """Two processes that have the catalogue; `offers` are the public names by what they do."""

    servers: list[Server]
    root: str
    made: list[Endpoint]

    def offer(self, does: str, kind: str, *, fallback: Model | None = None, **endpoint: Any) -> Model:
        made = Endpoint.objects.create(
            name=uuid4().hex, kind=kind, base_url=self.root + FACES[kind], first_token_seconds=1, **endpoint
        )
        self.made.append(made)
        return Model.objects.create(
            name=f"{does}-{uuid4().hex[:6]}", endpoint=made, served_as=does, fallback=fallback, order=len(self.made)
        )

    async def seen(self) -> None:
        """Both processes have read what is in the database now; they look five times a second."""
        known = await in_database(catalogue.known.refresh)
        said = re.compile(rf"catalogue_read.*offers={len(known.offers)}\b")

        async def by_all() -> bool:
            return all(said.search(server.said()) for server in self.servers)

        await eventually(by_all)


@pytest_asyncio.fixture
async def house(start_server: Callable[..., Server], standin: StandIn, committed: None) -> AsyncIterator[House]:
    environ = {"CATALOGUE_SECONDS": "0.2", "BETWEEN_TOKENS_SECONDS": "1", "LOG_LEVEL": "INFO"}
    servers = [await in_database(lambda: start_server(**environ)) for _ in range(2)]
    house = House(servers, standin.base_url, [])
    yield house

    def clear() -> None:
        Endpoint.objects.filter(pk__in=[each.pk for each in house.made]).delete()

    await in_database(clear)
    catalogue.known.forget()


def used_by(player: Player) -> list[ModelUse]:
    return list(ModelUse.objects.filter(user_id=player.user.pk))


def paid_by(player: Player) -> int:
    return sum(day.messages for day in UsageDay.objects.filter(user=player.user))


async def turn_with(stage: Stage, house: House, name: str, number: int, player: Player | None = None) -> Any:
    """One line to a character who asks for this model, on one of the processes."""
    player = player or await stage.player(plan=plans.FREE)
    talk = await stage.talk(player, name)
    page = await stage.open(talk, player, server=house.servers[number % 2])
    turn = await page.turn("Tell me something", within=60)
    return player, talk, turn


async def test_whatever_fails_there_is_one_reply_or_one_error(stage: Stage, house: House):
    def offers() -> dict[str, Model]:
        good = house.offer("script-12", "openai")
        found = {"script-12": good, "lies": house.offer("lies", "gemini")}
        for number, does in enumerate([*UNHEARD, *HEARD]):
            found[does] = house.offer(does, list(FACES)[number % 3], fallback=good)
        return found

    offered = await in_database(offers)
    await house.seen()
    plays = [(does, again) for does in offered for again in range(2)]
    turns = await asyncio.gather(
        *(turn_with(stage, house, offered[does].name, number) for number, (does, _) in enumerate(plays))
    )
    for (does, _), (player, talk, turn) in zip(plays, turns, strict=True):
        [row] = await stage.turns(talk)
        assert spoken(turn.chunks) == turn.text, does
        if does in HEARD:
            assert (turn.end["status"], len(turn.errors)) == ("interrupted", 1), does
            assert turn.text == " the a rain light over"
            assert row.model == offered[does].name
        else:
            assert (turn.end["status"], turn.errors) == ("complete", []), does
            assert row.model == offered["lies" if does == "lies" else "script-12"].name
            assert turn.text == script(12) or does == "lies"
        assert row.usage["prompt"] < 100_000
        assert row.usage["estimated"] or does not in ("lies", *HEARD)
        assert await in_database(partial(paid_by, player)) == 1, does
    await assert_settled(stage)
    for server in house.servers:
        assert_no_failure(server)


async def test_so_it_is_where_two_are_asked_side_by_side_and_nobody_pays_twice(stage: Stage, house: House):
    """Whichever of the two fails, stalls or lies; what the slower one read is the house's."""

    def offers() -> dict[str, Model]:
        good = house.offer("script-12", "openai")
        found = {does: house.offer(does, list(FACES)[number % 3], fallback=good) for number, does in enumerate(UNHEARD)}
        found["lies"] = house.offer("lies", "gemini", fallback=good)
        found["script-12"] = house.offer("script-12", "openai", fallback=house.offer("lies", "gemini"))
        Model.objects.filter(endpoint__in=house.made, fallback__isnull=False).update(hedge_after=100)
        return found

    offered = await in_database(offers)
    await house.seen()
    turns = await asyncio.gather(*(turn_with(stage, house, each.name, at) for at, each in enumerate(offered.values())))
    for does, (player, talk, turn) in zip(offered, turns, strict=True):
        [row] = await stage.turns(talk)
        assert (turn.end["status"], turn.errors, spoken(turn.chunks)) == ("complete", [], turn.text), does
        if does in UNHEARD:
            assert turn.text == script(12), does
            assert row.manifest["instead_of"] == offered[does].name
        uses = await in_database(partial(used_by, player))
        assert [(use.operation, use.calls) for use in uses] == [("reply", 1)], does
        assert uses[0].prompt == row.usage["prompt"] < 100_000
        assert await in_database(partial(paid_by, player)) == 1
    beside = await in_database(lambda: list(ModelUse.objects.filter(operation="hedge")))
    assert all(use.user_id is None and use.key_id is None for use in beside)
    line = redis.Redis.from_url(settings.REDIS_URL)
    good = offered["500"].fallback
    assert good is not None
    assert not line.hexists(f"dramatis:breaker:{good.endpoint.pk.hex}", "until")
    line.close()
    await assert_settled(stage)
    for server in house.servers:
        assert_no_failure(server)


async def test_the_breaker_is_right_afterwards_and_others_are_not_touched(stage: Stage, house: House, standin: StandIn):
    def offers() -> tuple[Model, Model]:
        good = house.offer("script-12", "gemini")
        return good, house.offer("503", "anthropic", fallback=good)

    good, bad = await in_database(offers)
    await house.seen()
    for number in range(breaker.MOST + 4):
        _, _, turn = await turn_with(stage, house, bad.name, number)
        assert (turn.end["status"], turn.text) == ("complete", script(12))
    asked = len([each for each in standin.requests() if each["model"] == "503"])
    line = redis.Redis.from_url(settings.REDIS_URL)
    assert line.hexists(f"dramatis:breaker:{bad.endpoint.pk.hex}", "until")
    assert not line.hexists(f"dramatis:breaker:{good.endpoint.pk.hex}", "until")
    line.close()
    _, _, turn = await turn_with(stage, house, bad.name, 0)
    assert turn.text == script(12)
    # Nobody asks what is left alone, unless as the one who tries.
    assert len([each for each in standin.requests() if each["model"] == "503"]) <= asked + 1


async def test_who_waits_in_line_is_told_where_and_gets_a_reply(stage: Stage, house: House):
    model = await in_database(lambda: house.offer("ok-40tps-n40", "anthropic", at_once=1))
    await house.seen()
    turns = await asyncio.gather(*(turn_with(stage, house, model.name, number) for number in range(4)))
    places = []
    for _, _, turn in turns:
        assert (turn.end["status"], turn.errors) == ("complete", [])
        told = [frame.get("place") for frame in turn.frames if frame["type"] == "ai_status"]
        places += [place for place in told if place]
        assert told[-1] is None
    assert max(places) == 3


async def test_a_model_that_is_taken_away_answers_no_more_without_a_restart(stage: Stage, house: House):
    one, other = await in_database(lambda: (house.offer("script-3", "openai"), house.offer("script-4", "gemini")))
    await house.seen()
    _, _, turn = await turn_with(stage, house, other.name, 0)
    assert turn.text == script(4)

    def take_away() -> None:
        other.enabled = False
        other.save()

    await in_database(take_away)
    await house.seen()
    _, _, turn = await turn_with(stage, house, other.name, 0)
    assert turn.text == script(3), one.name
