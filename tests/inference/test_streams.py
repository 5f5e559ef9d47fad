"""One streamed reply against every way in which a model server can misbehave."""

import asyncio
import re
import resource
import time
from uuid import uuid4

import pytest

from config.services.ports import free_port
from inference.base import (
    BrokenStream,
    ModelError,
    ModelUnavailable,
    RateLimitedByModel,
    Refused,
    TooSlow,
    Truncated,
    Unreachable,
)
from inference.parser import Bounds
from inference.providers.openai_compatible import OpenAICompatible
from inference.providers.retries import Budget, Retries
from inference.streams import Deadlines
from tests.inference.support import Connect, StandinProcess, ask, read

SHORT = Deadlines(first=0.6, between=0.6, total=2.0, connect=5)


async def said_before_failing(model: OpenAICompatible, name: str) -> tuple[str, ModelError]:
    said = ""
    try:
        async with model.stream(ask(name)) as reply:
            async for piece in reply:
                said += piece
    except ModelError as error:
        return said, error
    pytest.fail(f"{name} ended normally")


async def test_a_regular_reply_arrives_whole_with_finish_and_usage(connect: Connect):
    async with connect().stream(ask("ok-300tps-n40")) as reply:
        pieces = [piece async for piece in reply]
    assert "".join(pieces).startswith(" the a rain light over")
    assert all(pieces)
    assert reply.finish == "stop"
    assert (reply.usage.completion, reply.usage.estimated) == (40, False)


async def test_tokens_come_one_by_one_not_at_the_end(connect: Connect):
    began, seen = time.monotonic(), []
    async with connect().stream(ask("ok-20tps-n10")) as reply:
        async for _ in reply:
            seen.append(time.monotonic() - began)
    assert len(seen) == 10
    assert seen[-1] - seen[0] > 0.15


@pytest.mark.parametrize("name", ["crlf", "drip-n8", "tight"])
async def test_unusual_framing_reads_the_same(connect: Connect, name: str):
    assert (await read(connect(), ask(name))).startswith(" the a rain light over old city")


async def test_bytes_of_one_character_may_arrive_apart(connect: Connect):
    whole = await read(connect(), ask("script-14"))
    assert whole.startswith("[1] [2] [3] ")
    assert whole.count("剧🎭") == 2


async def test_reasoning_is_life_but_not_text(connect: Connect):
    slow = Deadlines(first=1, between=1, total=20)
    text = await read(connect(deadlines=slow), ask("reason-then-speak-tps8-n5"))
    assert text == " the a rain light over"


async def test_an_empty_reply_ends_normally_without_text(connect: Connect):
    async with connect().stream(ask("empty")) as reply:
        assert [piece async for piece in reply] == []
    assert reply.finish == "stop"


@pytest.mark.parametrize(
    ("name", "which", "said", "seconds"),
    [
        ("no-first-token", "first_token", 0, SHORT.first),
        ("comments-forever", "first_token", 0, SHORT.first),
        ("empty-deltas-forever", "first_token", 0, SHORT.first),
        ("stall-after-5", "between_tokens", 5, SHORT.between),
        ("comments-forever-after-3", "between_tokens", 3, SHORT.between),
        ("slow-1tps", "between_tokens", 1, SHORT.between),
        ("ok-20tps-n1000", "total", 10, SHORT.total),
        ("reason-forever-tps20", "total", 0, SHORT.total),
    ],
)
async def test_each_deadline_fires_on_time(connect: Connect, name: str, which: str, said: int, seconds: float):
    began = time.monotonic()
    text, error = await said_before_failing(connect(deadlines=SHORT), name)
    took = time.monotonic() - began
    assert isinstance(error, TooSlow)
    assert error.which == which
    assert error.retryable
    assert len(text.split()) >= said
    assert seconds - 0.02 <= took < seconds + 5, "it waits for ever, or a busy machine for a moment"


async def test_a_slow_consumer_is_not_blamed_on_the_model(connect: Connect):
    async with connect(deadlines=SHORT).stream(ask("ok-100tps-n10")) as reply:
        said = await anext(aiter(reply))
        await asyncio.sleep(SHORT.between + 0.2)
        async for piece in reply:
            said += piece
    assert said.startswith(" the a rain")
    assert reply.finish == "stop"


@pytest.mark.parametrize(
    ("name", "cause", "code"),
    [
        ("eof-no-finish", Truncated, "model_truncated"),
        ("done-no-finish-n5", Truncated, "model_truncated"),
        ("cut", Unreachable, "connection_lost"),
        ("badjson", BrokenStream, "malformed"),
        ("error-event", BrokenStream, "error_event"),
    ],
)
async def test_what_was_said_before_a_failure_is_delivered_first(
    connect: Connect, name: str, cause: type[ModelError], code: str
):
    text, error = await said_before_failing(connect(), name)
    assert text == " the a rain light over"
    assert isinstance(error, cause)
    assert error.code == code
    assert error.retryable


