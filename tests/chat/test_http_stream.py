"""Listening over HTTP: the frames of the socket as events, resumed exactly, bounded, ended when the visit is."""

import asyncio
import random
import signal
import time
from contextlib import AsyncExitStack

from accounts.api_keys import revoke_key
from accounts.ids import uuid7
from accounts.models import ApiKey
from chat.protocol import Close
from tests import numbers
from tests.chat.checks import assert_no_failure, assert_settled, resident
from tests.chat.client import spoken
from tests.chat.programs import API, page_of, program
from tests.chat.stage import eventually, in_database, script
from tests.chat.test_doors import leave
from tests.chat.test_slow_reader import LONG, MEGABYTE, narrow_line

LINE = "Tell me everything"


async def test_the_stream_tells_what_a_socket_is_told(stage):
    alice = await stage.player()
    talk = await stage.talk(alice)
    page = await stage.open(talk, alice)
    async with program(stage, alice) as asking, asking.listen(talk) as stream:
        ready = await stream.until("ready")
        assert ready.data == page.ready
        await page.turn("Good evening")
        end = await stream.until("ai_end")
        told = [event.data for event in stream.events[1:]]
        seen = [frame for frame in page.frames if frame["type"] not in ("ready", "ack")]
        assert [frame for frame in told if frame["type"] not in ("ai_chunk", "message")] == [
            frame for frame in seen if frame["type"] != "ai_chunk"
        ]
        assert [frame["message"]["content"] for frame in stream.heard("message")] == ["Good evening"]
        assert spoken(stream.heard("ai_chunk")) == script(30)
        chunks = [event for event in stream.events if event.name == "ai_chunk"]
        assert [event.id for event in chunks] == [f"{e.data['message_id']}:{e.data['seq']}" for e in chunks]
        assert end.id == f"{end.data['message_id']}:{end.data['seq']}:end"


async def test_whoever_comes_back_hears_the_rest_without_a_gap_on_any_process(stage, server, second_server):
    alice = await stage.player()
    talk = await stage.talk(alice, "script-400-tps100")
    async with program(stage, alice) as here, program(stage, alice, server=second_server) as there:
        told = await here.say(talk, LINE)
        mark, chunks, end = f"{told['reply_id']}:0", [], None
        dice = random.Random(7)
        while end is None:
            asking = dice.choice([here, there])
            async with asking.listen(talk, last_event_id=mark) as stream:
                for _ in range(dice.randint(1, 60)):
                    event = await stream.next()
                    if event.name in ("ai_chunk", "ai_end"):
                        mark = event.id
                    if event.name == "ai_end":
                        end = event.data
                        break
                chunks += stream.heard("ai_chunk")
        # What came after the last cut may be told by the end alone.
        assert end["full_content"] == script(400)
        assert script(400).startswith(spoken(chunks))

        # Whoever heard the end is not told it again; whoever did not is, also much later.
        async with here.listen(talk, last_event_id=mark) as stream:
            await stream.until("ready")
            await there.say(talk, LINE)
            assert (await stream.until("ai_status")).data["message_id"] != told["reply_id"]
            assert "ai_end" not in {event.name for event in stream.events}
        async with there.listen(talk, f"stream?after={told['reply_id']}:12") as stream:
            assert (await stream.until("ai_end")).data["full_content"] == script(400)


async def test_cuts_and_resumes_lose_and_double_nothing(stage):
    alice = await stage.player()
    talk = await stage.talk(alice, "script-300-tps300")
    dice = random.Random(11)
    async with program(stage, alice) as asking:
        for _ in range(max(2, numbers.times("cuts and resumes of a reply") // 10)):
            told = await asking.say(talk, LINE)
            mark, chunks, ended = f"{told['reply_id']}:0", [], False
            while not ended:
                async with asking.listen(talk, last_event_id=mark) as stream:
                    while len(stream.events) < dice.randint(2, 80) and not ended:
                        event = await stream.next()
                        mark, ended = event.id or mark, event.name == "ai_end"
                    chunks += stream.heard("ai_chunk")
            assert event.data["full_content"] == script(300)
            assert script(300).startswith(spoken(chunks))


async def test_what_is_no_mark_is_refused(stage):
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice) as asking:
        for mark in ("nonsense", f"{uuid7()}", f"{uuid7()}:-1", f"{uuid7()}:1:later"):
            status, told = await asking.ask("GET", f"{API}{talk.pk}/stream/", last_event_id=mark)
            assert (status, told["field"]) == (400, "after")
        # A reply that is nobody's, or another talk's, is passed over.
        async with asking.listen(talk, last_event_id=f"{uuid7()}:3") as stream:
            await stream.until("ready")


async def test_a_stranger_hears_nothing(stage):
    alice, bob = await stage.player(), await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, bob) as asking:
        for path in ("stream/", "poll/"):
            status, told = await asking.ask("GET", f"{API}{talk.pk}/{path}")
            assert (status, told["code"]) == (404, "not_found")


async def test_a_silent_stream_says_that_it_stands(stage, start_server):
    server = await in_database(lambda: start_server(HEARTBEAT_SECONDS=0.4))
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice, server=server) as asking, asking.listen(talk) as stream:
        reading = asyncio.create_task(stream.until("ai_end"))
        # Longer than a socket may be silent.
        await eventually(lambda: _said(stream, 8))
        await asking.say(talk, LINE)
        await reading


