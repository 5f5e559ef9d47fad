"""The library: its list and what it costs, arranging many talks at once with a way back, folders."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.encryption import ciphers
from accounts.errors import Invalid, NotFound, TooLong
from accounts.guests import BACKEND, adopt
from accounts.ids import uuid7
from chat.finding import read_query
from chat.models import Conversation, Folder, Participant
from chat.selectors import search as searching
from chat.selectors import talks_for
from chat.selectors.library import A_PAGE, Sort, Wish, folders_of, shelf
from chat.services.conversations import rename_conversation
from chat.services.folders import (
    MAX_FOLDERS,
    add_folder,
    change_folder,
    delete_folder,
    move_folder,
    restore_folder,
)
from chat.services.library import AT_ONCE, Change, arrange, undo_arrangement
from chat.tasks import empty_trash
from tests.chat.library import say, talk_of
from tests.factories import GuestFactory


def shown(user, **wish):
    return [each.talk.id for each in shelf(user=user, wish=Wish(**wish)).talks]


def do(user, change, *talks, folder=None):
    folder_id = folder.pk if folder else None
    return arrange(user=user, talks=[talk.pk for talk in talks], change=Change(change), folder_id=folder_id)


def names(user):
    return [(each.name, [inner.name for inner in each.folders]) for each in folders_of(user)]


def browser(user) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


# ---------------------------------------------------------------- the list


def test_in_every_order_pinned_talks_come_first(alice):
    holmes = talk_of(alice, name="Holmes")
    ada, unnamed, soup = talk_of(alice, name="Ada", title="Zebra"), talk_of(alice), talk_of(alice, title="soup")
    say(ada, ["one"] * 5)
    say(soup, ["one"] * 2)
    assert shown(alice) == [soup.pk, unnamed.pk, ada.pk, holmes.pk]
    assert shown(alice, sort=Sort.NAME) == [holmes.pk, unnamed.pk, soup.pk, ada.pk], "Holmes, Mira, soup, Zebra"
    assert shown(alice, sort=Sort.LENGTH)[:2] == [ada.pk, soup.pk]
    assert shown(alice, sort=Sort.CHARACTER) == [ada.pk, holmes.pk, soup.pk, unnamed.pk]
    do(alice, "pin", holmes)
    for sort in Sort:
        assert shown(alice, sort=sort)[0] == holmes.pk
    assert talks_for(alice)[0].id == holmes.pk


def test_the_length_is_shown_where_the_list_is_sorted_by_it(alice):
    talk = talk_of(alice)
    [gone, *_] = say(talk, ["one", "two", "three"])
    type(gone).objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    [row] = shelf(user=alice, wish=Wish(sort=Sort.LENGTH)).talks
    assert row.lines == 2
    [row] = shelf(user=alice, wish=Wish()).talks
    assert row.lines is None


def test_by_character(alice):
    holmes, ada = talk_of(alice, name="Holmes"), talk_of(alice, name="Ada")
    assert shown(alice, character=holmes.cast.get().character_id) == [holmes.pk]
    assert [name for _, name in shelf(user=alice, wish=Wish()).characters] == ["Ada", "Holmes"]
    assert shown(alice, character=uuid7()) == []
    assert shown(alice) == [ada.pk, holmes.pk]


def test_a_guest_of_somebody_elses_talk_arranges_it_for_themselves(alice, bob):
    talk = talk_of(bob)
    Participant.objects.create(conversation=talk, user=alice)
    [row] = shelf(user=alice, wish=Wish()).talks
    assert not row.mine
    do(alice, "archive", talk)
    assert (shown(alice), shown(alice, archived=True)) == ([], [talk.pk])
    assert talks_for(alice) == []
    assert [each.id for each in talks_for(bob)] == [talk.pk], "once, and where Bob has it"
    with pytest.raises(NotFound):
        do(alice, "trash", talk)


@pytest.mark.parametrize("sort", list(Sort))
def test_a_page_costs_the_same_with_one_talk_and_with_fifty(alice, sort):
    wish, costs = Wish(sort=sort), []
    for count in (1, A_PAGE):
        while Conversation.objects.filter(owner=alice).count() < count:
            say(talk_of(alice, title=f"Talk {uuid7()}"), ["Good evening."])
        ciphers.clear()
        with CaptureQueriesContext(connection) as captured:
            assert len(shelf(user=alice, wish=wish).talks) == count
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 15


def test_a_long_list_has_pages(alice):
    talks = [talk_of(alice) for _ in range(A_PAGE + 3)]
    first, second = (shelf(user=alice, wish=Wish(page=page)) for page in (1, 2))
    assert [len(first.talks), len(second.talks), first.pages, first.total] == [A_PAGE, 3, 2, A_PAGE + 3]
    assert [each.talk.id for each in (*first.talks, *second.talks)] == [talk.pk for talk in reversed(talks)]
    assert shown(alice, page=99) == [talk.pk for talk in talks[:3]][::-1]
    client = browser(alice)
    page = client.get(reverse("talks"), {"sort": "name"}).content.decode()
    assert "Page 1 of 2" in page
    assert "?sort=name&amp;page=2" in page
    assert "Page 2 of 2" in client.get(reverse("talks"), {"page": "2"}).content.decode()
    assert client.get(reverse("talks"), {"page": "x", "sort": "y", "character": "z"}).status_code == 200


# ---------------------------------------------------------------- many at once


def test_what_is_done_to_many_is_undone_at_once(alice):
    one, two, three = (talk_of(alice) for _ in range(3))
    folder = add_folder(user=alice, name="Old")
    do(alice, "move", one, folder=folder)
    do(alice, "pin", one)

    def state():
        return list(
            Participant.objects.filter(user=alice)
            .order_by("pk")
            .values_list("pinned_at", "archived_at", "folder", "conversation__deleted_at")
        )

    before = state()
    other = add_folder(user=alice, name="New")
    for change, where in (
        ("pin", None),
        ("unpin", None),
        ("archive", None),
        ("move", other),
        ("move", None),
        ("trash", None),
    ):
        done = do(alice, change, one, two, folder=where)
        assert done.count == 2
        assert state() != before
        assert state()[2] == before[2], "the third is left alone"
        assert undo_arrangement(user=alice, token=done.undo) == 2
        assert state() == before
    assert three.pk in shown(alice)


def test_all_or_none_and_only_ones_own(alice, bob):
    mine, theirs = talk_of(alice), talk_of(bob)
    for change in Change:
        with pytest.raises(NotFound):
            do(alice, change, mine, theirs)
    assert shown(alice) == [mine.pk]
    done = do(alice, "archive", mine)
    with pytest.raises(NotFound):
        undo_arrangement(user=bob, token=done.undo)
    with pytest.raises(Invalid):
        undo_arrangement(user=alice, token=done.undo[:-2])
    with pytest.raises(Invalid, match="invalid"):
        arrange(user=alice, talks=[], change=Change.PIN)
    with pytest.raises(Invalid) as refused:
        arrange(user=alice, talks=[uuid7() for _ in range(AT_ONCE + 1)], change=Change.PIN)
    assert refused.value.extra["limit"] == AT_ONCE
    with pytest.raises(NotFound):
        do(alice, "move", mine, folder=add_folder(user=bob, name="Bob's"))


def test_forms_and_scripts(alice, bob):
    talk = talk_of(alice)
    client, address = browser(alice), reverse("talks-arrange")
    answer = client.post(address, {"do": "archive", "talks": [str(talk.pk)], "next": "/talks/?sort=name"}, follow=True)
    assert answer.redirect_chain == [("/talks/?sort=name", 302)]
    assert "1 talk archived." in answer.content.decode()
    answer = client.post(address, {"do": "archive", "next": "https://example.org/talks/"})
    assert answer["Location"] == "/talks/", "nowhere else, and a form without a choice is told so"
    told = client.post(address, {"do": "unarchive", "talks": [str(talk.pk)]}, content_type="application/json").json()
    assert told["said"] == "1 talk taken out of the archive."
    back = client.post(reverse("talks-arrange-undo"), {"undo": told["undo"]}, content_type="application/json").json()
    assert back == {"count": 1, "said": "Everything is back."}
    assert shown(alice, archived=True) == [talk.pk]
    for wrong in ({"do": "burn"}, {"do": "pin", "talks": ["x"]}, {"do": "pin", "talks": "x"}):
        assert client.post(address, wrong, content_type="application/json").status_code == 400
    stranger = browser(bob).post(address, {"do": "pin", "talks": [str(talk.pk)]}, content_type="application/json")
    assert stranger.status_code == 404


def test_the_list_is_fetched_again_as_a_piece(alice):
    talk_of(alice, title="<b>Soup</b>")
    client = browser(alice)
    piece = client.get(reverse("talks"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in piece
    assert "&lt;b&gt;Soup&lt;/b&gt;" in piece
    assert "The stage is empty" in Client().get(reverse("talks")).content.decode()


# ---------------------------------------------------------------- folders


def test_folders_stand_in_folders_one_level_deep(alice):
    outer = add_folder(user=alice, name="  Winter   tales ", colour="gold")
    inner = add_folder(user=alice, name="Ghosts", parent_id=outer.pk)
    assert names(alice) == [("Winter tales", ["Ghosts"])]
    with pytest.raises(Invalid):
        add_folder(user=alice, name="Too deep", parent_id=inner.pk)
    other = add_folder(user=alice, name="Other")
    for parent in (outer, other):
        with pytest.raises(Invalid):
            change_folder(user=alice, folder_id=outer.pk, name="Winter tales", parent_id=parent.pk)
    change_folder(user=alice, folder_id=inner.pk, name="Ghosts", parent_id=other.pk)
    assert names(alice) == [("Winter tales", []), ("Other", ["Ghosts"])]


def test_folders_have_an_order(alice):
    one, two, three = (add_folder(user=alice, name=name) for name in ("one", "two", "three"))
    move_folder(user=alice, folder_id=three.pk, down=False)
    move_folder(user=alice, folder_id=one.pk, down=True)
    move_folder(user=alice, folder_id=two.pk, down=True)
    assert [name for name, _ in names(alice)] == ["three", "one", "two"]


def test_what_is_in_a_folder(alice):
    outer = add_folder(user=alice, name="Winter")
    inner = add_folder(user=alice, name="Ghosts", parent_id=outer.pk)
    one, two, three = (talk_of(alice) for _ in range(3))
    do(alice, "move", one, folder=outer)
    do(alice, "move", two, folder=inner)
    assert shown(alice, folder=outer.pk) == [two.pk, one.pk]
    assert shown(alice, folder=inner.pk) == [two.pk]
    [folder] = folders_of(alice)
    assert (folder.count, folder.total, folder.folders[0].total) == (1, 2, 1)
    for talk in (one, two, three):
        say(talk, ["rain"])
    wish = searching.Wish(query=read_query("rain"), folders=(outer.pk, inner.pk))
    assert {group.id for group in searching.search(user=alice, wish=wish).groups} == {one.pk, two.pk}
    do(alice, "archive", one)
    assert shown(alice, folder=outer.pk) == [two.pk]
    assert folders_of(alice)[0].total == 1


def test_a_deleted_folder_lets_its_talks_go_and_comes_back_with_them(alice):
    outer = add_folder(user=alice, name="Winter")
    add_folder(user=alice, name="Ghosts", parent_id=outer.pk)
    talk = talk_of(alice)
    do(alice, "move", talk, folder=outer)
    delete_folder(user=alice, folder_id=outer.pk)
    assert names(alice) == [("Ghosts", [])]
    [row] = shelf(user=alice, wish=Wish()).talks
    assert row.folder is None
    restore_folder(user=alice, folder_id=outer.pk)
    assert names(alice) == [("Winter", ["Ghosts"])]
    assert shown(alice, folder=outer.pk) == [talk.pk]
    Folder.objects.filter(pk=outer.pk).update(deleted_at=timezone.now() - timedelta(days=31))
    empty_trash()
    assert not Folder.objects.filter(pk=outer.pk).exists()
    assert shown(alice) == [talk.pk]


def test_what_a_folder_may_be_called(alice):
    for name, error in ((" ", Invalid), ("x" * 61, TooLong), ("a\x00b", Invalid)):
        with pytest.raises(error) as refused:
            add_folder(user=alice, name=name)
        assert refused.value.extra["field"] == "name"
    with pytest.raises(Invalid):
        add_folder(user=alice, name="Winter", colour="mauve")
    Folder.objects.bulk_create(Folder(owner=alice, name=b"x") for _ in range(MAX_FOLDERS))
    with pytest.raises(Invalid) as refused:
        add_folder(user=alice, name="One more")
    assert refused.value.extra["limit"] == MAX_FOLDERS


def test_folders_are_ones_own_and_sealed(alice, bob):
    folder = add_folder(user=alice, name="Platypus")
    assert b"Platypus" not in bytes(folder.name)
    for attempt in (
        lambda: change_folder(user=bob, folder_id=folder.pk, name="Mine"),
        lambda: add_folder(user=bob, name="Mine", parent_id=folder.pk),
        lambda: move_folder(user=bob, folder_id=folder.pk, down=True),
        lambda: delete_folder(user=bob, folder_id=folder.pk),
        lambda: restore_folder(user=bob, folder_id=folder.pk),
        lambda: shown(bob, folder=folder.pk),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert names(alice) == [("Platypus", [])]


def test_a_guests_folders_go_along(alice):
    guest = GuestFactory()
    folder, talk = add_folder(user=guest, name="Before"), talk_of(guest)
    do(guest, "move", talk, folder=folder)
    rename_conversation(user=guest, conversation_id=talk.pk, title="Soup")
    adopt(guest, alice)
    assert names(alice) == [("Before", [])]
    assert shown(alice, folder=folder.pk, sort=Sort.NAME) == [talk.pk]


def test_the_page_of_folders(alice):
    client = browser(alice)
    answer = client.post(reverse("folder-add"), {"name": "Winter", "colour": "blue"}, follow=True)
    assert answer.redirect_chain == [("/talks/folders/", 302)]
    [folder] = folders_of(alice)
    answer = client.post(reverse("folder-save", args=[folder.id]), {"name": "x" * 61})
    assert answer.status_code == 400
    assert "61 characters are too many" in answer.content.decode()
    answer = client.post(reverse("folder-delete", args=[folder.id]), follow=True)
    assert reverse("folder-restore", args=[folder.id]) in answer.content.decode()
    client.post(reverse("folder-restore", args=[folder.id]))
    assert names(alice) == [("Winter", [])]
    assert client.get(reverse("folders"), {"deleted": "nonsense"}).status_code == 200