async def test_a_server_known_to_omit_the_finish_reason_is_taken_at_its_word(connect: Connect):
    async with connect(done_is_enough=True).stream(ask("done-no-finish-n5")) as reply:
        assert "".join([piece async for piece in reply]) == " the a rain light over"
    assert reply.finish == "stop"
    _, error = await said_before_failing(connect(done_is_enough=True), "eof-no-finish")
    assert isinstance(error, Truncated)


async def test_a_finished_reply_does_not_wait_for_an_end_mark_that_never_comes(connect: Connect):
    began = time.monotonic()
    async with connect(deadlines=Deadlines(first=5, between=5, total=10)).stream(ask("finish-no-done-n5")) as reply:
        assert len([piece async for piece in reply])
    assert reply.finish == "stop"
    assert time.monotonic() - began < 4


async def test_one_event_is_capped(connect: Connect):
    text, error = await said_before_failing(connect(bounds=Bounds(event=65_536)), "huge-chunk")
    assert text == " the a rain light over"
    assert (type(error), error.code) == (BrokenStream, "oversized")


async def test_an_event_of_thirty_megabytes_costs_no_memory(connect: Connect):
    await read(connect(), ask("ok-300tps-n3"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _, error = await said_before_failing(connect(), "huge-chunk-30000000")
    assert error.code == "oversized"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


async def test_the_whole_reply_is_capped_at_the_byte(connect: Connect):
    text, error = await said_before_failing(connect(bounds=Bounds(text=20_000)), "endless")
    assert len(text.encode()) == 20_000
    assert (type(error), error.code) == (BrokenStream, "oversized")


async def test_all_bytes_on_the_wire_are_capped(connect: Connect):
    _, error = await said_before_failing(connect(bounds=Bounds(wire=200_000)), "endless")
    assert (type(error), error.code) == (BrokenStream, "oversized")


@pytest.mark.parametrize("name", ["html", "redirect"])
async def test_a_web_page_and_a_redirect_are_refused_without_asking_again(
    connect: Connect, standin: StandinProcess, name: str
):
    mark = uuid4().hex
    with pytest.raises(ModelError) as caught:
        await read(connect(), ask(name, mark))
    assert not caught.value.retryable
    assert len(await standin.requests(contains=mark)) == 1


@pytest.mark.parametrize(
    ("name", "cause", "code", "requests"),
    [
        ("429", RateLimitedByModel, "model_rate_limited", 3),
        ("500", ModelUnavailable, "model_unavailable", 3),
        ("503", ModelUnavailable, "model_unavailable", 3),
        ("401", Refused, "model_bad_key", 1),
        ("400", Refused, "model_refused", 1),
        ("missing-model", Refused, "model_unknown", 1),
        ("no-first-token", TooSlow, "model_too_slow", 1),
    ],
)
async def test_only_what_may_succeed_is_asked_again_and_at_most_twice(
    connect: Connect, standin: StandinProcess, name: str, cause: type[ModelError], code: str, requests: int
):
    mark = uuid4().hex
    with pytest.raises(cause) as caught:
        await read(connect(deadlines=SHORT), ask(name, mark))
    assert caught.value.code == code
    assert len(await standin.requests(contains=mark)) == requests


async def test_retry_after_is_honoured(connect: Connect, standin: StandinProcess):
    mark, began = uuid4().hex, time.monotonic()
    assert await read(connect(), ask("429-retry-0.3-n5", mark)) == " the a rain light over"
    assert time.monotonic() - began >= 0.3
    assert len(await standin.requests(contains=mark)) == 2


async def test_two_failures_then_an_answer(connect: Connect, standin: StandinProcess):
    mark = uuid4().hex
    assert await read(connect(), ask("503-times-2-n5", mark)) == " the a rain light over"
    assert len(await standin.requests(contains=mark)) == 3


async def test_a_pause_beyond_the_budget_is_handed_to_the_caller(connect: Connect, standin: StandinProcess):
    mark, began = uuid4().hex, time.monotonic()
    with pytest.raises(RateLimitedByModel) as caught:
        await read(connect(retries=Retries(seconds=1)), ask("429-retry-30", mark))
    assert caught.value.retry_after == 30
    assert time.monotonic() - began < 10
    assert len(await standin.requests(contains=mark)) == 1


async def test_a_server_that_fails_everybody_is_not_asked_three_times_by_each(
    connect: Connect, standin: StandinProcess
):
    mark, model, began = uuid4().hex, connect(), time.monotonic()

    async def fail(i: int) -> None:
        with pytest.raises(ModelUnavailable):
            await read(model, ask("500", f"{mark} {i}"))

    await asyncio.gather(*(fail(i) for i in range(60)))
    allowed = Budget.MOST + 60 * Budget.SHARE + Budget.A_SECOND * (time.monotonic() - began)
    assert 60 + Budget.MOST <= len(await standin.requests(contains=mark)) <= 60 + allowed


async def test_nothing_is_asked_again_once_text_has_arrived(connect: Connect, standin: StandinProcess):
    mark = uuid4().hex
    with pytest.raises(Unreachable):
        await read(connect(), ask("cut-after-2", mark))
    assert len(await standin.requests(contains=mark)) == 1


async def test_a_cut_before_the_first_token_is_asked_again(connect: Connect, standin: StandinProcess):
    mark = uuid4().hex
    with pytest.raises(Unreachable):
        await read(connect(), ask("cut-after-0", mark))
    assert len(await standin.requests(contains=mark)) == 3


async def test_a_port_where_nobody_listens_is_unreachable_not_slow(connect: Connect):
    with pytest.raises(Unreachable) as caught:
        await read(connect(url=f"http://127.0.0.1:{free_port()}/v1"), ask("ok-30tps"))
    assert caught.value.code == "model_unreachable"


async def test_leaving_early_closes_the_upstream_at_once(connect: Connect, standin: StandinProcess):
    mark = uuid4().hex
    async with connect().stream(ask("ok-30tps-n500", mark)) as reply:
        await anext(aiter(reply))
        left = time.time()
    entry = await standin.settled(mark)
    assert entry["disconnected"]
    assert entry["ended_at"] - left < 5


async def test_cancelling_the_turn_closes_the_upstream_at_once(connect: Connect, standin: StandinProcess):
    mark, speaking = uuid4().hex, asyncio.Event()

    async def turn() -> None:
        async with connect().stream(ask("stall-after-5", mark)) as reply:
            async for _ in reply:
                speaking.set()

    task = asyncio.create_task(turn())
    await asyncio.wait_for(speaking.wait(), 20)
    task.cancel()
    left = time.time()
    with pytest.raises(asyncio.CancelledError):
        await task
    entry = await standin.settled(mark)
    assert entry["disconnected"]
    assert entry["ended_at"] - left < 5


async def test_cancelling_before_the_first_token_closes_the_upstream_too(connect: Connect, standin: StandinProcess):
    mark = uuid4().hex
    task = asyncio.create_task(read(connect(), ask("no-first-token", mark)))
    await standin.arrived(mark)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await standin.settled(mark))["disconnected"]


async def test_a_passed_deadline_closes_the_upstream(connect: Connect, standin: StandinProcess):
    mark = uuid4().hex
    with pytest.raises(TooSlow):
        await read(connect(deadlines=SHORT), ask("stall-after-5", mark))
    assert (await standin.settled(mark))["disconnected"]


async def test_a_stopped_reply_still_has_a_counted_cost(connect: Connect):
    async with connect().stream(ask("ok-300tps-n500")) as reply:
        said = ""
        async for piece in reply:
            said += piece
            if len(said) > 100:
                break
    assert reply.usage.estimated
    assert 0 < reply.usage.completion <= len(said)
    assert reply.usage.prompt > 0


async def test_a_server_that_reports_no_usage_is_counted_by_us(connect: Connect):
    async with connect().stream(ask("no-usage-n40")) as reply:
        assert [piece async for piece in reply]
    assert reply.usage.estimated


async def test_slots_bound_the_streams_of_one_server(connect: Connect, standin: StandinProcess):
    mark, model = uuid4().hex, connect(at_once=2)
    began = time.monotonic()
    await asyncio.gather(*(read(model, ask("ok-50tps-n10", f"{mark} {i}")) for i in range(4)))
    assert time.monotonic() - began > 0.35
    entries = await standin.requests(contains=mark)
    assert max(entry["at"] for entry in entries) >= min(entry["ended_at"] for entry in entries)


async def test_forty_streams_at_once_lose_nothing(connect: Connect):
    model = connect()
    replies = await asyncio.gather(*(read(model, ask("script-60-tps200", f"stream {i}")) for i in range(40)))
    assert {tuple(re.findall(r"\[(\d+)\]", reply)) for reply in replies} == {tuple(map(str, range(1, 61)))}


async def test_the_connection_is_used_again_after_a_whole_reply(connect: Connect):
    model = connect()
    for i in range(3):
        await read(model, ask("ok-400tps-n3", f"again {i}"))
        await asyncio.sleep(0.05)
    assert len(model._lane().server._idle) == 1
