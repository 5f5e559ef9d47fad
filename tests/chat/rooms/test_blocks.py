"""Players who want nothing to do with each other: no room brings them together, and what was said can be folded."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.blocks import block, blocked_by, unblock
from accounts.errors import Invalid, NotFound
from accounts.guests import BACKEND, adopt
from accounts.ids import uuid7
from accounts.models import Block
from chat.selectors import shown_branch, talks_for
from chat.services.rooms.errors import InvitationOver, SomebodyBlocked
from chat.services.rooms.invitations import invite, join_room
from chat.services.rooms.people import leave_room
from tests.chat.rooms.stage import named, person, room_of, said, seated
from tests.factories import GuestFactory


@pytest.fixture
def room(alice):
    return room_of(alice, named("Mira"))


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def link_into(room) -> str:
    return invite(user=room.owner, conversation_id=room.pk).token


@pytest.mark.parametrize("through", ["host", "another player"])
def test_who_was_blocked_is_told_that_the_link_is_over(room, bob, through):
    token, blocker = link_into(room), room.owner if through == "host" else seated(room, person("Carol"))
    block(user=blocker, person_id=bob.pk)
    with pytest.raises(InvitationOver):
        join_room(user=bob, token=token)
    client = client_of(bob)
    for page in (client.get(reverse("join", args=[token])), client.post(reverse("join-room", args=[token]))):
        assert page.status_code == 410
        assert "This invitation is over" in page.content.decode()
        assert "block" not in page.content.decode().lower()
    assert join_room(user=person("Dora"), token=token) == room, "others come in as ever"


def test_who_blocked_is_told_why_and_comes_in_after_lifting_it(room, bob):
    token = link_into(room)
    block(user=bob, person_id=room.owner.pk)
    with pytest.raises(SomebodyBlocked):
        join_room(user=bob, token=token)
    page = client_of(bob).get(reverse("join", args=[token]))
    assert page.status_code == 403
    assert "whom you blocked" in page.content.decode()
    unblock(user=bob, person_id=room.owner.pk)
    assert join_room(user=bob, token=token) == room


def test_nobody_comes_back_into_a_room_either(room, bob):
    seated(room, bob)
    block(user=room.owner, person_id=bob.pk)
    assert room.participants.filter(user=bob, left_at=None).exists(), "who is there already stays"
    leave_room(user=bob, conversation_id=room.pk)
    with pytest.raises(InvitationOver):
        join_room(user=bob, token=link_into(room))


def test_lines_are_folded_for_whoever_wants_that_and_for_nobody_else(room, bob):
    carol = seated(room, person("Carol"))
    seated(room, bob)
    said(room, bob, "You again?")
    block(user=carol, person_id=bob.pk)

    def folded(user) -> list[bool]:
        lines, _more = shown_branch(user=user, conversation=room, leaf=room.head_id)
        return [line.unwanted for line in lines if line.content == "You again?"]

    assert (folded(carol), folded(room.owner), folded(bob)) == ([True], [False], [False])
    [beside] = [talk.preview for talk in talks_for(carol) if talk.id == room.pk]
    assert "You again?" not in beside
    assert '<details class="veil">' in client_of(carol).get(reverse("talk", args=[room.pk])).content.decode()
    block(user=carol, person_id=bob.pk, hides_lines=False)
    assert folded(carol) == [False]


def test_the_panel_offers_it_and_the_page_asks_first(room, bob):
    carol = seated(room, person("Carol"))
    client = client_of(carol)
    panel = client.get(f"/rooms/{room.pk}/").content.decode()
    asked = f"/settings/blocks/{room.owner.pk}/ask/"
    assert asked in panel
    page = client.get(asked, {"next": f"/talks/{room.pk}/"})
    assert page.status_code == 200
    answer = client.post(f"/settings/blocks/{room.owner.pk}/", {"hides_lines": "on", "next": "https://example.org/"})
    assert answer.headers["Location"] == "/settings/blocks/", "never to another site"
    assert "data-unwanted" in client.get(f"/rooms/{room.pk}/").content.decode()
    assert [each.id for each in blocked_by(carol)] == [room.owner.pk]
    client.post(f"/settings/blocks/{room.owner.pk}/lift/")
    assert blocked_by(carol) == []


def test_nobody_blocks_themselves_or_somebody_who_is_not(alice):
    with pytest.raises(Invalid):
        block(user=alice, person_id=alice.pk)
    with pytest.raises(NotFound):
        block(user=alice, person_id=uuid7())
    assert client_of(alice).get(f"/settings/blocks/{uuid7()}/ask/").status_code == 404


def test_a_guest_who_signs_in_brings_blocks_along_both_ways(alice, bob):
    guest = GuestFactory()
    block(user=guest, person_id=bob.pk)
    block(user=bob, person_id=guest.pk, hides_lines=False)
    block(user=guest, person_id=alice.pk)
    adopt(guest, alice)
    assert set(Block.objects.values_list("user_id", "blocked_id")) == {(alice.pk, bob.pk), (bob.pk, alice.pk)}
