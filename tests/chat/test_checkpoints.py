"""Places of a talk that have a name; and the map on which they stand."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.erasure import erase
from accounts.errors import Conflict, Invalid, NotFound
from accounts.guests import BACKEND
from accounts.ids import uuid7
from chat.models import Checkpoint, Participant
from chat.selectors.checkpoints import checkpoints_of
from chat.selectors.map import MOST_WORDS, Mark, map_of, words_of
from chat.services import checkpoints
from chat.services.checkpoints import delete_checkpoint, name_place, rename_checkpoint
from chat.services.edits import select_alternative
from chat.services.removals import delete_from, delete_lines
from chat.services.undo import undo
from chat.tasks import empty_trash
from tests.chat.grown import Talk
from tests.factories import UserFactory


@pytest.fixture
def talk(db: None) -> Talk:
    return Talk()


def names(talk: Talk) -> list[str]:
    return [place.name for place in checkpoints_of(**talk.who)]


def test_a_place_is_named_renamed_and_lost_and_found(talk: Talk) -> None:
    one, two = talk.script("One", "Two")
    name_place(**talk.who, message_id=two, name="  After   the storm ")
    first = name_place(**talk.who, message_id=one, name="Before")
    assert names(talk) == ["Before", "After the storm"], "in the order of the talk"
    assert b"Before" not in bytes(first.name)
    name_place(**talk.who, message_id=one, name="Before the storm")
    assert names(talk) == ["Before the storm", "After the storm"], "a line has one name"
    rename_checkpoint(**talk.who, checkpoint_id=first.pk, name="Calm")
    gone, token = delete_checkpoint(**talk.who, checkpoint_id=first.pk)
    assert gone == one
    assert names(talk) == ["After the storm"]
    undo(**talk.who, token=token)
    assert names(talk) == ["Calm", "After the storm"]
    with pytest.raises(Invalid):
        undo(**talk.who, token=token)


def test_a_name_that_was_given_anew_is_not_taken_by_an_undo(talk: Talk) -> None:
    [line] = talk.script("One")
    _, token = delete_checkpoint(**talk.who, checkpoint_id=name_place(**talk.who, message_id=line, name="Old").pk)
    name_place(**talk.who, message_id=line, name="New")
    with pytest.raises(Conflict):
        undo(**talk.who, token=token)
    assert names(talk) == ["New"]


def test_a_place_waits_while_its_line_is_gone(talk: Talk) -> None:
    one, two = talk.script("One", "Two")
    name_place(**talk.who, message_id=two, name="Here")
    token = delete_from(**talk.who, message_id=one)
    assert names(talk) == []
    with pytest.raises(NotFound):
        name_place(**talk.who, message_id=two, name="There")
    undo(**talk.who, token=token)
    assert names(talk) == ["Here"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\x00b"])
def test_what_a_place_cannot_be_called(talk: Talk, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        name_place(**talk.who, message_id=talk.opening, name=name)
    assert refused.value.extra["field"] == "name"


def test_how_many_places_there_may_be(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "MOST", 2)
    lines = talk.script("One", "Two", "Three")
    for line in lines[:2]:
        name_place(**talk.who, message_id=line, name="Here")
    with pytest.raises(Invalid):
        name_place(**talk.who, message_id=lines[2], name="One more")
    name_place(**talk.who, message_id=lines[0], name="Renamed is not one more")


def test_only_the_owner_names_places_and_everybody_in_the_talk_sees_them(talk: Talk) -> None:
    place = name_place(**talk.who, message_id=talk.opening, name="Here")
    bob = UserFactory()
    who = {"user": bob, "conversation_id": talk.id}
    with pytest.raises(NotFound):
        checkpoints_of(**who)
    with pytest.raises(NotFound):
        map_of(**who)
    Participant.objects.create(conversation=talk.row, user=bob)
    assert [each.name for each in checkpoints_of(**who)] == ["Here"]
    for attempt in (
        lambda: name_place(**who, message_id=talk.opening, name="Mine"),
        lambda: rename_checkpoint(**who, checkpoint_id=place.pk, name="Mine"),
        lambda: delete_checkpoint(**who, checkpoint_id=place.pk),
    ):
        with pytest.raises(NotFound):
            attempt()
    other = Talk()
    with pytest.raises(NotFound):
        rename_checkpoint(**other.who, checkpoint_id=place.pk, name="Mine")


def test_places_go_with_their_owner_and_deleted_ones_after_thirty_days(talk: Talk) -> None:
    kept, gone = (name_place(**talk.who, message_id=line, name="Here") for line in talk.script("One", "Two"))
    Checkpoint.objects.filter(pk=gone.pk).update(deleted_at=timezone.now() - timedelta(days=31))
    empty_trash()
    assert list(Checkpoint.objects.filter(conversation=talk.id)) == [kept]
    erase(talk.owner)
    assert not Checkpoint.objects.filter(conversation=talk.id).exists()


# ---------------------------------------------------------------- the map


def test_the_map_has_every_line_behind_what_it_follows(talk: Talk) -> None:
    one, two = talk.script("One", "Two")
    other = talk.say("Another two", below=one, muted=True, status="interrupted")
    three = talk.say("Three")
    delete_lines(**talk.who, message_ids=[one])
    name_place(**talk.who, message_id=two, name="Here")
    found = map_of(**talk.who)
    assert [(spot.id, spot.parent) for spot in found.spots] == [(talk.opening, -1), (two, 0), (other, 0), (three, 2)]
    assert [spot.mark for spot in found.spots] == [Mark(0), Mark(0), Mark.MUTED | Mark.UNFINISHED, Mark.PLAYER]
    assert (found.head, found.whole) == (three, True)
    assert [(place.message_id, place.name) for place in found.places] == [(two, "Here")]


def test_of_a_very_long_talk_the_newest_part_is_drawn(talk: Talk) -> None:
    lines = talk.script(*map(str, range(9)))
    found = map_of(**talk.who, most=4)
    assert [(spot.id, spot.parent) for spot in found.spots] == list(zip(lines[-4:], [-1, 0, 1, 2], strict=True))
    assert not found.whole


def test_the_map_costs_the_same_whatever_its_size(talk: Talk, django_assert_num_queries) -> None:
    talk.script(*map(str, range(30)))
    map_of(**talk.who)
    with django_assert_num_queries(3):
        map_of(**talk.who)


def test_words_are_told_of_lines_of_this_talk_that_are_there(talk: Talk) -> None:
    one, two = talk.script("*She* says `one`.", "Two")
    other = Talk()
    delete_lines(**talk.who, message_ids=[two])
    found = words_of(**talk.who, lines=[one, two, other.opening, uuid7()])
    assert found == {one: ("You", "She says one.")}
    assert words_of(**talk.who, lines=[*(uuid7() for _ in range(MOST_WORDS)), one]) == {}


def test_the_page_is_told_the_map_as_json(talk: Talk) -> None:
    [one] = talk.script("One")
    client = Client()
    client.force_login(talk.owner, backend=BACKEND)
    told = client.get(reverse("talk-map", args=[talk.id])).json()
    assert told["lines"] == [[str(talk.opening), -1, 0], [str(one), 0, 1]]
    assert told["head"] == str(one)
    words = client.get(reverse("talk-map-words", args=[talk.id]), {"ids": f"{one},{talk.opening}"}).json()
    assert words["words"] == {str(one): ["You", "One"], str(talk.opening): ["Mira", "Evening, You."]}
    assert client.get(reverse("talk-map-words", args=[talk.id]), {"ids": "x"}).status_code == 400
    assert "One" not in json.dumps(told)


def test_going_to_a_line_keeps_the_branch_that_goes_through_it(talk: Talk) -> None:
    one, two = talk.script("One", "Two")
    talk.say("A newer two", below=one)
    select_alternative(**talk.who, message_id=two)
    assert select_alternative(**talk.who, message_id=one) == two
    assert talk.head == two
