"""Who steps in, and who waits in line. Redis is real, and so are the servers."""

import asyncio
import time
from typing import Any
from uuid import uuid4

import pytest

from accounts import scripts
from inference import line, shared
from inference.base import (
    Declined,
    EmptyReply,
    ModelError,
    Refused,
    Truncated,
    Unreachable,
)
from inference.chain import Chain
from inference.line import Line
from tests.inference.chains import Offering, chain, said_by
from tests.inference.support import StandinProcess, ask

# ------------------------------------------------------------ who steps in


@pytest.mark.parametrize(
    "fails", ["500", "429", "401", "400", "missing-model", "no-first-token", "cut-after-0", "html", "empty"]
)
async def test_before_the_first_word_the_next_one_steps_in(offering: Offering, fails: str):
    model = chain(offering("first", model=fails, fallback="second"), offering("second", model="ok-300tps-n5"))
    text, reply = await said_by(model, "first")
    assert (text, reply.served_by, reply.finish) == (" the a rain light over", "second", "stop")
    assert reply.usage.completion == 5


@pytest.mark.parametrize(("fails", "cause"), [("cut-after-2", Unreachable), ("eof-no-finish-after-2", Truncated)])
async def test_after_it_nobody_does(offering: Offering, standin: StandinProcess, fails: str, cause: type[ModelError]):
    mark = uuid4().hex
    model = chain(offering("first", model=fails, fallback="second"), offering("second", model="ok-300tps-n5"))
    said: list[str] = []
    with pytest.raises(cause):
        async with model.stream(ask("first", mark)) as reply:
            await reply.hear(said.append)
    assert "".join(said) == " the a"
    assert len(await standin.requests(contains=mark)) == 1


async def test_a_refusal_is_not_carried_to_somebody_else(offering: Offering, standin: StandinProcess):
    mark = uuid4().hex
    model = chain(offering("first", model="declined-after-0", fallback="second"), offering("second", model="ok-300tps"))
    with pytest.raises(Declined):
        await said_by(model, "first", mark)
    assert len(await standin.requests(contains=mark)) == 1


async def test_when_nobody_can_the_first_cause_is_told(offering: Offering):
    model = chain(offering("first", model="401", fallback="second"), offering("second", model="500"))
    with pytest.raises(Refused) as caught:
        await said_by(model, "first")
    assert caught.value.code == "model_bad_key"


async def test_a_plan_without_a_model_is_told_so(offering: Offering):
    with pytest.raises(Refused) as caught:
        await said_by(chain(offering("dear", model="ok-300tps", plans=frozenset({"paid"}))), "dear", plan="free")
    assert caught.value.code == "model_not_offered"


async def test_a_fallback_answers_as_itself(offering: Offering, standin: StandinProcess):
    mark = uuid4().hex
    second = offering("second", model="ok-300tps-n2")
    await said_by(chain(offering("first", model="500", fallback="second"), second), "first", mark)
    assert [entry["model"] for entry in await standin.requests(contains=mark)] == ["500", "ok-300tps-n2"]


async def test_where_all_are_empty_there_is_one_clear_error(offering: Offering, standin: StandinProcess):
    mark = uuid4().hex
    model = chain(offering("first", model="empty", fallback="second"), offering("second", model="empty"))
    with pytest.raises(EmptyReply) as caught:
        await said_by(model, "first", mark)
    assert caught.value.retryable
    assert len(await standin.requests(contains=mark)) == 2


# ------------------------------------------------------------ who is asked beside


def hedging(offering: Offering, first: str, second: str, after: float = 0.1, **more: Any) -> Chain:
    return chain(
        offering("first", model=first, fallback="second", hedge_after=after, **more),
        offering("second", model=second),
    )


async def test_who_says_nothing_for_a_while_is_overtaken_and_what_it_read_is_told(
    offering: Offering, standin: StandinProcess
):
    mark = uuid4().hex
    text, reply = await said_by(hedging(offering, "no-first-token", "ok-300tps-n5"), "first", mark, hedged=True)
    assert (text, reply.served_by, reply.finish) == (" the a rain light over", "second", "stop")
    [(name, usage)] = reply.lost
    assert (name, usage.completion, usage.estimated) == ("first", 0, True)
    assert usage.prompt > 0
    assert sorted([entry["model"] for entry in await standin.requests(contains=mark)]) == [
        "no-first-token", "ok-300tps-n5",
    ]  # fmt: skip


