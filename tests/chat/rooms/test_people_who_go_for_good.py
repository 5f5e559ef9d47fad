"""Somebody in a room is erased: what is theirs goes with them, and the room goes on for the others."""

from typing import Any

import pytest
from django.test import Client

from accounts.blindindex import terms
from accounts.encryption import Place, cipher_for, cipher_of, ciphers
from accounts.erasure import erase
from accounts.errors import NotFound
from accounts.guests import BACKEND
from accounts.ids import uuid7
from accounts.models import User
from characters.models import Character
from chat.finding import read_query
from chat.models import Conversation, Message, Participant
from chat.prompts import Note
from chat.selectors import shown_branch, title_of
from chat.selectors.search import Wish, search
from chat.services import indexing
from chat.services.conversations import rename_conversation
from chat.services.edits import edit_in_place
from chat.services.exports import export_talk, export_talks
from chat.services.notes import write_note
from chat.services.rooms.room import change_rules, hand_over_room
from chat.tasks import go_on_with_rooms
from tests.chat.rooms.stage import named, person, room_of, said, seated


@pytest.fixture
def carol(db: None) -> User:
    return person("Carol")


@pytest.fixture
def room(alice: User, bob: User, carol: User) -> Conversation:
    """Of Alice, with Bob and Carol; everybody has said something about a platypus, and Bob whispered to Carol."""
    room = room_of(alice, named("Mira"), named("Tom"))
    Character.objects.filter(pk=room.cast.all()[0].character_id).update(owner=alice, visibility="private")
    for user in (bob, carol):
        seated(room, user)
    for user in (alice, bob, carol):
        tell(room, user, f"A platypus of {user.personas.get().name}.")
    tell(room, bob, "A secret platypus.", seen_by=[bob.pk, carol.pk], heard_by=[])
    reply(room, "Mira saw the platypus.")
    return room


def tell(room: Conversation, user: User, text: str, **fields: Any) -> Message:
    room.refresh_from_db()
    indexed = terms(text, cipher_of(room.owner).index_secret)
    return said(room, user, text, terms=indexed, **fields | {"speaker": user.personas.get().name})


def reply(room: Conversation, text: str) -> Message:
    room.refresh_from_db()
    key, member = uuid7(), room.cast.all()[0]
    line = Message.objects.create(
        id=key, conversation=room, parent_id=room.head_id, role="character", character_id=member.character_id,
        speaker="Mira", body=cipher_for(room.key_id).seal(text, Place("message", key)),
        terms=terms(text, cipher_of(room.owner).index_secret),
    )  # fmt: skip
    Conversation.objects.filter(pk=room.pk).update(head=key)
    return line


def shown(user: User, room: Conversation) -> list[tuple[str, str]]:
    room.refresh_from_db()
    lines, _more = shown_branch(user=user, conversation=room, leaf=room.head_id)
    return [(line.author, line.content) for line in lines][1:]


def found(user: User, word: str = "platypus") -> set[str]:
    groups = search(user=user, wish=Wish(query=read_query(word))).groups
    return {"".join(part.text for part in hit.excerpt.parts) for group in groups for hit in group.hits}


def page(user: User, path: str) -> str:
    client = Client()
    client.force_login(user, backend=BACKEND)
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_players_lines_keep_their_place_and_are_nobodys(room, alice, bob, carol) -> None:
    erase(bob)
    ciphers.clear()
    assert shown(alice, room) == [
        ("Alice", "A platypus of Alice."), ("", ""), ("Carol", "A platypus of Carol."),
        ("Mira", "Mira saw the platypus."),
    ]  # fmt: skip
    assert found(alice) == {"A platypus of Alice.", "A platypus of Carol.", "Mira saw the platypus."}
    assert found(carol, "secret") == set()
    assert set(room.participants.values_list("user", flat=True)) == {alice.pk, carol.pk}
    html = page(carol, f"/talks/{room.pk}/")
    assert html.count("gone for good") == 2, "the line and the whisper"
    assert "Bob" not in html
    tell(room, carol, "We go on.")
    assert shown(alice, room)[-1] == ("Carol", "We go on.")


