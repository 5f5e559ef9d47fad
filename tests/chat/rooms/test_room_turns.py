"""Lines in a room: stored at once, answered in order, by whoever is meant."""

import asyncio

from accounts.ids import uuid7
from tests.chat.checks import assert_no_failure
from tests.chat.programs import API, program
from tests.chat.stage import eventually, in_database
from tests.chat.test_standing import another_connection, waiting_for_a_lock


async def test_who_is_named_answers_and_everybody_sees_it(rooms, server, log_from_here):
    room = await rooms.room("Mira", "Tom")
    alice = await rooms.open(room.talk, room.host)
    bob = await rooms.enter(room, "Bob")
    turn = await bob.turn("Tom, are you there?")
    seen = (await alice.rest_of_turn(turn.ack, 0)).end
    assert (seen["full_content"], seen["message_id"]) == (turn.text, turn.message_id)
    line = next(frame["message"] for frame in alice.frames if frame["type"] == "message")
    assert (line["author"], line["content"]) == ("Bob", "Tom, are you there?")
    assert [speaker for speaker, _ in await rooms.branch(room.talk)] == ["Mira", "Bob", "Tom"]
    assert_no_failure(server, since=log_from_here)


async def test_lines_that_are_said_while_a_turn_runs_are_stored_and_answered_next(rooms, server, log_from_here):
    room = await rooms.room("Mira", model="script-40-tps60", replies_limit=0)
    alice = await rooms.open(room.talk, room.host)
    bob, carol = await rooms.enter(room, "Bob"), await rooms.enter(room, "Carol")
    first = await alice.say("One")
    await bob.wait_for("ai_chunk")
    second, third = await asyncio.gather(bob.say("Two"), carol.say("Three"))
    assert (second["turn_id"], third["turn_id"]) == (None, None)
    await alice.rest_of_turn(first)
    answer = await alice.wait_for("ai_end")
    assert answer["status"] == "complete"
    await rooms.quiet(room.talk)
    said = await rooms.branch(room.talk)
    assert [speaker for speaker, _ in said[:3]] == ["Mira", "Alice", "Mira"]
    assert {text for _, text in said[3:5]} == {"Two", "Three"}
    assert [speaker for speaker, _ in said[5:]] == ["Mira"]
    assert len(await rooms.turns(room.talk)) == 2
    assert_no_failure(server, since=log_from_here)


async def test_a_line_for_another_branch_that_waited_for_the_room_sees_the_turn_that_began_meanwhile(rooms):
    room = await rooms.room("Mira", replies_limit=0)
    alice = await rooms.open(room.talk, room.host)
    first = await alice.turn("One")
    await alice.turn("Two")  # by now it is known to be a room, and looked at once
    head = await rooms.head(room.talk)
    begun = "update chat_turn set status = %s where conversation_id = %s and reply_id = %s"
    turn = [room.talk.pk, head]

    async def somebody_waits() -> bool:
        return await in_database(lambda: waiting_for_a_lock() > 0)

    async with await another_connection() as holding:
        await holding.execute("select 1 from chat_conversation where id = %s for update", [room.talk.pk])
        await alice.send("chat", content="Else", parent_id=first.message_id, client_id=uuid7())
        await eventually(somebody_waits)
        await holding.execute(begun, ["running", *turn])
        await holding.commit()
        try:
            assert (await alice.wait_for("error"))["code"] == "busy"
        finally:
            await holding.execute(begun, ["complete", *turn])
    assert await rooms.head(room.talk) == head


async def test_many_people_at_once_lose_nothing(rooms):
    room = await rooms.room("Mira", "Tom", model="script-8-tps60", replies_limit=1, strategy="round")
    pages = [await rooms.open(room.talk, room.host), *[await rooms.enter(room, f"P{n}") for n in range(3)]]

    async def talk(page, number: int) -> list[str]:
        return [(await page.say(f"{number}.{each}"))["message_id"] for each in range(5)]

    said = await asyncio.gather(*(talk(page, number) for number, page in enumerate(pages)))
    await rooms.quiet(room.talk)
    texts = [text for _, text in await rooms.branch(room.talk)]
    wanted = {f"{number}.{each}" for number in range(4) for each in range(5)}
    assert wanted <= set(texts)
    assert len([text for text in texts if text in wanted]) == 20
    for number in range(4):
        assert [text for text in texts if text.startswith(f"{number}.")] == [f"{number}.{each}" for each in range(5)]
    assert len({message for ids in said for message in ids}) == 20


async def test_a_turn_that_fails_leaves_the_lines_and_the_next_one_answers_them(rooms):
    room = await rooms.room("Mira", model="stall-after-0")
    alice = await rooms.open(room.talk, room.host)
    first = await alice.say("One")
    waiting = await alice.say("Two")
    assert waiting["turn_id"] is None
    assert (await alice.rest_of_turn(first)).end["status"] == "failed"
    assert (await alice.wait_for("ai_end"))["status"] == "failed"
    await rooms.quiet(room.talk)
    assert [text for _, text in (await rooms.branch(room.talk))[1:]] == ["One", "Two"]
    assert len(await rooms.turns(room.talk)) == 2, "what failed is not tried for ever"


