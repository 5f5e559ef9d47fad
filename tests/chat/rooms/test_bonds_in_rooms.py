"""How a character stands with whom it addresses, in a room: of what was said there, and what everybody heard."""

from asgiref.sync import async_to_sync

from accounts.encryption import Place, cipher_for
from accounts.ids import uuid7
from accounts.models import User
from characters.models import Character
from chat.database import close_pool, cursor
from chat.models import Conversation, Message
from chat.prompts.context import Bond
from chat.services.remembering import remember_talk
from chat.services.rooms.scene import read_scene
from chat.services.turns.bond import bond_for, in_room
from chat.services.turns.room_order import read_books
from chat.services.turns.standing import read_standing
from memory.models import BondStep, StyleSample
from memory.services.wishes import choose_mode
from tests.chat.rooms.stage import named, person, room_of, said, seated

SOUND = '*I set the cup down.* "You\'re late again, and it has rained. Sit by the stove and tell me what kept you."'


def replied(room: Conversation, character: Character, text: str) -> Message:
    cipher, key = cipher_for(room.key_id), uuid7()
    line = Message.objects.create(
        id=key, conversation=room, parent_id=room.head_id, role="character", character=character, speaker="Mira",
        body=cipher.seal(text, Place("message", key)),
    )  # fmt: skip
    Conversation.objects.filter(pk=room.pk).update(head_id=key)
    room.refresh_from_db()
    return line


def stands_with(room: Conversation, character: Character, user: User) -> Bond:
    """As a turn asks it that answers this person."""

    async def asked() -> Bond:
        try:
            async with cursor() as opened:
                standing = await read_standing(
                    opened, user_id=room.owner_id, conversation_id=room.pk, client_id=uuid7(), lock=False
                )
                scene = await read_scene(opened, room.pk, room.head_id)
                actor = scene.member(character.pk).actor
            known = await read_books(room.pk, standing.row.owner_id, actor=actor, person=scene.person(user.pk))
            leaf = room.head_id
            assert leaf is not None
            return await bond_for(in_room(known.bond, room.pk, leaf, character.pk), [])
        finally:
            await close_pool()

    return async_to_sync(asked)()


def test_it_knows_what_each_called_themselves_and_nothing_that_was_whispered(committed: None) -> None:
    alice, bob, mira = person("Alice"), person("Bob"), named("Mira")
    room = room_of(alice, mira, named("Tao"))
    seated(room, bob)
    said(room, alice, "Call me Bird.")
    said(room, bob, "Call me Fox.", seen_by=[bob.pk], heard_by=[mira.pk])
    said(room, bob, "Thank you for waiting.")
    replied(room, mira, SOUND)
    while remember_talk(room.pk):
        pass
    assert BondStep.objects.filter(pair__owner=bob, pair__character=mira).count() == 2
    with_alice, with_bob = stands_with(room, mira, alice), stands_with(room, mira, bob)
    assert with_alice.standing is not None
    assert with_bob.standing is not None
    assert with_alice.standing.calls_player == ("Bird",)
    assert with_bob.standing.calls_player == ()
    # One voice for all, so that what stands before the talk is the same whoever is spoken to.
    assert with_alice.sample == with_bob.sample == SOUND
    assert StyleSample.objects.filter(conversation=room).exists()


def test_what_happened_elsewhere_is_nobody_elses_business(committed: None) -> None:
    alice, bob, mira = person("Alice"), person("Bob"), named("Mira")
    elsewhere = room_of(alice, mira, named("Tao"))
    said(elsewhere, alice, "Call me Bird.")
    replied(elsewhere, mira, SOUND)
    while remember_talk(elsewhere.pk):
        pass
    room = room_of(alice, mira, named("Lin"))
    seated(room, bob)
    said(room, alice, "Thank you for waiting.")
    while remember_talk(room.pk):
        pass
    found = stands_with(room, mira, alice)
    assert found.standing is not None
    assert (found.standing.calls_player, found.sample) == ((), "")
    choose_mode(user=alice, character_id=mira.pk, mode="off")
    assert stands_with(room, mira, alice) == Bond()
