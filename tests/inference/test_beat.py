"""Many streams at once are read together; none is lost, late at its start, or counted when it is over."""

import asyncio
import gc
import json
import weakref
from collections.abc import Mapping

import pytest

from inference.base import ModelError
from inference.beat import CROWD, SECONDS, UNPACED_SECONDS, Beat, beat_of
from inference.http import ConnectionFailed, Server
from inference.providers.openai_compatible import OpenAICompatible
from tests.inference.support import Connect, StandinProcess, ask, read

PACED = "ok-50tps-n20"
WHOLE = 20


async def pieces_of(model: OpenAICompatible) -> list[str]:
    async with model.stream(ask(PACED)) as reply:
        return [piece async for piece in reply]


async def test_a_crowd_is_read_on_one_beat_and_a_few_as_they_come(connect: Connect):
    model = connect()
    alone = await pieces_of(model)
    crowd = await asyncio.gather(*(pieces_of(model) for _ in range(CROWD + 2)))
    assert {"".join(pieces) for pieces in crowd} == {"".join(alone)}
    # 0.4 s of text: ten beats, the first token, which waits for none, and the last.
    assert max(map(len, crowd)) <= 12 < len(alone) <= WHOLE


async def test_what_is_over_is_counted_no_more(connect: Connect):
    beat = beat_of(asyncio.get_running_loop())
    model = connect()
    begun = asyncio.Event()

    async def stopped() -> None:
        async with model.stream(ask("ok-50tps-n200")) as reply:
            async for _ in reply:
                begun.set()

    left = asyncio.create_task(stopped())
    await begun.wait()
    assert beat.streams == 1
    left.cancel()
    await asyncio.gather(left, return_exceptions=True)
    assert beat.streams == 0
    for name in ("500", "eof-no-finish", "cut", "badjson", "error-event"):
        with pytest.raises(ModelError):
            await read(model, ask(name))
        assert beat.streams == 0, name
    await pieces_of(model)
    # A reply is over when it says so, its answer a moment later.
    for _moment in range(500):
        if beat.streams:
            await asyncio.sleep(0.01)
    assert beat.streams == 0


class Rests:
    def __init__(self, told: asyncio.Queue["Rests"]) -> None:
        self.told = told

    def read_on(self) -> None:
        self.told.put_nowait(self)


async def test_what_a_screen_cannot_follow_does_not_wait_for_the_beat_of_the_crowd():
    told: asyncio.Queue[Rests] = asyncio.Queue()
    beat, paced, unpaced, gone = Beat(), Rests(told), Rests(told), Rests(told)
    beat.rest(paced, SECONDS)
    for stream in (unpaced, gone):
        beat.rest(stream, UNPACED_SECONDS)
    beat.forget(gone)
    assert [await told.get(), await told.get()] == [unpaced, paced]
    beat.rest(paced, UNPACED_SECONDS)
    assert await told.get() is paced


class Listening:
    """Hears, and sees that there was something."""

    def __init__(self) -> None:
        self.heard = asyncio.Event()

    def answered(self, status: int, headers: Mapping[str, str]) -> None: ...
    def received(self, data: bytes) -> None:
        self.heard.set()

    def ended(self, error: ConnectionFailed | None) -> None: ...


def test_a_loop_that_is_over_goes_also_with_a_stream_that_rests(standin: StandinProcess):
    """A task of a worker has a loop of its own for what it asks a model."""

    async def ask_and_leave() -> weakref.ref[asyncio.AbstractEventLoop]:
        loop, server, listening = asyncio.get_running_loop(), Server(standin.url, connect_seconds=5), Listening()
        connection = await server.connection()
        beat_of(loop).streams = CROWD
        body = json.dumps({"model": PACED, "stream": True, "messages": [{"role": "user", "content": "Hello"}]})
        connection.ask(server.request("/v1/chat/completions", {}, body.encode()), listening)
        await listening.heard.wait()
        connection.leave()
        return weakref.ref(loop)

    gone = asyncio.run(ask_and_leave())
    gc.collect()
    assert gone() is None


async def test_what_a_screen_cannot_follow_is_read_one_by_one_and_others_come_between():
    loop, done = asyncio.get_running_loop(), asyncio.Queue[str]()

    class Long:
        def read_on(self) -> None:
            done.put_nowait("read")
            loop.call_soon(loop.call_soon, done.put_nowait, "two steps of another")

    beat = Beat()
    for _ in range(3):
        beat.rest(Long(), UNPACED_SECONDS)
    assert [await done.get() for _ in range(6)] == ["read", "two steps of another"] * 3
