"""{{user}} of a card in a room: the person whom the character has before it."""

from uuid import UUID

import pytest

from accounts.ids import uuid7
from chat.scene import FOR_ALL, Actor, Audience
from chat.services.rooms.scene import Present, Scene
from chat.services.turns.room_path import Step, addressed
from tests.chat.rooms.test_whispers import ids_of

MIRA, TOM = Actor(uuid7(), "Mira"), Actor(uuid7(), "Tom")
ALICE, BOB = (
    Present(uuid7(), name, role, False, None, None, "adult") for name, role in (("Alice", "host"), ("Bob", "player"))
)
GONE = uuid7()


def line(by: UUID | None, audience: Audience = FOR_ALL) -> Step:
    return Step(uuid7(), None, None if by else TOM.id, by, audience, "A line")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ([line(ALICE.user_id), line(BOB.user_id)], BOB),
        ([line(BOB.user_id), line(None), line(None)], BOB),
        ([line(BOB.user_id), line(GONE)], BOB),
        ([line(GONE), line(None)], ALICE),
        ([line(None)], ALICE),
        ([line(ALICE.user_id), line(BOB.user_id, Audience(heard_by=(TOM.id,)))], ALICE),
    ],
)
def test_the_person_it_heard_last_and_who_is_still_there_else_the_host(path, expected):
    scene = Scene("mention", 0, False, None, (), (ALICE, BOB))
    assert addressed(scene, path, MIRA) is expected


async def test_each_is_answered_as_themselves_and_another_take_is_for_whom_the_first_was(rooms, standin):
    word = f"kinship{uuid7().hex[:8]}"
    room = await rooms.room("Mira", "Tom", replies_limit=0, description=f"{word} to {{{{user}}}}.")
    alice, bob = await rooms.open(room.talk, room.host), await rooms.enter(room, "Bob")
    await alice.turn("Mira?")
    turn = await bob.turn("Mira, it is me.")
    await rooms.quiet(room.talk)
    take = await alice.ask_again("regenerate", turn.message_id, hint="Kinder, says {{user}}")
    await alice.rest_of_turn(take)
    await bob.turn("Tom?", audience=ids_of(room, "Tom"))
    await alice.send("cue", character_id=room.cast["Mira"].pk, client_id=uuid7())
    await alice.wait_for("ack")
    await rooms.quiet(room.talk)
    told = [f"{word} to {name}." for name in ("Alice", "Bob", "Bob", "Bob", "Bob")]
    asked = [each["body"]["messages"] for each in standin.requests(contains=word)]
    systems = [messages[0]["content"] for messages in asked]
    assert len(systems) == len(told)
    assert all(expected in system for expected, system in zip(told, systems, strict=True))
    # Who asks something of a reply is not thereby whom it is said to.
    assert "A direction from Alice for this reply only" in asked[2][-1]["content"]
    assert asked[2][-1]["content"].endswith("Kinder, says Alice")
