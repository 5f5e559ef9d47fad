"""Who fails too often is left alone for a while. Redis is real, and so are the servers."""

import asyncio
from uuid import uuid4

import pytest

from accounts import scripts
from inference import breaker
from inference.base import (
    Declined,
    ModelUnavailable,
    Refused,
)
from inference.breaker import Alone, Breaker, Passage
from tests.inference.chains import Offering, chain, said_by
from tests.inference.support import StandinProcess

PAUSE = 1.5  # as long as a dozen requests may take on a busy machine


async def over(one: Breaker) -> None:
    """Its pause is: whoever only looks takes nobody's turn."""
    async with asyncio.timeout(20):
        passage, wait = await one.look()
        while passage is not Passage.PROBE:
            await asyncio.sleep(wait + 0.01)
            passage, wait = await one.look()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "PAUSE", PAUSE)
    monkeypatch.setattr(breaker, "LOOK", 0.0)


async def test_ten_failures_and_it_is_left_alone_until_a_probe_succeeds(
    offering: Offering, standin: StandinProcess, redis: str, quick: None
):
    mark, endpoint = uuid4().hex, uuid4()
    broken = offering("first", model="500", endpoint=endpoint, fallback="second")
    model = chain(broken, offering("second", model="ok-300tps-n2"))
    for i in range(13):
        text, reply = await said_by(model, "first", f"{mark} {i}")
        assert (text, reply.served_by) == (" the a", "second")
    asked = [entry["model"] for entry in await standin.requests(contains=mark)]
    assert asked.count("500") == breaker.MOST
    assert asked.count("ok-300tps-n2") == 13
    # The pause is over: one asks, and it works again.
    await asyncio.sleep(PAUSE + 0.1)
    healed = chain(offering("first", model="ok-300tps-n3", endpoint=endpoint, fallback="second"))
    for _ in range(3):
        text, reply = await said_by(healed, "first")
        assert (text, reply.served_by) == (" the a rain", "first")


async def test_without_anybody_else_the_player_hears_when_to_come_again(offering: Offering, quick: None):
    model = chain(offering("only", model="500"))
    for _ in range(breaker.MOST):
        with pytest.raises(ModelUnavailable):
            await said_by(model, "only")
    with pytest.raises(ModelUnavailable) as caught:
        await said_by(model, "only")
    wait = caught.value.retry_after
    assert wait is not None
    assert 1 <= wait <= PAUSE


async def test_processes_share_what_they_know(quick: None):
    one, other = Breaker(name := uuid4().hex), Breaker(name)
    for i in range(breaker.MOST):
        await (one if i % 2 else other).failed(ModelUnavailable())
    assert (await one.passage())[0] is Passage.OPEN
    assert (await other.passage())[0] is Passage.OPEN
    await over(Breaker(name))
    # Half open: one of them may try, the other has to wait for what comes of it.
    assert (await one.passage())[0] is Passage.PROBE
    assert (await other.passage())[0] is Passage.OPEN
    await one.failed(ModelUnavailable())
    passage, wait = await other.passage()
    assert passage is Passage.OPEN
    assert PAUSE < wait <= 2 * PAUSE
    await over(Breaker(name))
    assert (await other.passage())[0] is Passage.PROBE
    await other.succeeded()
    assert [(await each.passage())[0] for each in (one, other)] == [Passage.CLOSED] * 2
    await scripts.aclose()


async def opened() -> Breaker:
    """One whose pause is over."""
    one = Breaker(uuid4().hex)
    for _ in range(breaker.MOST):
        await one.failed(ModelUnavailable())
    await over(one)
    assert (await one.passage())[0] is Passage.PROBE
    return one


async def test_a_probe_that_is_answered_with_a_refusal_has_been_answered(redis: str, quick: None):
    one = await opened()
    await one.failed(Declined())
    assert (await one.passage())[0] is Passage.CLOSED
    await scripts.aclose()


async def test_a_probe_that_nobody_waits_for_is_the_next_one_s(redis: str, quick: None):
    one = await opened()
    assert (await one.passage())[0] is Passage.OPEN
    await one.let_go()
    assert (await one.passage())[0] is Passage.PROBE
    await scripts.aclose()


async def test_a_player_who_hangs_up_takes_no_probe_along(offering: Offering, quick: None):
    endpoint = uuid4()
    broken, silent, healed = (
        chain(offering("one", model=model, endpoint=endpoint)) for model in ("500", "no-first-token", "ok-300tps-n2")
    )
    for _ in range(breaker.MOST):
        with pytest.raises(ModelUnavailable):
            await said_by(broken, "one")
    await over(Breaker(endpoint.hex))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await said_by(silent, "one")
    assert (await said_by(healed, "one"))[0] == " the a"


async def test_the_request_s_own_faults_are_not_the_endpoint_s():
    one = Breaker(uuid4().hex)
    for _ in range(breaker.MOST * 2):
        for error in (Refused(status=400), Declined(), Refused(code="model_prompt_too_long")):
            await one.failed(error)
    assert (await one.passage())[0] is Passage.CLOSED
    for _ in range(breaker.MOST):
        await one.failed(Refused(code="model_bad_key"))
    assert (await one.passage())[0] is Passage.OPEN
    await scripts.aclose()


async def test_a_few_failures_among_many_successes_open_nothing(redis: str, quick: None):
    one = Breaker(uuid4().hex)
    for _ in range(breaker.MOST + 5):
        for _ in range(20):
            await one.succeeded()
        await one.failed(ModelUnavailable())
    assert (await one.passage())[0] is Passage.CLOSED
    await scripts.aclose()


def test_alone_old_failures_are_forgotten():
    alone = Alone()
    for i in range(breaker.MOST * 3):
        assert alone.ask("fail", i * breaker.WINDOW / 5)[0] is Passage.CLOSED


def test_alone_old_successes_are_forgotten():
    alone = Alone()
    for i in range(1_000):
        alone.ask("ok", float(i))
    later = 1_000 + breaker.WINDOW
    answers = [alone.ask("fail", later + i)[0] for i in range(breaker.MOST)]
    assert answers == [*[Passage.CLOSED] * (breaker.MOST - 1), Passage.OPEN]
