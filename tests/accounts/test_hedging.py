"""Two models asked for one reply: the player pays for one of them, and caps know of both."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from django.conf import settings
from redis import Redis

from accounts import scripts
from accounts.ids import uuid7
from accounts.models import ModelUse, Operation
from accounts.spending import caps
from accounts.spending.calls import Call
from accounts.spending.spend import asking
from inference import catalogue
from inference.base import Abilities, ChatRequest, Line
from inference.catalogue import Catalogue, Offer
from inference.prices import Price
from inference.providers.anthropic import Anthropic
from inference.providers.lanes import Endpoint
from tests.chat.stage import in_database
from tests.stack import StandIn

REQUEST = ChatRequest(model="first", lines=(Line("user", "Good evening"),), max_tokens=100)
PRICE = Price("USD", prompt=Decimal(1_000), cached=Decimal(0), completion=Decimal(1_000))


@pytest.fixture
def call(committed: None) -> Call:
    """Of somebody who is in no table, on a plan of their own."""
    return Call(Operation.SUGGESTION, uuid7(), f"plan-{uuid7().hex[-8:]}", key_id=uuid7())


@pytest_asyncio.fixture(autouse=True)
async def offers(standin: StandIn, committed: None) -> AsyncIterator[None]:
    provider = Anthropic(Endpoint(f"{standin.base_url}/anthropic/v1"))

    def offer(name: str, model: str, **more: Any) -> Offer:
        return Offer(name, model, provider, uuid7(), Abilities(), price=PRICE, **more)

    first = offer("first", "no-first-token", fallback="second", hedge_after=0.1)
    known = Catalogue({"first": first, "second": offer("second", "ok-300tps-n5")})
    catalogue.known.current = known
    yield
    await provider.aclose()
    await scripts.aclose()
    catalogue.known.forget()
    caps.known.forget()
    await in_database(ModelUse.objects.filter(plan__startswith="plan-").delete)


async def asked(call: Call, request: ChatRequest = REQUEST) -> str:
    async with asking(call, replace(request, plan=call.plan)) as reply:
        return "".join([piece async for piece in reply])


async def uses(call: Call) -> dict[str, ModelUse]:
    found = await in_database(lambda: list(ModelUse.objects.filter(plan=call.plan)))
    return {use.operation: use for use in found}


def limited(call: Call, *, plan: int, person: int = 10_000) -> None:
    """So many tokens a day, of all of the plan and of the person."""
    assert call.user_id is not None
    own = caps.Limit(uuid7(), "person", "day", "tokens", person)
    caps.known.current = caps.Caps(
        plans={call.plan: (caps.Limit(uuid7(), "plan", "day", "tokens", plan),)}, people={call.user_id: (own,)}
    )


def spent_in_redis(whose: str) -> int:
    with Redis.from_url(settings.REDIS_URL, decode_responses=True) as line:
        [key] = line.scan_iter(f"spend:*{whose}*")
        assert int(line.hget(key, "ht") or 0) == 0, "what was held is let go"
        return int(line.hget(key, "t"))


async def test_the_player_pays_for_one_answer_and_the_house_for_the_other(call: Call) -> None:
    assert await asked(call) == " the a rain light over"
    found = await uses(call)
    mine, theirs = found["suggestion"], found["hedge"]
    assert (mine.user_id is None, mine.model, mine.calls, mine.completion) == (True, "second", 1, 5)
    assert (theirs.user_id, theirs.key_id, theirs.model, theirs.completion) == (None, None, "first", 0)
    assert theirs.prompt > 0
    assert theirs.micros == theirs.prompt * 1_000


async def test_caps_of_all_know_of_both_and_a_person_s_of_one(call: Call) -> None:
    limited(call, plan=10_000)
    await asked(call)
    found = await uses(call)
    both = sum(use.prompt + use.completion for use in found.values())
    mine = found["suggestion"].prompt + found["suggestion"].completion
    assert spent_in_redis(call.plan) == both > mine
    assert call.user_id is not None
    assert spent_in_redis(call.user_id.hex) == mine


async def test_where_caps_have_room_for_one_only_one_is_asked(call: Call, standin: StandIn) -> None:
    word = f"Zanzibar{uuid7().hex}"
    request = replace(REQUEST, model="second", lines=(Line("user", word),))
    slow = replace(catalogue.current().offers["first"], served_as="sim-ttft300-n3")
    catalogue.known.current = Catalogue({**catalogue.current().offers, "first": slow})
    limited(call, plan=125)
    await asked(call, replace(request, model="first"))
    assert len(standin.requests(contains=word)) == 1
    assert "hedge" not in await uses(call)
