"""What can be done to the lines of a room: nobody sees or touches a whisper that is not theirs, by whatever way."""

import json

import pytest

from accounts.errors import Conflict, Forbidden, NotFound
from accounts.guests import adopt
from chat.models import Conversation, Removal
from chat.prompts import Note
from chat.selectors import shown_branch
from chat.selectors.checkpoints import checkpoints_of
from chat.selectors.lines import wordings_of
from chat.selectors.map import map_of, words_of
from chat.selectors.notes import note_of
from chat.selectors.trash import removed_for
from chat.services.checkpoints import name_place
from chat.services.edits import edit_in_place
from chat.services.exports import export_talk
from chat.services.mutes import mute_lines
from chat.services.notes import write_note
from chat.services.removals import delete_from, delete_lines, restore_lines
from chat.services.rooms.people import leave_room
from chat.services.rooms.room import make_room
from chat.services.shares import share_branch
from chat.services.temporary import expiry
from chat.services.undo import undo
from tests.chat.rooms.stage import named, person, room_of, said, seated
from tests.factories import GuestFactory


@pytest.fixture
def room(alice, bob):
    room = room_of(alice, named("Mira"), named("Tom"))
    seated(room, bob)
    return room


@pytest.fixture
def aloud(room, alice):
    return said(room, alice, "Aloud")


@pytest.fixture
def whisper(room, bob, aloud):
    return said(room, bob, "Psst", seen_by=[bob.pk], heard_by=[])


@pytest.fixture
def after(room, alice, whisper):
    return said(room, alice, "And then")


def where(user, room):
    return {"user": user, "conversation_id": room.pk}


def shown(user, room):
    lines, _more = shown_branch(user=user, conversation=room, leaf=room.head_id)
    return lines


def test_a_branch_closes_over_a_whisper_with_its_alternatives(room, alice, bob, aloud, whisper, after) -> None:
    assert [line.id for line in shown(alice, room)][-2:] == [aloud.pk, after.pk]
    last = shown(alice, room)[-1]
    assert (last.parent_id, last.siblings) == (aloud.pk, [after.pk])
    assert [line.id for line in shown(bob, room)][-3:] == [aloud.pk, whisper.pk, after.pk]
    assert shown(bob, room)[-1].parent_id == whisper.pk


def test_the_map_has_no_whisper_of_others(room, alice, bob, aloud, whisper, after) -> None:
    hers, his = map_of(**where(alice, room)), map_of(**where(bob, room))
    assert whisper.pk not in {spot.id for spot in hers.spots}
    ids = [spot.id for spot in hers.spots]
    assert hers.spots[ids.index(after.pk)].parent == ids.index(aloud.pk)
    assert whisper.pk in {spot.id for spot in his.spots}
    assert words_of(**where(alice, room), lines=[whisper.pk]) == {}
    assert words_of(**where(bob, room), lines=[whisper.pk]) == {whisper.pk: ("X", "Psst")}


def test_the_map_stands_where_the_viewer_s_branch_ends(room, alice, bob, aloud, whisper) -> None:
    assert map_of(**where(alice, room)).head == aloud.pk
    assert map_of(**where(bob, room)).head == whisper.pk


def test_the_host_does_nothing_to_a_whisper_of_others(room, alice, aloud, whisper) -> None:
    for act in (
        lambda: edit_in_place(**where(alice, room), message_id=whisper.pk, content="Other words"),
        lambda: delete_from(**where(alice, room), message_id=whisper.pk),
        lambda: delete_lines(**where(alice, room), message_ids=[aloud.pk, whisper.pk]),
        lambda: mute_lines(**where(alice, room), message_ids=[whisper.pk], muted=True),
        lambda: name_place(**where(alice, room), message_id=whisper.pk, name="There"),
        lambda: wordings_of(**where(alice, room), message_id=whisper.pk),
    ):
        with pytest.raises(NotFound):
            act()
    assert not Removal.objects.exists()


