"""Server processes that die, and such as are asked to go: real processes, real signals."""

import asyncio
import signal
import time

import pytest

from accounts.encryption import destroy_key
from accounts.models import DataKey
from tests.chat.checks import assert_settled
from tests.chat.client import spoken
from tests.chat.stage import Stage, in_database, script
from tests.numbers import LONG
from tests.stack import Server

PIECES = 900
SLOW = f"script-{PIECES}-tps60"
REFERENCE = script(PIECES)
GONE = (0, -signal.SIGTERM)  # by itself; None would mean that it had to be killed
STREAMS = 20 if LONG else 6


async def streams_on(stage: Stage, doomed: Server, other: Server, count: int, model: str = SLOW):
    """So many replies under way on one server, each watched from both: [(talk, player, ack, here, there)]."""

    async def begin():
        player = await stage.player()
        talk = await stage.talk(player, model)
        here = await stage.open(talk, player, server=doomed)
        there = await stage.open(talk, player, server=other)
        ack = await here.say("Tell me everything")
        await here.wait_until(lambda frame: frame["type"] == "ai_chunk" and frame["seq"] >= 20)
        await there.wait_for("ai_chunk")
        return talk, player, ack, here, there

    return await asyncio.gather(*(begin() for _ in range(count)))


async def after_the_kill(stage: Stage, other: Server, streams, killed_at: float) -> None:
    """Everybody is told within 15 seconds, lines and partial replies are kept, and the talk goes on."""
    for talk, player, ack, here, there in streams:
        end = await there.wait_for("ai_end", turn_id=ack["turn_id"], within=30)
        assert time.monotonic() - killed_at < 15
        assert end["status"] == "interrupted"
        kept = end["full_content"]
        assert REFERENCE.startswith(kept)
        assert kept
        heard = spoken([frame for frame in there.frames if frame["type"] == "ai_chunk"])
        assert heard == kept, "the other process had heard all that was written down"
        assert (await stage.message(talk, ack["message_id"])).text == "Tell me everything"
        stored = await stage.message(talk, end["message_id"])
        assert (stored.text, stored.status) == (kept, "interrupted")
        # Who was on the dead server comes back elsewhere, perhaps having seen a little more.
        seen = [frame for frame in here.frames if frame["type"] == "ai_chunk"]
        back = await stage.open(talk, player, server=other)
        again = await back.resume(end["message_id"], seen[-1]["seq"])
        assert (again.text, again.end["status"]) == (kept, "interrupted")
        await stage.other_model(talk, "script-5")
        longer = await back.again("continue", end["message_id"])
        assert longer.text.startswith(kept)
        assert longer.end["status"] == "complete"
    await assert_settled(stage)


async def test_kill_9_in_the_middle_of_replies(stage, server, start_server):
    doomed = await in_database(start_server)
    bystander = await stage.open(await stage.talk(alice := await stage.player(), "script-300-tps60"), alice)
    untouched = await bystander.say("I am elsewhere")
    streams = await streams_on(stage, doomed, server, STREAMS)
    killed_at = time.monotonic()
    doomed.kill()
    await after_the_kill(stage, server, streams, killed_at)
    assert (await bystander.rest_of_turn(untouched, 0)).end["status"] == "complete"


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_kill_9_with_the_settings_of_a_real_site(stage, server, start_server):
    real = {"LEASE_SECONDS": 10, "SWEEP_SECONDS": 3, "FLUSH_SECONDS": 0.2}
    server.kill()  # it would look more often
    doomed, other = await in_database(lambda: (start_server(**real), start_server(**real)))
    for _ in range(3):
        streams = await streams_on(stage, doomed, other, STREAMS)
        killed_at = time.monotonic()
        doomed.kill()
        await after_the_kill(stage, other, streams, killed_at)
        await in_database(doomed.start)


async def test_a_server_that_starts_alone_settles_what_the_dead_one_left(stage, server, start_server):
    doomed = await in_database(start_server)
    [(talk, player, ack, _, _)] = await streams_on(stage, doomed, server, 1)
    server.kill()
    doomed.kill()
    await in_database(doomed.start)
    back = await stage.open(talk, player, server=doomed)
    if running := back.ready.get("turn"):
        end = (await back.resume(running["message_id"], 0, within=30)).end
        assert end["status"] == "interrupted"
    await assert_settled(stage)
    [turn] = await stage.turns(talk)
    assert turn.status == "interrupted"
    assert REFERENCE.startswith((await stage.message(talk, turn.reply_id)).text)
    assert str(turn.pk) == ack["turn_id"]


async def test_a_reply_whose_key_is_destroyed_is_over_without_a_word(stage, server, start_server):
    doomed = await in_database(start_server)
    [(talk, _player, _ack, _, _)] = await streams_on(stage, doomed, server, 1)
    server.kill()
    doomed.kill()
    await in_database(lambda: destroy_key(DataKey.objects.get(pk=talk.key_id)))
    await in_database(server.start)
    await assert_settled(stage)
    [turn] = await stage.turns(talk)
    assert turn.status == "interrupted"
    assert "orphan_not_settled" not in server.said()


async def test_sigterm_lets_replies_finish_and_sends_pages_elsewhere(stage, server, start_server):
    leaving = await in_database(start_server)
    streams = await streams_on(stage, leaving, server, 5, model="script-200-tps60")
    going = asyncio.create_task(asyncio.to_thread(leaving.terminate, 30))

    async def move(talk, player, ack, here, there) -> None:
        assert await here.close_code() == 1012
        status = next(frame for frame in here.frames if frame["type"] == "ai_status")
        seq = [frame for frame in here.frames if frame["type"] == "ai_chunk"][-1]["seq"]
        back = await stage.open(talk, player, server=server)
        assert back.ready["turn"]["turn_id"] == ack["turn_id"]
        again = await back.resume(status["message_id"], seq)
        assert again.end["status"] == "complete"
        seen = await there.rest_of_turn(ack, 0)
        assert spoken(seen.chunks) == seen.text == again.text == script(200)

    await asyncio.gather(*(move(*stream) for stream in streams))
    assert await going in GONE
    await assert_settled(stage)


async def test_sigterm_keeps_what_a_too_long_reply_had_said(stage, server, start_server):
    leaving = await in_database(lambda: start_server(DRAIN_SECONDS=1))
    [(talk, _, ack, here, there)] = await streams_on(stage, leaving, server, 1)
    begun = time.monotonic()
    assert await asyncio.to_thread(leaving.terminate, 30) in GONE
    assert time.monotonic() - begun < 15
    assert await here.close_code() == 1012
    end = await there.wait_for("ai_end", turn_id=ack["turn_id"])
    assert end["status"] == "interrupted"
    assert REFERENCE.startswith(end["full_content"])
    stored = await stage.message(talk, end["message_id"])
    assert (stored.text, stored.status) == (end["full_content"], "interrupted")
    await assert_settled(stage)


async def test_a_server_without_turns_leaves_at_once(stage, start_server):
    leaving = await in_database(start_server)
    player = await stage.player()
    page = await stage.open(await stage.talk(player), player, server=leaving)
    begun = time.monotonic()
    assert await asyncio.to_thread(leaving.terminate, 20) in GONE
    assert time.monotonic() - begun < 8
    assert await page.close_code() == 1012
    await assert_settled(stage)
