"""Caps as a process knows them, and what it holds against them in Redis."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from django.conf import settings
from redis import Redis

from accounts import scripts as connections
from accounts.errors import SpendCap
from accounts.ids import uuid7
from accounts.models import Cap, ModelUse, Operation
from accounts.scripts import Argument, Script, scripts
from accounts.spending import caps, counters, spend
from accounts.spending.calls import Call, Spent
from accounts.spending.spend import asking, count, paying, recover
from inference import catalogue
from inference.base import Abilities, ChatRequest, Line, Usage
from inference.catalogue import Catalogue, Offer
from inference.prices import Price
from inference.providers.kinds import provider_of
from inference.providers.lanes import Endpoint
from tests.chat.stage import in_database


@pytest.fixture(autouse=True)
def _no_caps_afterwards() -> Iterator[None]:
    yield
    caps.known.forget()


@pytest_asyncio.fixture
async def redis_line() -> AsyncIterator[Redis]:
    with Redis.from_url(settings.REDIS_URL) as line:
        yield line
    await connections.aclose()


@pytest.mark.django_db
def test_a_change_is_seen_whenever_it_says_that_it_was_made() -> None:
    Cap.objects.create(scope="platform", span="day", tokens=1_000)
    Cap.objects.create(scope="platform", span="month", tokens=1_000)
    caps.known.refresh()
    # Begun before the other and committed after it: no later time than was seen, and as many rows.
    Cap.objects.filter(span="day").update(tokens=2_000)
    assert sorted(limit.most for limit in caps.known.refresh().platform) == [1_000, 2_000]


async def run(script: Script, *keys: str, arguments: Sequence[Argument] = ()) -> Any:
    return await scripts().run(script, keys, arguments, seconds=5)


async def test_a_counter_is_filled_anew_in_time_however_often_it_is_begun(redis_line: Redis) -> None:
    counter = f"spend:{{s}}:{uuid7()}"
    await run(counters.BEGIN, counter, arguments=[60_000])
    assert await run(counters.FILL, counters.OPEN, counter, arguments=["t", 7]) == 1
    await run(counters.BEGIN, counter, arguments=[counters.FRESH_MS])
    assert 0 < redis_line.pttl(counter) <= 60_000


async def test_a_counter_that_went_meanwhile_is_not_filled(redis_line: Redis) -> None:
    counter = f"spend:{{s}}:{uuid7()}"
    await run(counters.BEGIN, counter, arguments=[60_000])
    await run(counters.FORGET, counter)
    assert await run(counters.FILL, counters.OPEN, counter, arguments=["t", 7]) == 0
    assert not redis_line.exists(counter)


@pytest.fixture
def capped(committed: None) -> Call:
    """A call of somebody who has a cap of their own. They are in no table: what is counted of them is nobody's."""
    person = uuid7()
    limit = caps.Limit(uuid7(), "person", "day", "tokens", 100)
    caps.known.current = caps.Caps(people={person: (limit,)})
    return Call(Operation.SUGGESTION, person, key_id=uuid7())


async def test_what_runs_when_redis_loses_all_is_held_in_money_too(
    committed: None, redis_line: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, dear = uuid7(), Price("USD", prompt=Decimal(2), cached=Decimal(1), completion=Decimal(10))
    limit = caps.Limit(uuid7(), "person", "day", "money", 10_000, "USD")
    caps.known.current = caps.Caps(people={person: (limit,)})
    provider = provider_of("openai", Endpoint("http://127.0.0.1:9/v1"))
    offers = (
        Offer(name, name, provider, uuid7(), Abilities(), price=price)
        for name, price in (("cheap", replace(dear, completion=Decimal(1))), ("dear", dear))
    )
    monkeypatch.setattr(catalogue.known, "current", Catalogue({offer.name: offer for offer in offers}))
    running = Call(Operation.REPLY, person, "free")
    monkeypatch.setattr(spend, "_under_way", [lambda: [(running, Usage(1_000, 100))]])
    redis_line.delete(counters.ALIVE)
    await recover()
    held: Any = redis_line.hgetall(f"spend:{{s}}:call:{running.id.hex}")
    assert (held[b"t"], held[b"m"], held[b"c"]) == (b"1100", b"3000", b"USD")
    await count(running)
    assert not redis_line.exists(f"spend:{{s}}:call:{running.id.hex}")


async def test_who_is_cancelled_while_redis_answers_holds_nothing(capped: Call, redis_line: Redis) -> None:
    with pytest.raises(LookupError):  # from here on the counter is filled, and one script holds
        async with paying(capped, "painter", Usage(10, 0)):
            raise LookupError

    async def paint() -> None:
        async with paying(capped, "painter", Usage(10, 0)):
            await asyncio.Event().wait()

    held = f"spend:{{s}}:call:{capped.id.hex}"
    task = asyncio.create_task(paint())
    while not redis_line.exists(held):  # looked at while the event loop waits: it has not read the answer
        assert not task.done(), task.result()
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(10):
            await task
    assert not redis_line.exists(held)


async def test_what_made_a_request_that_was_refused_is_in_the_ledger(capped: Call, redis_line: Redis) -> None:
    question = Spent(replace(capped, operation=Operation.RECALL), "vectors", Usage(7, 0, estimated=True))
    request = ChatRequest(model="m", lines=(Line("user", "Good evening"),), max_tokens=1_000)
    with pytest.raises(SpendCap):
        async with asking(capped, request, beside=[question]):
            pass
    stored = ModelUse.objects.filter(key_id=capped.key_id)
    assert await in_database(lambda: list(stored.values_list("operation", "prompt"))) == [("recall", 7)]
    await in_database(stored.delete)
