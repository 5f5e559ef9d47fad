"""Redis and Postgres fail and come back underneath running replies. Each worker has its own to break."""

import asyncio
import os
import signal
import time

import pytest

from tests.chat.checks import assert_no_failure, assert_settled
from tests.chat.client import spoken
from tests.chat.stage import eventually, in_database, script

PIECES = 240
MODEL = f"script-{PIECES}-tps80"  # three seconds
REFERENCE = script(PIECES)


async def begun(stage, here, *, watched_from=None, model=MODEL):
    """A reply under way: (talk, player, ack, page, page elsewhere)."""
    player = await stage.player()
    talk = await stage.talk(player, model)
    page = await stage.open(talk, player, server=here)
    there = await stage.open(talk, player, server=watched_from) if watched_from else None
    ack = await page.say("Tell me everything")
    await page.wait_until(lambda frame: frame["type"] == "ai_chunk" and frame["seq"] >= 20)
    if there:
        await there.wait_for("ai_chunk")
    return talk, player, ack, page, there


async def test_redis_restarts_under_a_reply(stage, server, second_server, redis_service, log_from_here):
    _, _, ack, page, there = await begun(stage, server, watched_from=second_server)
    await in_database(redis_service.restart)
    said = await page.rest_of_turn(ack, 0)
    assert spoken(said.chunks) == said.text == REFERENCE
    assert said.end["status"] == "complete"
    seen = await there.rest_of_turn(ack, 0)
    assert seen.text == REFERENCE
    assert REFERENCE.startswith(spoken(seen.chunks))
    # Five seconds after, everything works as before, also between the servers.
    back = time.monotonic()
    await eventually(lambda: hears(page, there))
    assert time.monotonic() - back < 5
    await assert_settled(stage)
    assert_no_failure(server, since=log_from_here)


async def hears(page, there) -> bool:
    """A line said on one server reaches the other with its reply, or at least the word to look again."""
    turn = await page.turn("Do you hear me?", within=30)
    while True:
        news = await there.wait_for("ai_end", "changed", within=10)
        if news.get("turn_id") == turn.ack["turn_id"]:
            return news["full_content"] == turn.text
        if turn.message_id in news.get("ids", ()):
            return False


async def test_without_redis_talk_and_history_go_on(stage, server, second_server, redis_service, log_from_here):
    talk, player, ack, page, there = await begun(stage, server, watched_from=second_server)
    beside = await stage.open(talk, player, server=server)
    await in_database(redis_service.stop)
    try:
        said = await page.rest_of_turn(ack, 0)
        assert spoken(said.chunks) == said.text == REFERENCE
        # Who watches from another process is given the stored text, within a round of the sweep.
        seen = await there.rest_of_turn(ack, 0)
        assert (seen.text, seen.end["status"]) == (REFERENCE, "complete")

        # The page, its history, a new socket, a new line with its reply; on either server.
        for here in (server, second_server):
            browser = stage.browser(player, here)
            status, html = await browser.get(f"/talks/{talk.pk}/")
            assert status == 200
            assert "Tell me everything" in html
            assert (await browser.get(f"/talks/{talk.pk}/messages/?before={said.message_id}"))[0] == 200
            assert (await browser.get("/talks/"))[0] == 200
            begun_at = time.monotonic()
            fresh = await stage.open(talk, player, server=here)
            assert time.monotonic() - begun_at < 5
            await stage.other_model(talk, "script-20")
            turn = await fresh.turn("And without Redis?")
            assert turn.end["status"] == "complete"
            assert spoken(turn.chunks) == turn.text
        # Other tabs of the same process see all of it.
        lines = [frame["message"]["content"] for frame in beside.frames if frame["type"] == "message"]
        await beside.quiet()
        lines = [frame["message"]["content"] for frame in beside.frames if frame["type"] == "message"]
        assert "And without Redis?" in lines
        # Changes over HTTP work too.
        status, told = await stage.browser(player).post(f"/talks/{talk.pk}/messages/{turn.message_id}/delete")
        assert status == 200
        assert (await stage.browser(player).post(f"/talks/{talk.pk}/undo", undo=told["undo"]))[0] == 200
    finally:
        await in_database(redis_service.start)
    # Pages are told to look again, since hints were lost.
    assert (await beside.wait_for("changed", kind="head", ids=[]))["ids"] == []
    await eventually(lambda: hears(page, there))
    await assert_settled(stage)
    assert_no_failure(server, since=log_from_here)


async def test_stopping_works_without_redis_on_the_same_server(stage, server, redis_service):
    talk, _, ack, page, _ = await begun(stage, server, model="script-900-tps60")
    await in_database(redis_service.stop)
    try:
        await page.send("stop", turn_id=ack["turn_id"])
        turn = await page.rest_of_turn(ack, 0)
        assert turn.end["status"] == "stopped"
        assert (await stage.message(talk, turn.message_id)).text == turn.text
    finally:
        await in_database(redis_service.start)
    await assert_settled(stage)


