"""Who is there, who is typing, and that a full room says so."""

import asyncio

from chat.protocol import Close
from tests.chat.client import Page
from tests.chat.stage import in_database


def online(frame) -> dict[str, bool]:
    return {person["name"]: person["online"] for person in frame["people"]}


async def told(page: Page, **people: bool):
    return await page.wait_until(lambda frame: frame["type"] == "presence" and online(frame) == people)


async def test_everybody_is_told_who_is_there_over_two_processes(rooms, second_server):
    room = await rooms.room("Mira", "Tom")
    bob = await rooms.guest(room, "Bob")
    alice = await rooms.open(room.talk, room.host)
    assert alice.ready["room"] is True
    frame = await told(alice, Alice=True, Bob=False)
    assert [(each["name"], each["on_stage"]) for each in frame["cast"]] == [("Mira", True), ("Tom", True)]
    elsewhere = await rooms.open(room.talk, bob, server=second_server)
    await told(elsewhere, Alice=True, Bob=True)
    await told(alice, Alice=True, Bob=True)
    elsewhere.cut()
    await told(alice, Alice=True, Bob=False)


async def test_typing_is_passed_on_for_players(rooms, second_server):
    room = await rooms.room("Mira")
    bob, watcher = await rooms.guest(room, "Bob"), await rooms.guest(room, "Carol", role="spectator")
    alice = await rooms.open(room.talk, room.host)
    page = await rooms.open(room.talk, bob, server=second_server)
    spectator = await rooms.open(room.talk, watcher)
    await told(alice, Alice=True, Bob=True, Carol=True)
    await page.send("typing")
    await page.send("typing")  # too soon after the first
    assert (await alice.wait_for("typing"))["name"] == "Bob"
    await spectator.send("typing")
    assert (await spectator.wait_for("error"))["code"] == "not_found"
    assert [frame for frame in await alice.quiet() if frame["type"] == "typing"] == []
    assert [frame for frame in page.frames if frame["type"] == "typing"] == []


async def test_who_comes_back_to_a_full_room_from_a_dead_process_has_a_seat(rooms, start_server):
    dying, other = start_server(ROOM_SEATS=2), start_server(ROOM_SEATS=2)
    room = await rooms.room("Mira")
    people = [room.host, await rooms.guest(room, "Bob")]
    carol = await rooms.guest(room, "Carol")
    pages = [await rooms.open(room.talk, person, server=dying) for person in people]
    dying.kill()
    for page in pages:
        await page.close_code()
    back = [await rooms.open(room.talk, person, server=other) for person in people]
    turned_away = await Page.open_silent(rooms.socket_url(room.talk, other), cookie=carol.cookie, origin=other.origin)
    rooms.pages.append(turned_away)
    assert await turned_away.close_code() == Close.ROOM_FULL
    assert (await back[0].turn("Still here?")).end["status"] == "complete"


async def test_a_full_room_says_so_and_has_a_seat_when_somebody_leaves(rooms, start_server):
    small = start_server(ROOM_SEATS=2)
    room = await rooms.room("Mira")
    bob = await rooms.guest(room, "Bob")
    pages = [await rooms.open(room.talk, room.host, server=small), await rooms.open(room.talk, bob, server=small)]
    turned_away = await Page.open_silent(rooms.socket_url(room.talk, small), cookie=bob.cookie, origin=small.origin)
    rooms.pages.append(turned_away)
    assert await turned_away.close_code() == Close.ROOM_FULL
    await pages[1].close()
    await told(pages[0], Alice=True, Bob=False)
    await rooms.open(room.talk, bob, server=small)


async def test_a_crowd_that_comes_at_once_is_few_lists(rooms):
    room = await rooms.room("Mira")
    alice = await rooms.open(room.talk, room.host)
    crowd = [await rooms.guest(room, f"P{number}") for number in range(8)]
    await asyncio.gather(*(rooms.open(room.talk, player) for player in crowd))
    await told(alice, Alice=True, **{f"P{number}": True for number in range(8)})
    assert len([frame for frame in alice.frames if frame["type"] == "presence"]) <= 6
    assert await in_database(room.talk.participants.count) == 9
