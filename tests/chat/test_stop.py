"""`stop` keeps what was said, lets go of the model at once, and never does more than that."""

import random
import time

import pytest

from accounts.ids import uuid7
from tests.chat.checks import assert_settled
from tests.chat.client import spoken
from tests.chat.stage import eventually, in_database
from tests.numbers import times

SLOW = "script-600-tps60"


async def upstream(standin, model):
    return (await in_database(lambda: standin.requests(model=model)))[-1]


async def test_stop_keeps_what_the_character_already_said(stage, server):
    page = await stage.play(SLOW)
    ack = await page.say("Tell me everything")
    await page.wait_until(lambda frame: frame["type"] == "ai_chunk" and frame["seq"] >= 5)
    await page.send("stop", turn_id=ack["turn_id"])
    turn = await page.rest_of_turn(ack, 0)
    assert turn.end["status"] == "stopped"
    assert spoken(turn.chunks) == turn.text
    stored = await stage.message(stage.talks[-1], turn.message_id)
    assert (stored.text, stored.status) == (turn.text, "stopped")
    [row] = await stage.turns(stage.talks[-1])
    assert row.stopped_by_id == stage.talks[-1].owner_id
    assert not turn.errors
    await stage.other_model(stage.talks[-1], "script-5")
    again = await page.again("continue", turn.message_id)
    assert again.text.startswith(turn.text)


@pytest.mark.timeout(600)
async def test_stop_at_random_moments_closes_the_model_within_a_second(stage, server, standin):
    page = await stage.play("script-600-tps100-ttft80")
    talk = stage.talks[-1]
    for run in range(times("stops at random moments")):
        start = len(page.frames)
        ack = await page.say(f"Round {run}")
        # Before the first word, or some way into the reply.
        heard = random.Random(run).choice([None, 0, 1, 2, 7, 20])
        if heard == 0:
            await page.wait_for("ai_status", status="thinking")
        elif heard is not None:
            await page.wait_until(lambda frame, seq=heard: frame["type"] == "ai_chunk" and frame["seq"] >= seq)
        await page.send("stop")
        asked = time.time()
        turn = await page.rest_of_turn(ack, start)
        assert turn.end["status"] == "stopped", f"run {run}"
        assert spoken(turn.chunks) == turn.text
        stored = await stage.message(talk, turn.message_id)
        assert (stored.text if stored else "") == turn.text

        async def closed() -> float:
            found = await in_database(lambda: standin.requests(model="script-600-tps100-ttft80"))
            open_still = any(entry["ended_at"] is None for entry in found)
            return 0.0 if open_still else max((entry["ended_at"] for entry in found), default=1.0)

        ended_at = await eventually(closed)
        assert ended_at - asked < 1.0, f"run {run}: the model went on for {ended_at - asked:.2f} s"
    await assert_settled(stage)


async def test_the_model_sees_the_line_close(stage, standin):
    model = "script-601-tps50"
    page = await stage.play(model)
    ack = await page.say("Tell me everything")
    await page.wait_for("ai_chunk")
    await page.send("stop")
    await page.rest_of_turn(ack)

    async def disconnected() -> bool:
        return (await upstream(standin, model))["disconnected"]

    await eventually(disconnected)


async def test_stop_with_nothing_running_says_so(stage):
    page = await stage.play()
    await page.send("stop")
    assert (await page.wait_for("error"))["code"] == "nothing_running"


async def test_stop_of_another_turn_stops_nothing(stage):
    page = await stage.play("script-60-tps60")
    ack = await page.say("Go on")
    await page.send("stop", turn_id=uuid7())
    assert (await page.wait_for("error"))["code"] == "nothing_running"
    turn = await page.rest_of_turn(ack)
    assert turn.end["status"] == "complete"


async def test_stop_right_behind_the_line_stops_it(stage, server):
    page = await stage.play(SLOW)
    client_id = uuid7()
    await page.send("chat", content="No, wait", client_id=client_id)
    await page.send("stop")
    ack = await page.wait_for("ack", client_id=str(client_id))
    turn = await page.rest_of_turn(ack)
    assert turn.end["status"] == "stopped"
    await assert_settled(stage)


async def test_stop_from_a_tab_on_another_server(stage, server, second_server):
    player = await stage.player()
    talk = await stage.talk(player, SLOW)
    here = await stage.open(talk, player)
    there = await stage.open(talk, player, server=second_server)
    ack = await here.say("Tell me everything")
    await there.wait_for("ai_chunk")
    await there.send("stop", turn_id=ack["turn_id"])
    turn = await here.rest_of_turn(ack, 0)
    assert turn.end["status"] == "stopped"
    seen = await there.rest_of_turn(ack, 0)
    # The last words may reach the other server with the end itself.
    assert seen.text == turn.text
    assert turn.text.startswith(spoken(seen.chunks))
    await assert_settled(stage)


async def test_a_conversation_is_free_again_after_stop(stage):
    page = await stage.play(SLOW)
    ack = await page.say("Tell me everything")
    await page.wait_for("ai_chunk")
    await page.send("stop")
    await page.rest_of_turn(ack)
    await stage.other_model(stage.talks[-1], "script-5")
    assert (await page.turn("Something else then")).end["status"] == "complete"