async def test_a_redis_that_hangs_delays_no_reply(stage, server, redis_service):
    """Not refused, but not answered: the worst kind of away."""
    talk, player, ack, page, _ = await begun(stage, server)
    pid = redis_service.services.service("redis").pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        said = await page.rest_of_turn(ack, 0)
        assert spoken(said.chunks) == said.text == REFERENCE
        begun_at = time.monotonic()
        fresh = await stage.open(talk, player)
        turn = await fresh.turn("Still there?", within=30)
        assert turn.text == REFERENCE
        assert time.monotonic() - begun_at < 15
        assert (await stage.browser(player).get(f"/talks/{talk.pk}/"))[0] == 200
    finally:
        os.kill(pid, signal.SIGCONT)
    await assert_settled(stage)


async def test_no_turn_is_taken_over_because_redis_forgot_the_leases(stage, server, second_server, redis_service):
    """After a restart leases are missing for a moment; that is no sign of a dead process."""
    streams = await asyncio.gather(*(begun(stage, server, watched_from=second_server) for _ in range(4)))
    for _ in range(3):
        await in_database(redis_service.restart)
    for _, _, ack, page, _ in streams:
        assert (await page.rest_of_turn(ack, 0)).end["status"] == "complete"
    await assert_settled(stage)


async def test_postgres_restarts_under_replies(stage, server, second_server, postgres_service, log_from_here):
    streams = await asyncio.gather(*(begun(stage, server, watched_from=second_server) for _ in range(3)))
    talk, player, *_ = streams[0]
    browsers = [stage.browser(player), stage.browser(player, second_server)]
    # Many at once, so that the pools are full of connections that will be dead.
    await asyncio.gather(*(browsers[number % 2].get(f"/talks/{talk.pk}/") for number in range(16)))
    await in_database(postgres_service.restart)
    back = time.monotonic()
    # From now on nothing fails: neither pages nor sockets nor lines.
    statuses = [(await browsers[number % 2].get(f"/talks/{talk.pk}/"))[0] for number in range(40)]
    assert statuses == [200] * 40
    for talk, _, ack, page, there in streams:
        said = await page.rest_of_turn(ack, 0)
        assert (said.text, said.end["status"]) == (REFERENCE, "complete")
        seen = await there.rest_of_turn(ack, 0)
        assert seen.text == REFERENCE
        assert (await stage.message(talk, said.message_id)).text == REFERENCE
        await stage.other_model(talk, "script-5")
        assert (await page.turn("And now?")).end["status"] == "complete"
        assert (await there.turn("And here?")).end["status"] == "complete"
    assert time.monotonic() - back < 60
    await assert_settled(stage)
    assert_no_failure(server, since=log_from_here)


async def test_a_reply_waits_for_postgres_and_is_kept(stage, server, postgres_service):
    talk, player, ack, page, _ = await begun(stage, server, model="script-100-tps80")
    await in_database(postgres_service.kill)
    try:
        await page.wait_until(lambda frame: "[100]" in frame.get("content", ""))
        # Meanwhile a line is refused with a reason, and a page with 503.
        await page.send("chat", content="Hello?", client_id="01890a5d-ac96-774b-bcce-b302099a8057")
        begun_at = time.monotonic()
        error = await page.wait_for("error")
        assert error["code"] in ("unavailable", "busy")
        assert error["client_id"] == "01890a5d-ac96-774b-bcce-b302099a8057"
        assert time.monotonic() - begun_at < 10
        begun_at = time.monotonic()
        status, _ = await stage.browser(player).get(f"/talks/{talk.pk}/")
        assert status == 503
        assert time.monotonic() - begun_at < 8
    finally:
        await in_database(postgres_service.start)
    turn = await page.rest_of_turn(ack, 0)
    assert (turn.end["status"], turn.text) == ("complete", script(100))
    assert (await stage.message(talk, turn.message_id)).text == turn.text
    assert (await page.turn("Hello again")).end["status"] == "complete"
    await assert_settled(stage)


@pytest.mark.long
async def test_thirty_seconds_without_postgres(stage, server, postgres_service):
    streams = await asyncio.gather(*(begun(stage, server, model="script-100-tps80") for _ in range(5)))
    await in_database(postgres_service.kill)
    down_since = time.monotonic()
    talk, player, *_ = streams[0]
    answers = []
    while time.monotonic() - down_since < 30:
        begun_at = time.monotonic()
        answers.append((await stage.browser(player).get(f"/talks/{talk.pk}/"))[0])
        assert time.monotonic() - begun_at < 8
    assert set(answers) == {503}
    await in_database(postgres_service.start)
    assert [(await stage.browser(player).get(f"/talks/{talk.pk}/"))[0] for _ in range(20)] == [200] * 20
    for _, _, ack, page, _ in streams:
        assert (await page.rest_of_turn(ack, 0, within=60)).end["status"] == "complete"
    await assert_settled(stage)
