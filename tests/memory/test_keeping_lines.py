"""What is said is kept word for word: by tasks that may run twice, late, or not at all."""

from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from accounts.encryption import Place, cipher_of
from chat.models import Conversation
from chat.services import remembering
from chat.services.edits import edit_in_place
from chat.services.remembering import remember_talk, talks_to_remember
from memory.models import Episode, Pair
from memory.services.lines import is_question
from tests.chat.grown import Talk
from tests.factories import GuestFactory

pytestmark = pytest.mark.django_db


def kept(talk):
    cipher = cipher_of(talk.owner)
    found = Episode.objects.filter(conversation=talk.id, pair__owner=talk.owner).order_by("said_at", "id")
    return [cipher.open(each.text, Place("episode", each.pk)) for each in found]


def test_lines_of_the_branch_are_kept_with_what_they_answer():
    talk = Talk()
    asked, _told = talk.script("Where is the key?", "Under the mat.")
    remember_talk(talk.id)
    assert kept(talk) == ["Evening, You.", "Where is the key?", "Under the mat."]
    row = Episode.objects.get(message_id=asked)
    assert (row.answers_id, row.is_question, row.role, row.speaker) == (talk.opening, True, "player", "You")
    assert row.pair.owner == talk.owner
    assert row.pair.talks == [talk.id]


def test_twice_is_once_and_only_what_is_new_is_written(django_assert_max_num_queries):
    talk = Talk()
    talk.script("One", "Two")
    remember_talk(talk.id)
    before = list(Episode.objects.values_list("pk", flat=True))
    remember_talk(talk.id)
    assert list(Episode.objects.values_list("pk", flat=True)) == before
    talk.say("Three")
    remember_talk(talk.id)
    assert len(kept(talk)) == len(before) + 1


def test_other_words_are_kept_beside_the_first_ones():
    talk = Talk()
    [one] = talk.script("One")
    remember_talk(talk.id)
    edit_in_place(**talk.who, message_id=one, content="One, better")
    remember_talk(talk.id)
    assert Episode.objects.filter(message_id=one).count() == 2


def test_a_long_talk_is_kept_in_batches_and_stays_due_until_all_of_it_is(monkeypatch):
    monkeypatch.setattr(remembering, "A_BATCH", 3)
    talk = Talk()
    talk.script(*map(str, range(7)))
    Conversation.objects.filter(pk=talk.id).update(remember_at=timezone.now())
    [(found, until)] = talks_to_remember()
    assert found == talk.id
    assert remember_talk(talk.id, taken_until=until)
    assert Conversation.objects.get(pk=talk.id).remember_at == until
    assert remember_talk(talk.id, taken_until=until)
    assert not remember_talk(talk.id, taken_until=until)
    assert len(kept(talk)) == 8
    assert Conversation.objects.get(pk=talk.id).remember_at is None


@override_settings(LINES_PER_PAIR=4)
def test_beyond_the_limit_the_oldest_lines_go_and_do_not_come_back(monkeypatch):
    monkeypatch.setattr(remembering, "A_BATCH", 3)
    talk = Talk()
    talk.script(*map(str, range(9)))
    while remember_talk(talk.id):
        pass
    assert kept(talk) == ["5", "6", "7", "8"]
    talk.say("9")
    while remember_talk(talk.id):
        pass
    assert kept(talk) == ["6", "7", "8", "9"]


def test_who_takes_a_talk_on_has_it_for_a_while_and_a_dead_task_loses_nothing():
    talk = Talk()
    Conversation.objects.filter(pk=talk.id).update(remember_at=timezone.now())
    [(_, until)] = talks_to_remember()
    assert talks_to_remember() == []
    # It died. Three minutes later:
    Conversation.objects.filter(pk=talk.id).update(remember_at=timezone.now() - timedelta(seconds=1))
    [(found, again)] = talks_to_remember()
    assert found == talk.id
    remember_talk(talk.id, taken_until=until)  # the first one was only slow
    assert Conversation.objects.get(pk=talk.id).remember_at == again
    remember_talk(talk.id, taken_until=again)
    assert len(kept(talk)) == 1


def test_what_is_said_while_a_talk_is_being_kept_is_due_anew():
    talk = Talk()
    Conversation.objects.filter(pk=talk.id).update(remember_at=timezone.now())
    [(_, until)] = talks_to_remember()
    said = timezone.now()
    Conversation.objects.filter(pk=talk.id).update(remember_at=said)  # as the statement that settles a turn
    remember_talk(talk.id, taken_until=until)
    assert Conversation.objects.get(pk=talk.id).remember_at == said


@pytest.mark.parametrize("way", ["house", "character", "player", "paused", "temporary", "guests"])
def test_nothing_is_kept_where_somebody_does_not_want_it(way):
    content = {"memory_policy": {"mode": "on_request"}} if way == "character" else {}
    talk = Talk(GuestFactory() if way == "guests" else None, **content)
    talk.script("One")
    who = {"owner": talk.owner, "character_id": talk.row.cast.get().character_id}
    house = {}
    if way == "house":
        house = {"MEMORY": "off"}
    elif way == "guests":
        house = {"MEMORY_OF_GUESTS": "off"}
    elif way == "player":
        Pair.objects.create(**who, mode="off")
    elif way == "paused":
        Pair.objects.create(**who, paused_at=timezone.now())
    elif way == "temporary":
        Conversation.objects.filter(pk=talk.id).update(expires_at=timezone.now() + timedelta(hours=1))
    with override_settings(**house):
        remember_talk(talk.id)
    assert kept(talk) == []
    if way != "temporary":
        Pair.objects.update(mode="", paused_at=None)
        remember_talk(talk.id) if way != "character" else None
        assert bool(kept(talk)) == (way != "character")


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Where?", True),
        ("“Where is it?”", True),
        ("在哪里？", True),
        ("*looks* Where?*", True),
        ("Here.", False),
        ("", False),
    ],
)
def test_a_question_is_told_by_how_it_ends(text, asks):
    assert is_question(text) is asks