async def _said(stream, times: int) -> bool:
    return stream.comments >= times


async def test_a_stream_ends_with_the_key_and_with_the_part(stage, server, second_server):
    alice, bob = await stage.player(), await stage.player()
    hers, his = await stage.talk(alice), await stage.talk(bob)

    async def ended(stream, end) -> int:
        await stream.until("ready")
        begun = time.monotonic()
        await in_database(end)
        code = (await stream.until("closed")).data["code"]
        assert await stream.next() is None
        assert time.monotonic() - begun < 6
        return code

    def revoke() -> None:
        revoke_key(user=alice.user, key_id=ApiKey.objects.get(user=alice.user).pk)

    async with program(stage, alice, server=second_server) as asking, asking.listen(hers) as stream:
        assert await ended(stream, revoke) == Close.NOT_SIGNED_IN
        assert (await asking.ask("GET", f"{API}{hers.pk}/stream/"))[0] == 401
    async with program(stage, bob) as asking, asking.listen(his) as stream:
        assert await ended(stream, lambda: leave(his, bob)) == Close.REMOVED
    carol = await stage.player()
    talk = await stage.talk(carol)
    async with page_of(stage, carol) as asking, asking.listen(talk) as stream:
        await stream.until("ready")
        assert (await stage.browser(carol).submit("/account/logout/"))[0] == 302
        assert (await stream.until("closed", within=1.5)).data["code"] == Close.NOT_SIGNED_IN


async def test_streams_count_as_sockets(stage, start_server):
    server = await in_database(lambda: start_server(SOCKETS_PER_USER=2))
    alice = await stage.player()
    talk = await stage.talk(alice)
    await stage.open(talk, alice, server=server)
    async with program(stage, alice, server=server) as asking:
        async with asking.listen(talk) as stream:
            await stream.until("ready")
            status, told, headers = await asking.answer("GET", f"{API}{talk.pk}/stream/")
            assert (status, told["code"], headers["Retry-After"]) == (429, "too_many_connections", "10")

        async def free() -> bool:
            return (await asking.ask("HEAD", f"{API}{talk.pk}/stream/"))[0] == 200

        await eventually(free)


async def test_a_reader_that_stops_reading_is_let_go_and_costs_little(stage, start_server):
    server = await in_database(lambda: start_server(SOCKETS_PER_USER=2, MAX_REPLY_BYTES=4_000_000))
    alice = await stage.player()
    talk = await stage.talk(alice, "sim-tps5000-n5000")
    page = await stage.open(talk, alice, server=server)
    await page.turn("Warm up")
    await stage.other_model(talk, LONG)
    before = resident(server)
    line = narrow_line(server.port)
    request = (
        f"GET {API}{talk.pk}/stream/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Cookie: sessionid={alice.cookie}\r\n\r\n"
    )
    await asyncio.get_running_loop().sock_sendall(line, request.encode())
    async with page_of(stage, alice, server) as asking:

        async def full() -> bool:
            return (await asking.ask("HEAD", f"{API}{talk.pk}/stream/"))[0] == 429

        await eventually(full)
        begun = time.monotonic()
        ack = await page.say(LINE)
        reading = asyncio.create_task(page.rest_of_turn(ack, within=60))

        async def let_go() -> bool:
            return (await asking.ask("HEAD", f"{API}{talk.pk}/stream/"))[0] == 200

        await eventually(let_go, 30)
        assert 3 <= time.monotonic() - begun < 15
    assert (await reading).end["status"] == "complete"
    assert resident(server) - before < 15 * MEGABYTE
    line.close()
    await assert_settled(stage)
    assert_no_failure(server)


async def test_a_server_that_stops_says_so_and_does_not_wait(stage, start_server):
    server = await in_database(lambda: start_server())
    alice = await stage.player()
    talk = await stage.talk(alice)
    async with program(stage, alice, server=server) as asking, asking.listen(talk) as stream:
        await stream.until("ready")
        begun = time.monotonic()
        stopping = asyncio.create_task(asyncio.to_thread(server.terminate))
        assert (await stream.until("closed")).data["code"] == 1012
        assert await stopping == -signal.SIGTERM
        assert time.monotonic() - begun < 4
    assert_no_failure(server)


async def test_whoever_waits_holds_no_connection_of_the_database(stage, start_server):
    server = await in_database(lambda: start_server(DB_POOL_SIZE=2, DATABASE_WAIT_SECONDS=2))
    alice = await stage.player()
    talk = await stage.talk(alice, "script-120-tps40")
    async with program(stage, alice, server=server) as asking, AsyncExitStack() as open_streams:
        for _ in range(5):
            stream = await open_streams.enter_async_context(asking.listen(talk))
            await stream.until("ready")
        told = await asking.say(talk, LINE)
        waiting = [asyncio.create_task(asking.say(talk, LINE, client_id=told["client_id"], wait=20)) for _ in range(5)]
        polls = [asyncio.create_task(asking.ask("GET", f"{API}{talk.pk}/poll/?wait=20")) for _ in range(5)]
        for _ in range(5):
            assert (await asking.ask("GET", f"{API}{talk.pk}/"))[0] == 200
            assert not any(task.done() for task in waiting)
        assert {(await each)["status"] for each in waiting} == {"complete"}
        assert {(await each)[0] for each in polls} == {200}
    assert_no_failure(server)