async def test_who_speaks_first_answers_alone(offering: Offering):
    """The first one comes after the second was asked, and before that one speaks."""
    model = hedging(offering, "sim-ttft250-n3", "sim-ttft400-n5")
    text, reply = await said_by(model, "first", hedged=True)
    assert (text, reply.served_by) == (" the a rain", "first")
    assert [name for name, _ in reply.lost] == ["second"]


async def test_who_speaks_in_time_is_asked_alone(offering: Offering, standin: StandinProcess):
    mark = uuid4().hex
    _, reply = await said_by(hedging(offering, "ok-300tps-n3", "ok-300tps-n5", 5), "first", mark, hedged=True)
    assert (reply.served_by, reply.lost) == ("first", [])
    assert len(await standin.requests(contains=mark)) == 1


async def test_nobody_is_asked_beside_whom_caps_have_no_room_for(offering: Offering, standin: StandinProcess):
    mark = uuid4().hex
    model = hedging(offering, "sim-ttft250-n3", "ok-300tps-n5")
    _, reply = await said_by(model, "first", mark)
    assert (reply.served_by, reply.lost) == ("first", [])
    assert len(await standin.requests(contains=mark)) == 1


async def test_one_that_fails_is_followed_at_once_and_costs_nothing(offering: Offering):
    began = time.monotonic()
    _, reply = await said_by(hedging(offering, "500", "ok-300tps-n2", 30), "first", hedged=True)
    assert (reply.served_by, reply.lost) == ("second", [])
    assert time.monotonic() - began < 10
    _, reply = await said_by(hedging(offering, "sim-ttft300-n2", "500"), "first", hedged=True)
    assert (reply.served_by, reply.lost) == ("first", [])


async def test_when_both_fail_the_first_cause_is_told_and_who_comes_after_them_is_asked(offering: Offering):
    with pytest.raises(ModelError) as caught:
        await said_by(hedging(offering, "no-first-token", "401"), "first", hedged=True)
    assert caught.value.code == "model_too_slow"
    model = chain(
        offering("first", model="no-first-token", fallback="second", hedge_after=0.1),
        offering("second", model="500", fallback="third"),
        offering("third", model="ok-300tps-n2"),
    )
    assert (await said_by(model, "first", hedged=True))[1].served_by == "third"


async def test_whoever_hangs_up_leaves_both(offering: Offering, standin: StandinProcess):
    mark = uuid4().hex
    model = hedging(offering, "no-first-token", "no-first-token", 0.05, at_once=1)
    task = asyncio.create_task(said_by(model, "first", mark, hedged=True))
    while len(await standin.requests(contains=mark)) < 2:
        assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    # Its place in line is free: the next one is asked at once.
    again = asyncio.create_task(said_by(model, "first", f"{mark} again"))
    while not await standin.requests(contains=f"{mark} again"):
        assert not again.done()
    again.cancel()
    with pytest.raises(asyncio.CancelledError):
        await again


# ------------------------------------------------------------ who waits


async def test_only_so_many_at_once_and_everybody_is_served(offering: Offering, standin: StandinProcess, redis: str):
    mark = uuid4().hex
    places: list[int] = []
    model = chain(offering("one", model="ok-100tps-n20", at_once=2), waiting=places.append)
    replies = await asyncio.gather(*(said_by(model, "one", f"{mark} {i}", user=f"p{i}") for i in range(6)))
    assert len({text for text, _ in replies}) == 1
    entries = await standin.requests(contains=mark)
    events = sorted([(entry["at"], 1) for entry in entries] + [(entry["ended_at"], -1) for entry in entries])
    running = most = 0
    for _, step in events:
        running += step
        most = max(most, running)
    assert most <= 2
    assert max(places) == 4