async def test_characters_answer_each_other_up_to_the_limit(rooms):
    room = await rooms.room("Mira", "Tom", strategy="round", replies_limit=3)
    alice = await rooms.open(room.talk, room.host)
    await alice.say("Go on, all of you.")
    await rooms.quiet(room.talk)
    assert [speaker for speaker, _ in await rooms.branch(room.talk)] == [
        "Mira", "Alice", "Tom", "Mira", "Tom", "Mira",
    ]  # fmt: skip


async def test_a_cue_lets_a_character_speak_and_only_the_host_gives_it(rooms):
    room = await rooms.room("Mira", "Tom", strategy="host")
    alice, bob = await rooms.open(room.talk, room.host), await rooms.enter(room, "Bob")
    ack = await alice.say("Mira?")
    assert ack["turn_id"] is None
    tom = str(room.cast["Tom"].pk)
    await bob.send("cue", character_id=tom, client_id=uuid7())
    assert (await bob.wait_for("error"))["code"] == "forbidden"
    cue = await alice._started("cue", None, character_id=tom)
    await alice.rest_of_turn(cue)
    assert [speaker for speaker, _ in await rooms.branch(room.talk)] == ["Mira", "Alice", "Tom"]


async def test_another_take_is_by_the_same_character(rooms):
    room = await rooms.room("Mira", "Tom")
    alice = await rooms.open(room.talk, room.host)
    first = await alice.turn("Tom?")
    second = await alice.again("regenerate", first.message_id)
    assert second.end["status"] == "complete"
    assert [speaker for speaker, _ in await rooms.branch(room.talk)] == ["Mira", "Alice", "Tom"]


async def test_a_dead_process_leaves_nobody_waiting(rooms, start_server):
    room = await rooms.room("Mira", model="script-200-tps20", replies_limit=0)
    dying = start_server()
    alice = await rooms.open(room.talk, room.host, server=dying)
    bob = await rooms.enter(room, "Bob")
    await alice.say("One")
    await bob.wait_for("ai_chunk")
    await bob.say("Two")
    await rooms.other_model(room.talk, "script-3")
    dying.kill()
    ended = await bob.wait_for("ai_end")
    assert ended["status"] == "interrupted"
    assert (await bob.wait_for("ai_end"))["status"] == "complete"
    await rooms.quiet(room.talk)
    said = await rooms.branch(room.talk)
    assert [speaker for speaker, _ in said] == ["Mira", "Alice", "Mira", "Bob", "Mira"]


async def test_who_hears_first_of_the_next_turn_is_told_how_the_last_one_ended(rooms, start_server):
    """A third process settles what the dead one left and speaks on, before Bob's own has looked."""
    room = await rooms.room("Mira", model="script-200-tps20", replies_limit=0)
    dying, seldom = start_server(), start_server(SWEEP_SECONDS=4)
    alice = await rooms.open(room.talk, room.host, server=dying)
    bob = await rooms.enter(room, "Bob", server=seldom)
    await alice.say("One")
    await bob.wait_for("ai_chunk")
    await bob.say("Two")
    await rooms.other_model(room.talk, "script-3")
    dying.kill()
    last = await bob.wait_for("ai_end")
    assert last["status"] == "interrupted"
    assert (await bob.wait_for("ai_chunk"))["message_id"] != last["message_id"]
    assert (await bob.wait_for("ai_end"))["status"] == "complete"
    started = [frame for frame in bob.frames if frame["type"] == "ai_status" and frame["status"] == "thinking"]
    ended = bob.frames.index(last)
    assert [bob.frames.index(frame) < ended for frame in started] == [True, False], "one after the other"


async def test_the_host_lets_a_character_speak_over_http(rooms):
    room = await rooms.room("Mira", "Tom", strategy="host")
    bob = await rooms.guest(room, "Bob")
    page = await rooms.open(room.talk, room.host)
    assert (await page.say("Silence."))["turn_id"] is None
    cue = f"{API}{room.talk.pk}/room/cast/{room.cast['Tom'].pk}/cue/?wait=20"
    async with program(rooms, bob) as asking:
        status, told = await asking.ask("POST", cue, {})
        assert (status, told["code"]) == (403, "forbidden")
    async with program(rooms, room.host) as asking:
        client_id = str(uuid7())
        for _once_more in range(2):
            status, told = await asking.ask("POST", cue, {"client_id": client_id})
            assert (status, told["status"], told["message_id"]) == (200, "complete", None)
    await rooms.quiet(room.talk)
    assert [speaker for speaker, _ in await rooms.branch(room.talk)] == ["Mira", "Alice", "Tom"]
