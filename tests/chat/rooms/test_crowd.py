"""A hundred people over two processes: everybody reads the same words in the same order, and goes on when one dies."""

import asyncio
import time

import pytest

from accounts.sanctions import impose
from chat.protocol import Close
from tests.chat.checks import assert_no_failure
from tests.chat.client import Page, spoken
from tests.chat.rooms.stage import seated
from tests.chat.stage import in_database, sign_in
from tests.factories import UserFactory
from tests.numbers import LONG, times

RESUME_SECONDS = 15
MODEL = "script-300-tps20" if LONG else "script-120-tps20"  # so that a hundred are back before it has ended


@pytest.mark.timeout(900)
async def test_all_read_the_same_and_go_on_when_a_process_dies(rooms, second_server, start_server, standin):
    """So many people in one room, and other rooms that stream meanwhile."""
    dying = start_server()
    people, others = times("people in a room"), times("rooms at once") - 1
    room = await rooms.room("Mira", model=MODEL, replies_limit=0)
    crowd = await in_database(lambda: [sign_in(seated(room.talk, UserFactory())) for _ in range(people - 1)])
    host = await rooms.open(room.talk, room.host, server=second_server)
    stays = [host, *await _all_in(rooms, room.talk, crowd[::2], second_server)]
    falls = await _all_in(rooms, room.talk, crowd[1::2], dying)
    beside = [await rooms.room("Tom", model="script-120-tps20", replies_limit=0) for _ in range(others)]
    lines = [await rooms.open(each.talk, each.host, server=second_server) for each in beside]
    acks = await asyncio.gather(*(line.say("Speak") for line in lines))

    # One reply to its end: the same for all, piece by piece.
    first = await host.turn("Tell us everything", within=60)
    told = await asyncio.gather(*(page.rest_of_turn(first.ack, 0, within=60) for page in (*stays, *falls)))
    assert {(turn.text, turn.message_id, turn.end["seq"]) for turn in told} == {
        (first.text, first.message_id, first.end["seq"])
    }
    assert all(spoken(turn.chunks) == first.text for turn in told)
    for line, ack, _ in zip(lines, acks, beside, strict=True):
        assert (await line.rest_of_turn(ack, 0, within=60)).end["status"] == "complete"

    # In the middle of the next one a process dies: its people come back to the other and miss nothing.
    ack = await host.say("And what then?")
    starts = [len(page.frames) for page in falls]
    await asyncio.gather(*(page.wait_for("ai_chunk", within=60) for page in falls))
    dying.kill()
    died = time.monotonic()
    await asyncio.gather(*(page.close_code() for page in falls))
    had = [
        [frame for frame in page.frames[start:] if frame["type"] == "ai_chunk"]
        for page, start in zip(falls, starts, strict=True)
    ]
    back = await _all_in(rooms, room.talk, crowd[1::2], second_server)
    running = next(page.ready["turn"] for page in back)
    resumed = await asyncio.gather(
        *(_resumed(page, running["message_id"], chunks[-1]["seq"]) for page, chunks in zip(back, had, strict=True))
    )
    assert time.monotonic() - died < RESUME_SECONDS
    end = await host.rest_of_turn(ack, within=60)
    rests = await asyncio.gather(
        *(page.rest_of_turn(ack, start, within=60) for page, start in zip(back, resumed, strict=True))
    )
    assert {rest.text for rest in rests} == {end.text}
    # Who is back only after its end is told that alone, with all of the text.
    amid = [[*before, *rest.chunks] for before, rest in zip(had, rests, strict=True) if rest.chunks]
    assert amid
    assert all(spoken(chunks) == end.text for chunks in amid)
    assert_no_failure(second_server)


async def _all_in(rooms, talk, players, server) -> list[Page]:
    return await asyncio.gather(*(rooms.open(talk, player, server=server) for player in players))


async def _resumed(page: Page, message_id: str, last_seq: int) -> int:
    """From which frame on the page has what it had missed."""
    start = len(page.frames)
    await page.send("resume", message_id=message_id, last_seq=last_seq)
    await page.wait_for("ai_chunk", "ai_end", message_id=message_id)
    return start


async def test_who_is_removed_is_out_at_once_on_every_process(rooms, second_server):
    room = await rooms.room("Mira")
    bob = await rooms.guest(room, "Bob")
    pages = [await rooms.open(room.talk, bob), await rooms.open(room.talk, bob, server=second_server)]
    alice = await rooms.open(room.talk, room.host)
    browser = rooms.browser(room.host)
    status, _ = await browser.post(f"/rooms/{room.talk.pk}/people/{bob.user.pk}", act="ban")
    assert status == 200
    assert [await page.close_code(within=2) for page in pages] == [Close.REMOVED] * 2
    frame = await alice.wait_until(lambda told: told["type"] == "presence" and len(told["people"]) == 1)
    assert frame["people"][0]["name"] == "Alice"
    again = await Page.open_silent(rooms.socket_url(room.talk), cookie=bob.cookie, origin=rooms.server.origin)
    rooms.pages.append(again)
    assert await again.close_code() == Close.NO_SUCH_CONVERSATION


async def test_a_muted_player_reads_and_does_not_speak(rooms):
    room = await rooms.room("Mira")
    bob = await rooms.guest(room, "Bob")
    page = await rooms.open(room.talk, bob)
    browser = rooms.browser(room.host)
    status, _ = await browser.post(f"/rooms/{room.talk.pk}/people/{bob.user.pk}", act="mute")
    assert status == 200
    await page.send("chat", content="Hello?", client_id="01890a5d-ac96-774b-bcce-b302099a8057")
    assert (await page.wait_for("error"))["code"] == "muted"
    alice = await rooms.open(room.talk, room.host)
    turn = await alice.turn("Mira?")
    assert (await page.rest_of_turn(turn.ack, 0)).text == turn.text


async def test_whom_moderators_keep_from_rooms_reads_and_does_not_speak(rooms):
    room = await rooms.room("Mira")
    bob = await rooms.guest(room, "Bob")
    page = await rooms.open(room.talk, bob)
    await in_database(lambda: impose(user=bob.user, kind="rooms", rule="spam", by=room.host.user))
    await page.send("chat", content="Hello?", client_id="01890a5d-ac96-774b-bcce-b302099a8057")
    assert (await page.wait_for("error"))["code"] == "restricted"