async def test_one_person_s_many_do_not_keep_another_one_waiting():
    name, served = uuid4().hex, []
    first = await Line(name).enter("greedy", 1, takes=30)

    async def wait(person: str, told: asyncio.Queue[int]) -> None:
        ticket = await Line(name).enter(person, 1, takes=30, tell=told.put_nowait)
        served.append(person)
        await ticket.leave()

    theirs: asyncio.Queue[int] = asyncio.Queue()
    waiting = [asyncio.create_task(wait("greedy", theirs)) for _ in range(3)]
    assert {await theirs.get() for _ in range(3)} == {1, 2, 3}
    mine: asyncio.Queue[int] = asyncio.Queue()
    waiting.append(asyncio.create_task(wait("modest", mine)))
    assert await mine.get() == 1
    await first.leave()
    await asyncio.gather(*waiting)
    assert served == ["modest", "greedy", "greedy", "greedy"]
    assert mine.get_nowait() == 0
    await scripts.aclose()


async def test_whoever_hangs_up_leaves_the_line(redis: str):
    queue = Line(uuid4().hex)
    first = await queue.enter("a", 1, takes=30)
    told: asyncio.Queue[int] = asyncio.Queue()
    waiting = asyncio.create_task(queue.enter("b", 1, takes=30, tell=told.put_nowait))
    assert await told.get() == 1
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await first.leave()
    third = await queue.enter("c", 1, takes=30, tell=told.put_nowait)
    assert told.empty()
    await third.leave()
    await scripts.aclose()


async def test_a_place_given_to_who_had_just_hung_up_comes_free(monkeypatch: pytest.MonkeyPatch):
    """Redis has said "go ahead", and the answer finds nobody: that was a place lost for as long as a reply may take."""
    queue, given = Line(uuid4().hex), asyncio.Event()

    async def answer_lost(*asked: Any) -> Any:
        answer = await scripts.run_shared(*asked)
        if asked[0] is line.ENTER:
            given.set()
            await asyncio.Event().wait()
        return answer

    monkeypatch.setattr(shared, "_run", answer_lost)
    hangs_up = asyncio.create_task(queue.enter("a", 1, takes=30))
    await given.wait()
    hangs_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hangs_up
    monkeypatch.undo()
    told: list[int] = []
    ticket = await queue.enter("b", 1, takes=30, tell=told.append)
    assert told == []
    await ticket.leave()
    await scripts.aclose()


async def test_an_answer_that_was_lost_is_the_same_when_it_is_asked_for_again(monkeypatch: pytest.MonkeyPatch):
    """A script runs twice when the connection breaks under it: nobody waits for the place that they have."""
    queue = Line(uuid4().hex)

    async def twice(*asked: Any) -> Any:
        await scripts.run_shared(*asked)
        return await scripts.run_shared(*asked)

    monkeypatch.setattr(shared, "_run", twice)
    told: list[int] = []
    ticket = await queue.enter("a", 1, takes=30, tell=told.append)
    assert told == []
    await ticket.leave()
    await scripts.aclose()


async def test_what_a_dead_process_held_comes_free(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(line, "LEASE", 0.5)
    monkeypatch.setattr(line, "RENEWED", 0.1)
    name = uuid4().hex
    dead = Line(name)
    await dead.enter("dead", 1, takes=60)
    assert dead._keeper is not None
    dead._keeper.cancel()
    began = time.monotonic()
    ticket = await Line(name).enter("alive", 1, takes=60)
    assert 0.2 < time.monotonic() - began < 5
    # Who lives keeps the place for longer than a lease, and no longer than a reply may take.
    told: list[int] = []
    monkeypatch.setattr(line, "PATIENCE", 1.5)
    with pytest.raises(ModelError):
        await Line(name).enter("waits", 1, takes=60, tell=told.append)
    assert told == [1]
    await ticket.leave()
    await Line(name).enter("too long", 1, takes=0.3)
    await (await Line(name).enter("next", 1, takes=60)).leave()
    await scripts.aclose()


async def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(line, "PATIENCE", 0.3)
    queue = Line(uuid4().hex)
    await queue.enter("a", 1, takes=30)
    with pytest.raises(ModelError) as caught:
        await queue.enter("b", 1, takes=30)
    assert (caught.value.code, caught.value.retryable) == ("model_rate_limited", True)
    await scripts.aclose()
