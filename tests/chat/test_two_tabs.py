"""Several sockets on one talk: one turn at a time, and everybody sees the same."""

import asyncio

import pytest

from accounts.ids import uuid7
from tests.chat.checks import assert_settled
from tests.chat.client import spoken


async def two_tabs(stage, model, *, servers=(None, None)):
    player = await stage.player()
    talk = await stage.talk(player, model)
    return [await stage.open(talk, player, server=server) for server in servers]


async def test_the_other_tab_sees_the_line_and_the_reply(stage):
    page, other = await two_tabs(stage, "script-20")
    said = await page.turn("Good evening, both of me")
    seen = await other.rest_of_turn(said.ack, 0)
    [line] = [frame["message"] for frame in seen.frames if frame["type"] == "message"]
    assert (line["id"], line["role"], line["content"]) == (
        said.ack["message_id"],
        "player",
        "Good evening, both of me",
    )
    assert line["author"] == page.ready["participants"][0]["name"]
    assert seen.statuses == said.statuses
    assert spoken(seen.chunks) == seen.text == said.text
    assert not [frame for frame in said.frames if frame["type"] == "message"], "its own line is not news"
    kinds = [frame["type"] for frame in seen.frames]
    assert kinds.index("message") < kinds.index("ai_status")


async def test_the_other_tab_may_be_on_another_server(stage, server, second_server):
    page, other = await two_tabs(stage, "script-60-tps60", servers=(server, second_server))
    said = await page.turn("Good evening over there")
    seen = await other.rest_of_turn(said.ack, 0)
    [line] = [frame["message"] for frame in seen.frames if frame["type"] == "message"]
    assert (line["id"], line["content"]) == (said.ack["message_id"], "Good evening over there")
    assert spoken(seen.chunks) == seen.text == said.text
    assert len(seen.chunks) > 1, "it was streamed, not only told at the end"
    await assert_settled(stage)


@pytest.mark.parametrize("apart", [False, True], ids=["one server", "two servers"])
async def test_two_tabs_that_send_at_once_begin_one_turn(stage, server, second_server, apart):
    pages = await two_tabs(stage, "script-40-tps100", servers=(server, second_server if apart else server))
    for _ in range(5):
        starts = [len(page.frames) for page in pages]
        ids = [str(uuid7()) for _ in pages]
        for page, client_id in zip(pages, ids, strict=True):
            await page.send("chat", content=f"I am {client_id}", client_id=client_id)
        answers = [
            await page.wait_for("ack", "error", client_id=client_id) for page, client_id in zip(pages, ids, strict=True)
        ]
        assert sorted(answer["type"] for answer in answers) == ["ack", "error"]
        [refused] = [answer for answer in answers if answer["type"] == "error"]
        assert refused["code"] == "busy"
        ends = [await page.rest_of_turn(None, start) for page, start in zip(pages, starts, strict=True)]
        assert ends[0].text == ends[1].text
        for end in ends:
            assert ends[0].text.startswith(spoken(end.chunks))
        loser = pages[answers.index(refused)]
        assert any(frame["type"] == "message" for frame in loser.frames), "the loser sees the winner's line"
    assert len(await stage.turns(stage.talks[-1])) == 5
    assert len(await stage.messages(stage.talks[-1])) == 11
    await assert_settled(stage)


async def test_a_second_line_while_a_reply_runs_is_told_busy_and_costs_nothing(stage):
    page = await stage.play("script-60-tps60")
    ack = await page.say("First")
    client_id = str(uuid7())
    await page.send("chat", content="Second", client_id=client_id)
    refused = await page.wait_for("error", client_id=client_id)
    assert refused["code"] == "busy"
    await page.rest_of_turn(ack)
    later = await page.turn("Second", client_id=client_id)
    assert later.end["status"] == "complete"


async def test_five_tabs_hear_the_same(stage):
    player = await stage.player()
    talk = await stage.talk(player, "script-80-tps200")
    pages = [await stage.open(talk, player) for _ in range(5)]
    ack = await pages[0].say("All of you")
    turns = await asyncio.gather(*(page.rest_of_turn(ack, 0) for page in pages))
    assert {turn.text for turn in turns} == {turns[0].text}
    assert {turn.end["seq"] for turn in turns} == {turns[0].end["seq"]}
    for turn in turns:
        assert spoken(turn.chunks) == turn.text


async def test_a_tab_that_comes_in_the_middle_is_told_of_the_turn(stage, server, second_server):
    for late_server in (server, second_server):
        player = await stage.player()
        talk = await stage.talk(player, "script-90-tps60")
        page = await stage.open(talk, player)
        ack = await page.say("Take your time")
        status = await page.wait_for("ai_status", status="speaking")
        late = await stage.open(talk, player, server=late_server)
        running = late.ready["turn"]
        assert running["turn_id"] == ack["turn_id"]
        assert running["message_id"] == status["message_id"]
        assert running["parent_id"] == ack["message_id"]
        assert running["kind"] == "chat"
        seen = await late.resume(running["message_id"], 0)
        said = await page.rest_of_turn(ack, 0)
        assert spoken(seen.chunks) == seen.text == said.text


async def test_replies_that_are_over_before_another_server_hears_of_them_reach_its_tabs(stage, server, second_server):
    page, other = await two_tabs(stage, "script-1", servers=(server, second_server))
    said = [await page.turn(f"Quick, {number}") for number in range(15)]
    for turn in said:
        seen = await other.rest_of_turn(turn.ack)
        assert seen.text == turn.text
    lines = [frame["message"]["content"] for frame in other.frames if frame["type"] == "message"]
    assert lines == [f"Quick, {number}" for number in range(15)]
    ends = [frame["turn_id"] for frame in other.frames if frame["type"] == "ai_end"]
    assert ends == [turn.ack["turn_id"] for turn in said], "each once, in order"
