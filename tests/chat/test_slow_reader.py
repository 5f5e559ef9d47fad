"""Readers that stop reading, and lines that go dead without a word: they cost little, delay nobody, and are let go."""

import asyncio
import socket
import time

import pytest

from chat import protocol
from tests.chat.checks import assert_no_failure, assert_settled, resident
from tests.chat.client import NothingCame, Page, spoken
from tests.chat.proxy import line_to
from tests.chat.stage import eventually, in_database

MEGABYTE = 1024 * 1024
LONG = "sim-tps15000-n90000"  # six seconds, far more text than fits the buffers of a line


def narrow_line(port: int) -> socket.socket:
    """A connection whose receiving end takes next to nothing unread."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", port))
    line.setblocking(False)
    return line


async def lets_in(stage, talk, player, server) -> bool:
    """Whether one more socket of this player is welcome."""
    try:
        fresh = await Page.open(stage.socket_url(talk, server), cookie=player.cookie, origin=server.origin)
    except NothingCame:
        return False
    fresh.cut()
    return True


async def test_a_reader_that_stops_reading_is_let_go_and_the_turn_goes_on(stage, start_server):
    server = await in_database(lambda: start_server(SOCKETS_PER_USER=2, MAX_REPLY_BYTES=4_000_000))
    player = await stage.player()
    talk = await stage.talk(player, "sim-tps5000-n5000")
    page = await stage.open(talk, player, server=server)
    await page.turn("Warm up")
    await stage.other_model(talk, LONG)
    before = resident(server)

    mute = await stage.open(talk, player, server=server, sock=narrow_line(server.port), max_queue=1)
    mute.line.transport.pause_reading()
    begun = time.monotonic()
    ack = await page.say("Tell me everything")
    reading = asyncio.create_task(page.rest_of_turn(ack, within=60))

    # A third socket is one too many for as long as the mute one counts.
    await eventually(lambda: lets_in(stage, talk, player, server), 30)
    gone_after = time.monotonic() - begun
    assert 3 <= gone_after < 15

    # Reading again within two seconds, it finds out why.
    mute.line.transport.resume_reading()
    assert await mute.close_code() == protocol.Close.TOO_SLOW
    heard = [frame for frame in mute.frames if frame["type"] == "ai_chunk"]
    assert heard
    assert not [frame for frame in mute.frames if frame["type"] == "ai_end"]

    turn = await reading
    assert turn.end["status"] == "complete"
    assert turn.text.startswith(spoken(heard))
    assert (await stage.message(talk, turn.message_id)).text == turn.text
    assert resident(server) - before < 15 * MEGABYTE
    await assert_settled(stage)
    assert_no_failure(server)


async def test_a_reader_that_pauses_and_reads_on_misses_nothing(stage, start_server):
    server = await in_database(lambda: start_server(SOCKET_GIVE_UP_SECONDS=30, MAX_REPLY_BYTES=4_000_000))
    player = await stage.player()
    talk = await stage.talk(player, LONG)
    page = await stage.open(talk, player, server=server)
    mute = await stage.open(talk, player, server=server, sock=narrow_line(server.port), max_queue=1)
    mute.line.transport.pause_reading()
    turn = await page.turn("Tell me everything", within=60)
    mute.line.transport.resume_reading()
    seen = await mute.rest_of_turn(turn.ack, 0, within=60)
    assert spoken(seen.chunks) == seen.text == turn.text
    assert len(seen.chunks) < len(turn.chunks) / 2, "what was missed came in few large pieces"
    await assert_settled(stage)


@pytest.mark.long
async def test_twenty_mute_readers_hold_back_little_memory(stage, start_server):
    server = await in_database(lambda: start_server(SOCKET_GIVE_UP_SECONDS=60, MAX_REPLY_BYTES=4_000_000))
    player = await stage.player()
    talk = await stage.talk(player, "sim-tps5000-n5000")
    page = await stage.open(talk, player, server=server)
    await page.turn("Warm up")
    await stage.other_model(talk, LONG)
    mutes = [
        await stage.open(talk, player, server=server, sock=narrow_line(server.port), max_queue=1) for _ in range(18)
    ]
    for mute in mutes:
        mute.line.transport.pause_reading()
    before = resident(server)
    turn = await page.turn("Tell me everything", within=60)
    assert turn.end["status"] == "complete"
    # Without a bound each would hold all the frames of the reply: more than two megabytes.
    assert resident(server) - before < 18 * MEGABYTE


async def test_a_line_that_went_dead_is_noticed_and_its_turn_is_kept(stage, start_server):
    """Half-open: the page is gone, no packet says so."""
    server = await in_database(lambda: start_server(HEARTBEAT_SECONDS=0.6, SOCKETS_PER_USER=1))
    player = await stage.player()
    talk = await stage.talk(player, "script-60-tps60")
    async with line_to(server.port) as line:
        url = f"ws://127.0.0.1:{line.port}/ws/chat/{talk.pk}/"
        page = await Page.open(url, cookie=player.cookie, origin=f"http://127.0.0.1:{line.port}")
        ack = await page.say("Are you there?")
        await page.wait_for("ai_chunk")
        line.freeze()

        await eventually(lambda: lets_in(stage, talk, player, server))
        page.cut()
    await assert_settled(stage)
    [turn] = await stage.turns(talk)
    assert (str(turn.pk), turn.status) == (ack["turn_id"], "complete")
