"""Lines are cut and taken up again: whoever comes back reads the same text as whoever stayed."""

import asyncio
import random
from uuid import UUID

import pytest
import redis
from django.conf import settings

from chat.live.shelves import turn_key
from tests.chat.checks import assert_no_failure, assert_settled
from tests.chat.client import Page, Turn, spoken
from tests.chat.stage import in_database, script
from tests.numbers import LONG, times

PIECES = 40
# In the short run others share the machine: whoever comes back is to find the reply still being said.
MODEL = f"script-{PIECES}-tps{150 if LONG else 25}"
REFERENCE = script(PIECES)


class Reader:
    """Somebody who keeps what they read over all their sockets."""

    def __init__(self, stage, talk, player, servers):
        self.stage, self.talk, self.player, self.servers = stage, talk, player, servers
        self.text, self.seq = "", 0
        self.page: Page | None = None

    async def connect(self):
        self.page = await self.stage.open(self.talk, self.player, server=random.choice(self.servers))

    async def read_until(self, seq: int) -> bool:
        """True when that far; False when the reply ended before."""
        while self.seq < seq:
            frame = await self.page.receive()
            if frame["type"] == "ai_end":
                assert frame["full_content"] == REFERENCE
                return False
            if frame["type"] == "ai_chunk":
                self.text += spoken([frame], after=self.seq)
                self.seq = frame["seq"]
        return True

    async def cut_and_resume(self, message_id: str, *, times_in_a_row: int = 1) -> Turn:
        """Back again, perhaps after some tries that brought nothing new; to the end of the reply."""
        for number in range(times_in_a_row):
            self.page.cut()
            await self.connect()
            if number < times_in_a_row - 1:
                await self.page.send("resume", message_id=message_id, last_seq=self.seq)
        turn = await self.page.resume(message_id, self.seq)
        self.text += spoken(turn.chunks, after=self.seq)
        self.seq = turn.end["seq"]
        return turn

    def agrees(self, turn: Turn) -> bool:
        """The text of the end is whole; what was pieced together is too, unless it ended while we were away."""
        return turn.text == REFERENCE and turn.end["status"] == "complete" and REFERENCE.startswith(self.text)


async def start(reader: Reader) -> str:
    """Say a line; the id of the reply."""
    await reader.page.say("Count for me")
    return (await reader.page.wait_for("ai_status"))["message_id"]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("where", ["same server", "either server"])
async def test_cut_and_resume_at_every_position(stage, server, second_server, where, log_from_here):
    """Half of all runs each; positions in turn, now and then two and three cuts with no news between."""
    servers = [server] if where == "same server" else [server, second_server]
    runs = times("cuts and resumes of a reply") // 2
    whole = 0

    async def run(number: int) -> None:
        nonlocal whole
        player = await stage.player()
        reader = Reader(stage, await stage.talk(player, MODEL), player, servers)
        await reader.connect()
        reply = await start(reader)
        step = max(1, PIECES // runs)
        if await reader.read_until(number * step % PIECES):
            turn = await reader.cut_and_resume(reply, times_in_a_row=1 + number % 3)
            assert reader.agrees(turn), f"run {number}: {reader.text!r} / {turn.text!r}"
            whole += reader.text == REFERENCE
        reader.page.cut()

    for first in range(0, runs, 5):
        await asyncio.gather(*(run(number) for number in range(first, min(first + 5, runs))))
    assert whole > runs / 2, "most came back while the reply was still being said"
    await assert_settled(stage)
    assert_no_failure(server, since=log_from_here)


async def test_resuming_at_every_position_of_an_ended_reply_gives_the_stored_text(stage, server, second_server):
    player = await stage.player()
    talk = await stage.talk(player, MODEL)
    page = await stage.open(talk, player)
    said = await page.turn("Count for me")
    for here in (server, second_server):
        back = await stage.open(talk, player, server=here)
        assert "turn" not in back.ready
        for last_seq in (0, 1, said.end["seq"] // 2, said.end["seq"], said.end["seq"] + 100, 2**53 - 1):
            turn = await back.resume(said.message_id, last_seq)
            assert turn.text == REFERENCE == said.text
            assert turn.end["status"] == "complete"
            assert turn.end["usage"] == said.end["usage"]
            assert not turn.chunks


async def test_resuming_more_than_was_said_brings_only_the_rest(stage):
    """A client that is ahead of this server (it was on another one) gets no piece twice."""
    player = await stage.player()
    talk = await stage.talk(player, MODEL)
    page = await stage.open(talk, player)
    ack = await page.say("Count for me")
    status = await page.wait_for("ai_status")
    late = await stage.open(talk, player)
    seen = await late.resume(status["message_id"], PIECES - 5)
    said = await page.rest_of_turn(ack, 0)
    assert seen.text == said.text == REFERENCE
    if seen.chunks:
        spoken(seen.chunks, after=PIECES - 5)


async def test_a_socket_that_asks_twice_is_told_everything(stage):
    player = await stage.player()
    talk = await stage.talk(player, MODEL)
    page = await stage.open(talk, player)
    await page.say("Count for me")
    status = await page.wait_for("ai_status", status="speaking")
    late = await stage.open(talk, player)
    await late.send("resume", message_id=status["message_id"], last_seq=0)
    await late.wait_for("ai_chunk")
    turn = await late.resume(status["message_id"], 0)
    assert turn.text == REFERENCE


async def test_the_stream_in_redis_may_vanish(stage, server, second_server):
    """The server that owns the turn writes the whole text again; a reader elsewhere misses nothing."""
    player = await stage.player()
    talk = await stage.talk(player, "script-120-tps100")
    page = await stage.open(talk, player)
    ack = await page.say("Count for me")
    await page.wait_for("ai_chunk")
    reader = await stage.open(talk, player, server=second_server)
    await reader.send("resume", message_id=reader.ready["turn"]["message_id"], last_seq=0)
    await reader.wait_for("ai_chunk")

    def forget() -> None:
        with redis.Redis.from_url(settings.REDIS_URL) as client:
            assert client.delete(turn_key(UUID(ack["turn_id"]))) == 1

    await in_database(forget)
    seen = await reader.rest_of_turn(ack, 0)
    said = await page.rest_of_turn(ack, 0)
    assert seen.text == said.text
    assert spoken(seen.chunks) == seen.text
    late = await stage.open(talk, player, server=second_server)
    await in_database(forget)
    assert (await late.resume(said.message_id, 3)).text == said.text


async def test_a_reader_elsewhere_who_comes_late_hears_it_from_the_beginning(stage, second_server):
    player = await stage.player()
    talk = await stage.talk(player, "script-100-tps80")
    page = await stage.open(talk, player)
    ack = await page.say("Count for me")
    await page.wait_until(lambda frame: frame["type"] == "ai_chunk" and frame["seq"] >= 30)
    late = await stage.open(talk, player, server=second_server)
    seen = await late.resume(late.ready["turn"]["message_id"], 0)
    said = await page.rest_of_turn(ack, 0)
    assert spoken(seen.chunks) == seen.text == said.text
