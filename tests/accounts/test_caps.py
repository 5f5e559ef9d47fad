"""Caps as a process knows them, and what it holds against them in Redis."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import pytest
import pytest_asyncio
from django.conf import settings
from redis import Redis

from accounts import scripts as connections
from accounts.ids import uuid7
from accounts.models import Cap
from accounts.scripts import Argument, Script, scripts
from accounts.spending import caps, counters


@pytest.fixture(autouse=True)
def _no_caps_afterwards() -> Iterator[None]:
    yield
    caps._current = caps.NONE


@pytest_asyncio.fixture
async def redis_line() -> AsyncIterator[Redis]:
    with Redis.from_url(settings.REDIS_URL) as line:
        yield line
    await connections.aclose()


@pytest.mark.django_db
def test_a_change_is_seen_whenever_it_says_that_it_was_made() -> None:
    Cap.objects.create(scope="platform", span="day", tokens=1_000)
    Cap.objects.create(scope="platform", span="month", tokens=1_000)
    caps.refresh()
    # Begun before the other and committed after it: no later time than was seen, and as many rows.
    Cap.objects.filter(span="day").update(tokens=2_000)
    assert sorted(limit.most for limit in caps.refresh().platform) == [1_000, 2_000]


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
