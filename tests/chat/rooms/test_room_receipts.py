"""The prompt of a reply in a room, for who wrote the card: what its speaker heard, less what others whispered."""

from html import unescape

from characters.models import Character
from tests.chat.stage import in_database
from tests.chat.test_lore_in_talks import write
from tests.chat.test_receipt import path

CANARY = "Tamarind5512"
EXACT, HELD_BACK, CHANGED = "Letter by letter", "is left out here", "has changed since"


async def authored(rooms, room, name="Mira"):
    await in_database(lambda: Character.objects.filter(pk=room.cast[name].pk).update(owner=room.host.user))


async def prompt_of(rooms, room, player, message_id):
    status, html = await rooms.browser(player).get(path(room.talk, message_id, "prompt"))
    return status, unescape(html)


async def test_what_was_said_aloud_is_shown_as_it_was_sent(rooms):
    room = await rooms.room("Mira", "Tom", replies_limit=0)
    await authored(rooms, room)
    page = await rooms.open(room.talk, room.host)
    await page.turn("Tom, are you there?")
    turn = await page.turn("Mira, and you?")
    status, html = await prompt_of(rooms, room, room.host, turn.message_id)
    assert status == 200
    assert EXACT in html
    assert "Alice: Tom, are you there?" in html
    assert "Alice travels." in html


async def test_what_others_whispered_noted_or_wrote_of_themselves_is_left_out(rooms, standin):
    room = await rooms.room("Mira", "Tom", model="script-7", replies_limit=0)
    await authored(rooms, room)
    bob = await rooms.guest(room, "Bob")
    page, alice = await rooms.open(room.talk, bob), await rooms.open(room.talk, room.host)
    whispered = await page.turn(f"Mira, {CANARY}", audience=[str(room.cast["Mira"].pk)])
    await rooms.quiet(room.talk)
    await page.turn("Mira, aloud now.")
    turn = await alice.rest_of_turn(None, 0)
    await rooms.quiet(room.talk)
    assert len(standin.requests(contains=CANARY)) == 2, "she heard it, and was told of it again"
    status, html = await prompt_of(rooms, room, room.host, turn.message_id)
    assert status == 200
    assert HELD_BACK in html
    assert "Bob: Mira, aloud now." in html
    assert "Alice travels." in html
    for secret in (CANARY, "[7]", "Bob travels."):
        assert secret not in html
    # Neither the whisper's own reply, nor any prompt for who did not write the card.
    assert (await prompt_of(rooms, room, room.host, whispered.message_id))[0] == 404
    assert (await prompt_of(rooms, room, bob, turn.message_id))[0] == 404


async def test_lore_of_the_host_is_not_for_whoever_wrote_the_card(rooms):
    room = await rooms.room("Mira")
    bob = await rooms.guest(room, "Bob")
    await in_database(lambda: Character.objects.filter(pk=room.cast["Mira"].pk).update(owner=bob.user))
    await in_database(
        lambda: write(room.talk, {"keys": ["lantern"], "name": "Door", "content": CANARY + "b"}, scope="conversation")
    )
    page = await rooms.open(room.talk, bob)
    turn = await page.turn("Mira, where is the lantern?")
    status, html = await prompt_of(rooms, room, bob, turn.message_id)
    assert status == 200
    assert HELD_BACK in html
    assert CANARY + "b" not in html


async def test_who_has_left_the_cast_has_no_prompt_any_more(rooms):
    room = await rooms.room("Mira", "Tom")
    await authored(rooms, room, "Tom")
    page = await rooms.open(room.talk, room.host)
    turn = await page.turn("Tom?")
    await rooms.quiet(room.talk)
    status, _ = await rooms.browser(room.host).post(f"/rooms/{room.talk.pk}/cast/{room.cast['Tom'].pk}", remove=True)
    assert status == 200
    assert (await prompt_of(rooms, room, room.host, turn.message_id))[0] == 404
