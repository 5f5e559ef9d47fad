"""What comes apart elsewhere: nonsense over an open socket, two tabs at once, a server that dies before it answers."""

import asyncio

import pytest

from accounts.ids import uuid7
from chat.models import PlayEntry
from chat.protocol import Close
from tests.chat.client import Page
from tests.chat.plays.stage import PlayStage, act
from tests.chat.stage import in_database


async def test_nonsense_is_refused_and_the_line_stays_up(plays):
    room = await plays.begun()
    page = await plays.open(room.talk, room.host)
    gone = [("custom", ""), ("choose", ""), ("choose", "no_such_choice"), ("inspect", "__class__"), ("give", "mira")]
    for verb, target in gone:
        refused = await act(page, verb, target)
        assert (refused.answer["type"], refused.events) == ("error", []), (verb, target)
    for fields in ({"target_id": "x" * 100_000}, {"args": {"item": "x" * 100_000}}, {"action_id": "eval"}, {"args": 3}):
        frame = {"action_id": "custom", "target_id": "", "client_id": uuid7()} | fields
        await page.send("action", **frame)
        assert (await page.wait_for("error"))["code"] in ("invalid_frame", "too_long"), fields
    assert await PlayEntry.objects.filter(play=room.talk.pk).acount() == 1
    assert (await act(page, "take", "lamp")).answer["type"] == "ack"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", "empty"),
        (" \n\u3000 ", "empty"),
        ("I take the lamp. " * 6_000, "too_long"),
        ("\x00I take the lamp.", None),
    ],
    ids=["nothing", "blank", "100 kB", "a character that cannot be stored"],
)
async def test_a_line_that_is_none_changes_nothing_and_the_line_stays_up(plays, words, code):
    room = await plays.begun()
    page = await plays.open(room.talk, room.host)
    await page.send("chat", content=words, client_id=uuid7())
    refused = await page.wait_for("error")
    assert code is None or refused["code"] == code, refused
    assert await PlayEntry.objects.filter(play=room.talk.pk).acount() == 1
    # The longest that is taken is talk, whatever stands in it.
    turn = await page.turn("I take the lamp. " * 1_800)
    assert turn.end["status"] == "complete"
    assert await PlayEntry.objects.filter(play=room.talk.pk).acount() == 1
    assert (await act(page, "take", "lamp")).answer["type"] == "ack"


async def test_a_strangers_play_is_nobodys(plays):
    room, other = await plays.begun(), await plays.begun()
    page = await Page.open_silent(plays.socket_url(room.talk), cookie=other.host.cookie, origin=plays.server.origin)
    assert await page.close_code() == Close.NO_SUCH_CONVERSATION
    # A line of another play is no place to go on from.
    own = await plays.open(other.talk, other.host)
    theirs = await plays.open(room.talk, room.host)
    refused = await act(own, "take", "lamp", parent_id=theirs.ready["head_id"])
    assert (refused.answer["type"], refused.events) == ("error", [])
    assert await PlayEntry.objects.filter(play__in=[room.talk.pk, other.talk.pk]).acount() == 2


async def test_two_tabs_that_act_at_once_come_one_after_the_other(plays):
    room = await plays.begun()
    tabs = [await plays.open(room.talk, room.host) for _ in range(2)]
    both = await asyncio.gather(act(tabs[0], "take", "lamp"), act(tabs[1], "inspect", "mira"))
    assert [done.answer["type"] for done in both] == ["ack", "ack"]
    numbers = [seq async for seq in PlayEntry.objects.filter(play=room.talk.pk).values_list("seq", flat=True)]
    assert numbers == [1, 2, 3]
    # Whichever was second goes on from what the first one left.
    third = await PlayEntry.objects.aget(play=room.talk.pk, seq=3)
    assert third.before_id == (await PlayEntry.objects.aget(play=room.talk.pk, seq=2)).pk


@pytest.mark.timeout(180)
async def test_an_action_outlives_the_server_and_is_done_once(start_server):
    server = await in_database(start_server)
    plays = PlayStage(server)
    room = await plays.begun("script-400-tps10")
    page, client_id = await plays.open(room.talk, room.host), uuid7()
    done = await act(page, "take", "lamp", client_id=client_id)
    await page.wait_for("ai_chunk")
    server.kill()
    await in_database(server.start)
    back = await plays.open(room.talk, room.host)
    again = await act(back, "take", "lamp", client_id=client_id)
    assert again.answer["message_id"] == done.answer["message_id"]
    assert [event["seq"] for event in again.events] == [2]
    assert await PlayEntry.objects.filter(play=room.talk.pk).acount() == 2
    assert (await act(back, "inspect", "mira")).answer["type"] == "ack"
    await plays.close()
