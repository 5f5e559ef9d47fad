"""Who leaves takes everything along; what is deleted for good leaves nothing; a guest's memories go along."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.erasure import erase
from accounts.guests import adopt
from chat.models import Conversation, Removal
from chat.services.removals import delete_from
from chat.tasks import empty_trash
from memory.models import Episode, Memory, MemorySource, Pair
from memory.services.memories import add_memory
from tests.chat.grown import Talk
from tests.factories import GuestFactory, UserFactory
from tests.memory.remembered import remember, statements

pytestmark = pytest.mark.django_db
TABLES = ("memory_pair", "memory_memory", "memory_memorysource", "memory_episode", "memory_sessionnote")


def told(owner=None):
    talk = Talk(owner)
    talk.script("My sister is called Nora.", "A lovely name.", "I live in Lisbon.", "By the sea!")
    remember(talk)
    return talk


def rows():
    with connection.cursor() as cursor:
        counts = {}
        for table in TABLES:
            cursor.execute(f"select count(*) from {table}")
            counts[table] = cursor.fetchone()[0]
    return counts


def test_erasing_a_person_leaves_nothing_that_anybody_remembered():
    kept, gone = told(), told()
    add_memory(owner=gone.owner, character_id=gone.row.cast.get().character_id, text="By hand.")
    before = rows()
    erase(gone.owner)
    assert not Pair.objects.filter(owner_id=gone.owner.pk).exists()
    assert rows() == {table: count // 2 if table != "memory_memory" else 2 for table, count in before.items()}
    assert len(statements(kept.owner)) == 2


def test_a_talk_that_leaves_the_trash_takes_along_what_was_learnt_there_alone():
    talk = told()
    member = talk.row.cast.get()
    add_memory(owner=talk.owner, character_id=member.character_id, text="By hand.")
    again = Talk(talk.owner)
    again.row.cast.update(character=member.character, version=member.version)
    again.script("I live in Lisbon.", "I know.")
    remember(again)
    assert Memory.objects.count() == 3
    Conversation.objects.filter(pk=talk.id).update(deleted_at=timezone.now() - timedelta(days=31))
    empty_trash()
    assert sorted(statements(talk.owner)) == ["By hand.", "The player lives in Lisbon."]
    assert not Episode.objects.filter(conversation=talk.id).exists()


def test_lines_that_leave_the_trash_leave_no_copy():
    talk = told()
    third = Episode.objects.get(pair__owner=talk.owner, conversation=talk.id, said_at__isnull=False, text__isnull=False,
                                message_id=talk.lines()[3].id)  # fmt: skip
    delete_from(**talk.who, message_id=third.message_id)
    assert Episode.objects.filter(pk=third.pk).exists(), "it can still be put back"
    Removal.objects.update(removed_at=timezone.now() - timedelta(days=31))
    empty_trash()
    assert not Episode.objects.filter(pk=third.pk).exists()
    assert statements(talk.owner) == ["The player's sister is called Nora."]
    assert not MemorySource.objects.filter(message_id=third.message_id).exists()


def test_a_guest_takes_memories_along_into_an_account():
    guest, user = GuestFactory(), UserFactory()
    talk = told(guest)
    adopt(guest, user)
    assert statements(user) == ["The player's sister is called Nora.", "The player lives in Lisbon."]
    talk.row.refresh_from_db()
    assert Pair.objects.get().owner == user


def test_a_guest_whom_the_character_knew_already_is_one_person_afterwards():
    user, guest = UserFactory(), GuestFactory()
    known = told(user)
    member = known.row.cast.get()
    talk = Talk(guest)
    talk.row.cast.update(character=member.character, version=member.version)
    talk.script("My brother is called Tom.", "Oh?")
    remember(talk)
    adopt(guest, user)
    pair = Pair.objects.get(owner=user, character=member.character)
    assert Memory.objects.filter(pair=pair).count() == 3
    assert set(pair.talks) == {known.id, talk.id}
    assert pair.known == 3