def test_people_change_lines_of_their_own_and_take_it_back(room, alice, bob, aloud, whisper) -> None:
    token = edit_in_place(**where(bob, room), message_id=whisper.pk, content="Psst, you")
    assert shown(bob, room)[-1].content == "Psst, you"
    with pytest.raises(NotFound):
        undo(**where(alice, room), token=token)
    undo(**where(bob, room), token=token)
    assert shown(bob, room)[-1].content == "Psst"
    with pytest.raises(Forbidden):
        edit_in_place(**where(bob, room), message_id=aloud.pk, content="Not mine")
    with pytest.raises(Forbidden):
        delete_lines(**where(bob, room), message_ids=[aloud.pk, whisper.pk])
    with pytest.raises(NotFound):
        mute_lines(**where(bob, room), message_ids=[whisper.pk], muted=True)


def test_lines_lie_in_the_trash_of_whoever_took_them_out(room, alice, bob, whisper, after) -> None:
    delete_lines(**where(bob, room), message_ids=[whisper.pk])
    delete_lines(**where(alice, room), message_ids=[after.pk])
    [his], [hers] = removed_for(bob), removed_for(alice)
    assert (his.words, hers.words) == ("Psst", "And then")
    for user, removal in ((alice, his), (bob, hers)):
        with pytest.raises(NotFound):
            restore_lines(**where(user, room), removal_id=removal.id)
    restore_lines(**where(bob, room), removal_id=his.id)
    room.refresh_from_db()
    assert shown(bob, room)[-1].id == whisper.pk
    assert removed_for(bob) == []


def test_who_left_a_room_has_its_lines_in_no_trash(room, bob, whisper) -> None:
    delete_lines(**where(bob, room), message_ids=[whisper.pk])
    leave_room(**where(bob, room))
    assert removed_for(bob) == []
    with pytest.raises(NotFound):
        restore_lines(**where(bob, room), removal_id=Removal.objects.get().pk)


def test_a_guest_s_trash_goes_along(room) -> None:
    guest, user = GuestFactory(), person("Carol")
    seated(room, guest)
    line = said(room, guest, "Gone")
    delete_lines(**where(guest, room), message_ids=[line.pk])
    adopt(guest, user)
    assert [each.words for each in removed_for(user)] == ["Gone"]


def test_earlier_words_are_for_whose_they_are(room, alice, bob, whisper, aloud) -> None:
    edit_in_place(**where(alice, room), message_id=aloud.pk, content="Said otherwise")
    assert [each.content for each in wordings_of(**where(alice, room), message_id=aloud.pk)] == ["Aloud"]
    with pytest.raises(NotFound):
        wordings_of(**where(bob, room), message_id=aloud.pk)


def test_names_of_places_are_seen_where_the_line_is(room, alice, bob, aloud) -> None:
    name_place(**where(alice, room), message_id=aloud.pk, name="Before the storm")
    assert [place.name for place in checkpoints_of(**where(bob, room))] == ["Before the storm"]
    hers = said(room, alice, "To myself", seen_by=[alice.pk], heard_by=[])
    name_place(**where(alice, room), message_id=hers.pk, name="Secret")
    assert [place.name for place in checkpoints_of(**where(bob, room))] == ["Before the storm"]


def test_what_the_host_notes_is_for_the_host(room, alice, bob) -> None:
    write_note(**where(alice, room), note=Note("Let it rain.", 2, "system", 1))
    assert note_of(**where(alice, room)).text == "Let it rain."
    with pytest.raises(NotFound):
        note_of(**where(bob, room))


def test_a_line_that_went_alone_is_in_no_file(room, alice, aloud) -> None:
    after = said(room, alice, "Later")
    delete_lines(**where(alice, room), message_ids=[aloud.pk])
    told = json.loads(b"".join(export_talk(**where(alice, room), format="json").pieces))
    lines = {line["id"]: line for line in told["messages"]}
    assert str(aloud.pk) not in lines
    assert lines[str(after.pk)]["parent"] == (str(aloud.parent_id) if aloud.parent_id else None)


def test_a_temporary_talk_is_no_room_and_is_not_shared(alice) -> None:
    talk = room_of(alice, named("Mira"))
    Conversation.objects.filter(pk=talk.pk).update(expires_at=expiry())
    with pytest.raises(Conflict):
        make_room(**where(alice, talk))
    with pytest.raises(Conflict):
        share_branch(**where(alice, talk), named=False)
    with pytest.raises(NotFound):
        export_talk(**where(alice, talk), format="json")