def test_a_hosts_room_goes_on_under_a_player(room, alice, bob, carol, django_capture_on_commit_callbacks) -> None:
    Participant.objects.filter(user=bob).update(role="spectator")
    rename_conversation(user=alice, conversation_id=room.pk, title="Alice's own")
    write_note(user=alice, conversation_id=room.pk, note=Note("Let it rain.", 4, "system", 1))
    with django_capture_on_commit_callbacks(execute=True):
        erase(alice)
    ciphers.clear()
    room.refresh_from_db()
    assert (room.owner, room.key.owner, title_of(room), bytes(room.note)) == (carol, carol, "", b"")
    assert dict(room.participants.values_list("user", "role")) == {bob.pk: "spectator", carol.pk: "host"}
    assert shown(bob, room) == [
        ("", ""), ("Bob", "A platypus of Bob."), ("Carol", "A platypus of Carol."), ("Bob", "A secret platypus."),
        ("Mira", "Mira saw the platypus."),
    ]  # fmt: skip
    change_rules(user=carol, conversation_id=room.pk, strategy="round")
    html = page(bob, f"/talks/{room.pk}/")
    assert html.count("gone for good") == 1
    assert 'data-name="Alice"' not in html
    # Whose key the lines were indexed under is gone; they are found all the same, and by whom they are for.
    for user in (bob, carol):
        assert found(user) == {
            "A platypus of Bob.", "A platypus of Carol.", "A secret platypus.", "Mira saw the platypus.",
        }  # fmt: skip
    tell(room, bob, "Another platypus")
    assert "Another platypus" in found(carol)


def test_a_room_without_anybody_else_goes_with_its_host(room, alice, bob, carol) -> None:
    Participant.objects.filter(user__in=[bob, carol]).update(left_at=room.created_at, departure="left")
    erase(alice)
    assert not Conversation.objects.filter(pk=room.pk).exists()
    assert not Message.objects.filter(conversation=room.pk).exists()


def test_files_hold_what_is_left_and_no_whisper_of_others(room, alice, bob, carol) -> None:
    for call in (
        lambda: export_talk(user=bob, conversation_id=room.pk, format="json"),
        lambda: export_talks(user=bob, talks=[room.pk], format="json"),
    ):
        with pytest.raises(NotFound):
            call()
    erase(bob)
    ciphers.clear()
    for kind in ("json", "md", "jsonl"):
        written = b"".join(export_talk(user=alice, conversation_id=room.pk, format=kind).pieces).decode()
        assert "A platypus of Carol." in written
        assert "Bob" not in written
        assert "secret" not in written


def test_a_hand_over_takes_the_index_along(
    room, alice, bob, carol, django_capture_on_commit_callbacks, monkeypatch
) -> None:
    """Also of lines that were changed, and in more than one go."""
    monkeypatch.setattr(indexing, "A_BATCH", 2)
    monkeypatch.setattr(indexing, "BATCHES", 1)
    line = tell(room, carol, "A wombat.")
    edit_in_place(user=carol, conversation_id=room.pk, message_id=line.pk, content="A wombat again.")
    with django_capture_on_commit_callbacks(execute=True):
        hand_over_room(user=alice, conversation_id=room.pk, to=bob.pk)
    secret = cipher_of(bob).index_secret
    for message in Message.objects.filter(conversation=room.pk).exclude(parent=None):
        assert message.terms, message.speaker
        assert set(message.terms) & set(terms("platypus wombat", secret))
    assert list(room.revisions.get().terms) == terms("A wombat.", secret)
    # Whoever hosted it before may go: what others said is still found.
    erase(alice)
    assert found(bob, "wombat") == {"A wombat again."}
    assert found(bob, "secret") == {"A secret platypus."}


def test_the_index_of_a_room_that_is_gone_is_nothing(db) -> None:
    assert indexing.index_anew(uuid7())


def test_a_hand_over_without_a_queue_is_indexed_later(
    room, alice, bob, carol, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    monkeypatch.setattr(indexing, "A_BATCH", 2)
    monkeypatch.setattr(indexing, "BATCHES", 1)
    hand_over_room(user=alice, conversation_id=room.pk, to=bob.pk)  # the task never arrives
    erase(alice)
    assert found(bob) == set()
    assert go_on_with_rooms() == 1
    assert found(bob) == {
        "A platypus of Bob.", "A platypus of Carol.", "A secret platypus.", "Mira saw the platypus.",
    }  # fmt: skip
    assert go_on_with_rooms() == 0


def test_a_second_hand_over_begins_anew(room, alice, bob, carol, monkeypatch) -> None:
    monkeypatch.setattr(indexing, "A_BATCH", 2)
    monkeypatch.setattr(indexing, "BATCHES", 1)
    hand_over_room(user=alice, conversation_id=room.pk, to=bob.pk)
    assert not indexing.index_anew(room.pk)
    hand_over_room(user=bob, conversation_id=room.pk, to=carol.pk)
    while not indexing.index_anew(room.pk):
        pass
    secret = cipher_of(carol).index_secret
    said_since = Message.objects.filter(conversation=room.pk).exclude(parent=None)
    assert all(set(line.terms) & set(terms("platypus", secret)) for line in said_since)
