"""Rooms: what is kept with whom, and whom it may be told to. A whisper is told to nobody who did not hear it."""

import pytest

from accounts.encryption import Place, cipher_for, cipher_of
from accounts.erasure import erase
from chat.models import CastMember
from chat.services.remembering import remember_talk
from memory.models import Episode, Memory, SessionNote
from memory.scope import Scope
from tests.chat.rooms.stage import named, person, room_of, said, seated
from tests.memory.recall.conftest import ask, texts  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(db):
    return person("Alice")


@pytest.fixture
def bob(db):
    return person("Bob")


@pytest.fixture
def mira():
    return named("Mira")


@pytest.fixture
def room(alice, bob, mira):
    room = room_of(alice, mira, named("Tao"))
    seated(room, bob)
    return room


def kept_with(user, character):
    cipher = cipher_of(user)
    found = Episode.objects.filter(pair__owner=user, pair__character=character).order_by("said_at")
    return [cipher.open(each.text, Place("episode", each.pk)) for each in found]


def small_talk(room, user):
    for text in ("It rains again.", "The ferry is late.", "Nobody paid the bill.", "A boot was left behind."):
        said(room, user, text)


def remember(room):
    while remember_talk(room.pk):
        pass


def in_room(room, user, character, shown_to=None):
    return Scope(user.pk, character.pk, room.pk, shown_to)


def test_a_line_is_kept_with_whoever_said_it_and_each_character_that_heard_it(room, alice, bob, mira):
    tao = room.cast.exclude(character=mira).get().character
    said(room, alice, "I keep bees.")
    said(room, bob, "I keep goats.", heard_by=[mira.pk])
    said(room, bob, "And a cello.")
    remember(room)
    assert kept_with(alice, mira)[-1:] == ["I keep bees."]
    assert kept_with(bob, mira) == ["I keep goats.", "And a cello."]
    assert kept_with(bob, tao) == ["And a cello."]


def test_a_reply_is_kept_with_whom_it_was_said_to(room, alice, bob, mira):
    said(room, bob, "What do bees eat?")
    reply = said(room, alice, "Nectar.", role="character", author=None, character_id=mira.pk)
    remember(room)
    assert set(Episode.objects.filter(message_id=reply.pk).values_list("pair__owner", flat=True)) == {bob.pk}


def test_a_character_that_came_later_keeps_nothing_from_before(room, alice, mira):
    before = said(room, alice, "I keep bees.")
    CastMember.objects.filter(conversation=room, character=mira).update(heard_since=before.pk)
    said(room, alice, "And a cello.")
    remember(room)
    assert kept_with(alice, mira) == ["And a cello."]


def test_a_whisper_comes_up_only_where_everybody_heard_it(room, alice, bob, mira, ask):  # noqa: F811
    both = sorted([alice.pk, bob.pk])
    said(room, alice, "The treasure lies in the old well.", heard_by=[mira.pk], seen_by=[alice.pk])
    said(room, alice, "The treasure map is torn.", heard_by=[mira.pk], seen_by=both)
    said(room, alice, "Everybody speaks of a treasure.")
    remember(room)

    def came_up(shown_to):
        return set(texts(ask("Where is the treasure?", in_room(room, bob, mira, shown_to))))

    aloud = {"Everybody speaks of a treasure."}
    assert aloud <= came_up(None)
    assert not any("well" in text or "map" in text for text in came_up(None))
    assert {"The treasure map is torn."} | aloud <= came_up(tuple(both))
    assert "The treasure lies in the old well." not in came_up(tuple(both))
    assert "The treasure lies in the old well." in came_up((alice.pk,))


def test_what_is_known_from_a_private_talk_is_not_told_in_a_room(room, alice, bob, mira, ask):  # noqa: F811
    small_talk(room, alice)
    said(room, alice, "The well is dry.")
    private = room_of(alice, mira)
    said(private, alice, "I threw the ring into the well.")
    remember(room)
    remember(private)
    assert "I threw the ring into the well." not in texts(ask("Where is the ring?", in_room(room, alice, mira)))
    assert "I threw the ring into the well." in texts(ask("Where is the ring?", Scope(alice.pk, mira.pk)))
    assert "I threw the ring into the well." not in texts(ask("Where is the ring?", Scope(bob.pk, mira.pk)))


def test_facts_of_one_person_are_nobody_elses(room, alice, bob, mira):
    said(room, alice, "I live in Lisbon.")
    said(room, bob, "I live in Oslo.")
    remember(room)
    assert set(Memory.objects.values_list("pair__owner", "sources__conversation")) == {
        (alice.pk, room.pk),
        (bob.pk, room.pk),
    }


def test_who_is_erased_takes_their_lines_along(room, alice, bob, mira, ask):  # noqa: F811
    small_talk(room, alice)
    said(room, bob, "The treasure lies in the old well.")
    said(room, alice, "I keep bees by the well.")
    remember(room)
    erase(bob)
    came_up = texts(ask("Who keeps bees, and who has a treasure?", in_room(room, alice, mira)))
    assert "I keep bees by the well." in came_up
    assert "The treasure lies in the old well." not in came_up


def test_a_note_of_a_room_tells_of_nothing_that_was_whispered(room, alice, mira, monkeypatch):
    monkeypatch.setattr("chat.services.noting.kept_of", lambda ids: min(len(ids), 2))
    said(room, alice, "I promise to bring the seven blue candles tomorrow.")
    said(room, alice, "I promise to open the hidden cellar tomorrow.", heard_by=[mira.pk], seen_by=[alice.pk])
    for number in range(4):
        said(room, alice, f"We walk on, stage {number}.")
    remember(room)
    note = SessionNote.objects.get()
    text = cipher_for(room.key_id).open(note.sections, Place("session_note", note.pk))
    assert "candles" in text
    assert "cellar" not in text
