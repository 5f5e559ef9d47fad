"""Of a change to a whisper those learn who see it, and those whose branch is another one now; nobody else."""

import pytest

from chat.selectors.concerned import Moved, concerned
from chat.services.edits import edit_in_place
from chat.services.removals import delete_from, delete_lines, restore_lines
from chat.services.undo import undo
from tests.chat.rooms.stage import named, person, room_of, said, seated


@pytest.fixture
def room(alice, bob):
    room = room_of(alice, named("Mira"))
    seated(room, bob)
    return room


@pytest.fixture
def carol(room):
    return seated(room, person("Carol"))


@pytest.fixture
def aloud(room, carol, alice):
    return said(room, alice, "Aloud")


@pytest.fixture
def whisper(room, bob, aloud, carol):
    return said(room, bob, "Psst", seen_by=sorted([bob.pk, carol.pk]), heard_by=[])


def where(user, room):
    return {"user": user, "conversation_id": room.pk}


def head(room):
    room.refresh_from_db()
    return room.head_id


def test_what_was_said_aloud_concerns_everybody(room, aloud, whisper) -> None:
    assert concerned(room.pk, [aloud.pk]) is None
    assert concerned(room.pk, [aloud.pk], moved=Moved(aloud.pk)) is None


def test_other_words_of_a_whisper_concern_whom_it_is_for(room, alice, bob, carol, whisper) -> None:
    said(room, alice, "After")
    edit_in_place(**where(bob, room), message_id=whisper.pk, content="Psst, you")
    assert concerned(room.pk, [whisper.pk]) == {bob.pk: [whisper.pk], carol.pk: [whisper.pk]}


@pytest.mark.parametrize("followed", [True, False])
def test_a_whisper_that_goes_alone_and_comes_back_concerns_nobody_else(
    room, alice, bob, carol, whisper, followed
) -> None:
    if followed:
        said(room, alice, "After")
    theirs = {bob.pk: [whisper.pk], carol.pk: [whisper.pk]}
    before = head(room)
    token = delete_lines(**where(bob, room), message_ids=[whisper.pk])
    assert concerned(room.pk, [whisper.pk], moved=Moved(before, cuts=False)) == theirs
    back = undo(**where(bob, room), token=token)
    assert concerned(room.pk, back.ids, moved=back.moved) == theirs


def test_whoever_loses_lines_of_the_branch_is_told_and_not_of_what(room, alice, bob, carol, whisper) -> None:
    said(room, alice, "After")
    before = head(room)
    delete_from(**where(bob, room), message_id=whisper.pk)
    told = {alice.pk: [], bob.pk: [whisper.pk], carol.pk: [whisper.pk]}
    assert concerned(room.pk, [whisper.pk], moved=Moved(before)) == told
    head(room)
    said(room, alice, "The talk goes on")
    back = restore_lines(**where(bob, room), removal_id=room.removals.get().pk)
    assert concerned(room.pk, back.lines, moved=back.moved) == told, "it is an alternative again"


def test_a_branch_that_moves_away_under_a_whisper_concerns_whoever_was_on_it(room, alice, bob, carol, aloud) -> None:
    """The head rests on another branch when the whisper it stood on goes."""
    beside = said(room, alice, "Beside")
    room.head_id = aloud.pk
    room.save(update_fields=["head"])
    whisper = said(room, bob, "Psst", seen_by=[bob.pk], heard_by=[])
    delete_lines(**where(bob, room), message_ids=[whisper.pk])
    assert head(room) == beside.pk
    moved = Moved(whisper.pk, cuts=False)
    assert concerned(room.pk, [whisper.pk], moved=moved) == {alice.pk: [], bob.pk: [whisper.pk], carol.pk: []}


def test_a_head_that_moved_over_a_whisper_concerns_those_who_see_it(room, alice, bob, carol, aloud, whisper) -> None:
    assert concerned(room.pk, [], moved=Moved(aloud.pk, cuts=False)) == {bob.pk: [], carol.pk: []}


def test_looking_costs_nothing_of_the_kind_without_a_whisper(room, aloud, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        concerned(room.pk, [aloud.pk], moved=Moved(aloud.pk))
