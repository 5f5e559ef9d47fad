"""The same input sent twice is stored once, whatever happened in between."""

import asyncio

from accounts.ids import uuid7
from tests.chat.checks import assert_settled


async def test_sent_again_after_the_reply(stage):
    page = await stage.play("script-5")
    client_id = uuid7()
    first = await page.turn("Hello", client_id=client_id)
    again = await page.say("Hello", client_id=client_id)
    assert again == first.ack
    assert await page.quiet() == []
    assert len(await stage.turns(stage.talks[-1])) == 1
    assert len(await stage.messages(stage.talks[-1])) == 3


async def test_sent_again_while_the_reply_runs(stage):
    page = await stage.play("script-60-tps60")
    client_id = uuid7()
    first = await page.say("Hello", client_id=client_id)
    again = await page.say("Hello", client_id=client_id)
    assert again == first
    assert (await page.rest_of_turn(first)).end["status"] == "complete"
    assert len(await stage.messages(stage.talks[-1])) == 3


async def test_sent_at_once_on_one_socket(stage, server):
    page = await stage.play("script-20")
    client_id = uuid7()
    for _ in range(5):
        await page.send("chat", content="Hello", client_id=client_id)
    acks = [await page.wait_for("ack", "error", client_id=str(client_id)) for _ in range(5)]
    assert {(ack["type"], ack.get("message_id")) for ack in acks} == {("ack", acks[0]["message_id"])}
    await assert_settled(stage)
    assert len(await stage.messages(stage.talks[-1])) == 3


async def test_sent_at_once_on_two_sockets_of_two_servers(stage, server, second_server):
    player = await stage.player()
    talk = await stage.talk(player, "script-20")
    pages = [await stage.open(talk, player), await stage.open(talk, player, server=second_server)]
    for _ in range(10):
        client_id = uuid7()
        acks = await asyncio.gather(*(page.say("Hello", client_id=client_id) for page in pages))
        assert acks[0] == acks[1]
        ends = await asyncio.gather(*(page.rest_of_turn(acks[0]) for page in pages))
        assert ends[0].text == ends[1].text
    assert len(await stage.turns(talk)) == 10
    assert len(await stage.messages(talk)) == 1 + 2 * 10
    await assert_settled(stage)


async def test_another_take_asked_for_twice_is_one(stage):
    page = await stage.play("script-5")
    first = await page.turn("Hello")
    client_id, start = uuid7(), len(page.frames)
    for _ in range(3):
        await page.send("regenerate", message_id=first.message_id, client_id=client_id)
    acks = [await page.wait_for("ack", "error", client_id=str(client_id)) for _ in range(3)]
    assert [ack.get("turn_id") for ack in acks] == [acks[0]["turn_id"]] * 3
    await page.rest_of_turn(acks[0], start)
    assert len(await stage.turns(stage.talks[-1])) == 2


async def test_two_people_may_use_the_same_client_id(stage):
    pages = [await stage.play("script-5"), await stage.play("script-5")]
    client_id = uuid7()
    turns = [await page.turn("Hello", client_id=client_id) for page in pages]
    assert turns[0].message_id != turns[1].message_id
