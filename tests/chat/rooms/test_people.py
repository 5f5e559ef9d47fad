"""Who comes into a room, what they may do there, and how they leave: pages and services, without a server."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.encryption import ciphers
from accounts.errors import Busy, Forbidden, Invalid, NotFound
from accounts.guests import BACKEND, adopt
from accounts.ids import uuid7
from accounts.models import Persona
from characters.models import Character
from chat.models import Conversation, Invitation, Message, Participant, Turn
from chat.selectors import shown_branch
from chat.selectors.receipt import receipt_of
from chat.services.edits import rewrite_reply, select_alternative
from chat.services.removals import delete_from
from chat.services.rooms.cast import add_to_cast, direct_cast, remove_from_cast
from chat.services.rooms.errors import Banned, InvitationOver, RoomFull
from chat.services.rooms.invitations import digest_of, find_invitation, invite, join_room, revoke
from chat.services.rooms.people import change_role, end_room, leave_room, lift_ban, mute_person, remove_person
from chat.services.rooms.room import change_rules, hand_over_room, make_room
from chat.services.undo import undo
from tests.chat.rooms.stage import named, person, room_of, said, seated
from tests.factories import GuestFactory, UserFactory


@pytest.fixture
def room(alice):
    return room_of(alice, named("Mira"), named("Tom"))


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def where(room) -> dict:
    return {"user": room.owner, "conversation_id": room.pk}


# ---------------------------------------------------------------- invitations


def test_a_link_is_told_once_and_kept_as_a_hash(room):
    made = invite(**where(room))
    assert len(made.token) >= 22, "128 bits"
    stored = Invitation.objects.get()
    assert bytes(stored.digest) == digest_of(made.token)
    assert made.token not in str(Invitation.objects.values().get())
    page = client_of(room.owner).get(f"/rooms/{room.pk}/")
    assert made.token not in page.content.decode()


def test_a_guest_comes_in_by_a_link_under_a_name_of_their_own(room):
    made = invite(**where(room))
    client = Client()
    page = client.get(reverse("join", args=[made.token]))
    assert page.status_code == 200
    assert "Alice invites you" in page.content.decode()
    assert "Mira" in page.content.decode()
    answer = client.post(reverse("join-room", args=[made.token]), {"name": " Wanderer "})
    assert answer.headers["Location"] == reverse("talk", args=[room.pk])
    shown = client.get(answer.headers["Location"]).content.decode()
    assert "Wanderer" in shown
    assert Participant.objects.get(conversation=room, user__is_guest=True).persona.name == "Wanderer"
    assert Invitation.objects.get().uses == 1
    # Once more is no second person, and no second use.
    client.post(reverse("join-room", args=[made.token]))
    assert Invitation.objects.get().uses == 1
    assert room.participants.count() == 2


@pytest.mark.parametrize("why", ["expired", "revoked", "thrown away"])
def test_a_link_that_is_over_says_so_and_nothing_of_the_room(room, bob, why):
    made = invite(**where(room))
    if why == "expired":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif why == "revoked":
        revoke(**where(room), invitation_id=made.invitation.pk)
    else:
        Conversation.objects.update(deleted_at=timezone.now())
    with pytest.raises(InvitationOver):
        join_room(user=bob, token=made.token)
    for client in (Client(), client_of(bob)):
        page = client.get(reverse("join", args=[made.token]))
        assert page.status_code == 410
        assert "Alice" not in page.content.decode()
        assert client.post(reverse("join-room", args=[made.token])).status_code == 410


def test_a_token_that_never_was_is_nothing(db):
    assert Client().get(reverse("join", args=["x" * 22])).status_code == 404
    with pytest.raises(NotFound):
        find_invitation("\ud800")


def test_the_last_seat_is_taken_once(room, bob, settings):
    settings.ROOM_SEATS = 2
    made = invite(**where(room))
    join_room(user=bob, token=made.token)
    carol = person("Carol")
    with pytest.raises(RoomFull):
        join_room(user=carol, token=made.token)
    page = client_of(carol).get(reverse("join", args=[made.token]))
    assert page.status_code == 409
    assert "full" in page.content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"), [({"role": "host"}, "role"), ({"hours": 0}, "hours"), ({"hours": 721}, "hours")]
)
def test_an_invitation_that_there_is_not(room, wrong, field):
    with pytest.raises(Invalid) as refused:
        invite(**where(room), **wrong)
    assert refused.value.extra["field"] == field


# ---------------------------------------------------------------- roles


def test_nobody_but_the_host_changes_anything(room, bob):
    seated(room, bob)
    theirs = {"user": bob, "conversation_id": room.pk}
    for change in (
        lambda: invite(**theirs),
        lambda: change_rules(**theirs, strategy="round"),
        lambda: change_role(**theirs, person_id=room.owner_id, role="spectator"),
        lambda: remove_person(**theirs, person_id=room.owner_id),
        lambda: direct_cast(**theirs, character_id=room.cast.first().character_id, muted=True),
        lambda: end_room(**theirs),
        lambda: hand_over_room(**theirs, to=bob.pk),
    ):
        with pytest.raises(NotFound):
            change()
    panel = client_of(bob).get(f"/rooms/{room.pk}/").content.decode()
    for control in ("data-person=", "data-direct=", "data-rule=", "data-room-invite", "data-revoke"):
        assert control not in panel
    assert "data-room-leave" in panel


def test_who_is_removed_may_come_back_and_who_is_banned_may_not(room, bob):
    made = invite(**where(room))
    join_room(user=bob, token=made.token)
    client = client_of(bob)
    remove_person(**where(room), person_id=bob.pk)
    page = client.get(f"/talks/{room.pk}/")
    assert page.status_code == 403
    assert "taken out" in page.content.decode()
    join_room(user=bob, token=made.token)
    assert client.get(f"/talks/{room.pk}/").status_code == 200
    remove_person(**where(room), person_id=bob.pk, ban=True)
    with pytest.raises(Banned):
        join_room(user=bob, token=made.token)
    for path in (f"/talks/{room.pk}/", reverse("join", args=[made.token])):
        page = client.get(path)
        assert (page.status_code, "banned" in page.content.decode()) == (403, True)
    lift_ban(**where(room), person_id=bob.pk)
    join_room(user=bob, token=made.token)


def test_leaving_and_ending(room, bob):
    seated(room, bob)
    with pytest.raises(Invalid):
        leave_room(**where(room))
    leave_room(user=bob, conversation_id=room.pk)
    assert client_of(bob).get(f"/talks/{room.pk}/").status_code == 403
    seated(room, bob)
    open_link = invite(**where(room))
    assert end_room(**where(room)) == [bob.pk]
    with pytest.raises(InvitationOver):
        join_room(user=bob, token=open_link.token)
    assert "ended" in client_of(bob).get(f"/talks/{room.pk}/").content.decode()
    assert client_of(room.owner).get(f"/talks/{room.pk}/").status_code == 200


def test_the_host_hands_the_room_over_with_its_key(room, alice, bob):
    seated(room, bob)
    hand_over_room(**where(room), to=bob.pk)
    ciphers.clear()
    room.refresh_from_db()
    assert (room.owner, room.key.owner) == (bob, bob)
    assert dict(room.participants.values_list("user", "role")) == {alice.pk: "player", bob.pk: "host"}
    for user in (alice, bob):
        [greeting], _ = shown_branch(user=user, conversation=room, leaf=room.head_id)
        assert "Evening" in greeting.content
    with pytest.raises(NotFound):
        invite(user=alice, conversation_id=room.pk)
    invite(user=bob, conversation_id=room.pk)


def test_a_spectator_reads_and_has_no_composer(room, bob):
    seated(room, bob, role="spectator")
    page = client_of(bob).get(f"/talks/{room.pk}/").content.decode()
    assert 'id="composer"' not in page
    change_role(**where(room), person_id=bob.pk, role="player")
    assert 'id="composer"' in client_of(bob).get(f"/talks/{room.pk}/").content.decode()
    mute_person(**where(room), person_id=bob.pk, muted=True)
    assert 'id="composer"' not in client_of(bob).get(f"/talks/{room.pk}/").content.decode()


# ---------------------------------------------------------------- the room and its cast


def test_a_talk_becomes_a_room_once_and_not_while_somebody_speaks(alice):
    talk = room_of(alice, named("Mira"))
    assert make_room(user=alice, conversation_id=talk.pk).pk == talk.pk
    fields = {"reply_id": uuid7(), "parent_id": uuid7(), "process": uuid7(), "started_at": timezone.now()}
    Turn.objects.create(conversation=talk, **fields)
    with pytest.raises(Busy):
        make_room(user=alice, conversation_id=talk.pk)


@pytest.mark.parametrize("rules", [{"strategy": "chaos"}, {"replies_limit": 7}, {"replies_limit": -1}])
def test_rules_that_there_are_not(room, rules):
    with pytest.raises(Invalid) as refused:
        change_rules(**where(room), **rules)
    assert refused.value.extra["field"] == next(iter(rules))


def test_the_cast_keeps_its_order_and_its_last_member(room):
    mira, tom = room.cast.all()
    remove_from_cast(**where(room), character_id=mira.character_id)
    assert list(room.cast.values_list("character", "position")) == [(tom.character_id, 0)]
    with pytest.raises(Invalid):
        remove_from_cast(**where(room), character_id=tom.character_id)
    with pytest.raises(NotFound):
        direct_cast(**where(room), character_id=mira.character_id, muted=True)
    with pytest.raises(Invalid):
        direct_cast(**where(room), character_id=tom.character_id, talkativeness=101)
    with pytest.raises(NotFound):
        add_to_cast(**where(room), character_id=uuid7())


def faces(html: str) -> list[tuple[str, str]]:
    """Whose picture stands beside which name, line by line of the characters."""
    lines = re.findall(r'<article class="msg.*?</article>', html, re.DOTALL)
    told = []
    for line in lines:
        if 'id="m-' in line and 'data-role="character"' in line:
            picture = re.search(r'<img src="([^"]+)"', line)
            name = re.search(r"data-author[^>]*>([^<]*)<", line)
            told.append((name[1] if name else "", picture[1] if picture else ""))
    return told


def test_who_left_the_cast_keeps_name_and_face_on_its_lines(room, alice, bob):
    seated(room, bob)
    tom = room.cast.select_related("version").last().version
    Character.objects.filter(pk=tom.character_id).update(visibility="private", owner=alice)
    said(room, alice, "Tom?")
    said(room, alice, "Here.", role="character", character_id=tom.character_id, author=None, speaker="Tom")
    whisper = said(room, bob, "Psst", seen_by=[alice.pk, bob.pk], heard_by=[tom.character_id])
    for change in (
        lambda: None,
        lambda: remove_from_cast(**where(room), character_id=tom.character_id),
        lambda: add_to_cast(**where(room), character_id=tom.character_id),
        lambda: remove_from_cast(**where(room), character_id=tom.character_id),
    ):
        change()
        client = client_of(bob)
        for path in (f"/talks/{room.pk}/", f"/talks/{room.pk}/messages/?before={whisper.pk}"):
            [(_, hers), (name, his)] = faces(client.get(path).content.decode())
            assert (name, hers != his, str(tom.pk) in his) == ("Tom", True, True), path
        assert client.get(his).status_code == 200
        lines, _ = shown_branch(user=bob, conversation=room, leaf=whisper.pk)
        assert lines[-1].whispered_to == ("Tom", "Alice")


def test_whom_a_whisper_was_for_is_told_also_when_they_have_left(room, alice, bob):
    seated(room, bob)
    whisper = said(room, alice, "Psst", seen_by=[alice.pk, bob.pk], heard_by=[])
    leave_room(user=bob, conversation_id=room.pk)
    seated(room, person("Bob"))
    lines, _ = shown_branch(user=alice, conversation=room, leaf=whisper.pk)
    assert lines[-1].whispered_to == ("Bob 2",), "the one who is there is Bob"


def test_a_private_character_of_somebody_else_is_not_added(room, bob):
    hidden = named("Hidden")
    Character.objects.filter(pk=hidden.pk).update(visibility="private", owner=bob)
    with pytest.raises(NotFound):
        add_to_cast(**where(room), character_id=hidden.pk)


def test_two_of_one_name_are_told_apart(room):
    for _ in range(2):
        seated(room, person("Alice"))
    panel = client_of(room.owner).get(f"/rooms/{room.pk}/").content.decode()
    assert all(f'data-name="{name}"' in panel for name in ("Alice", "Alice 2", "Alice 3"))


def test_what_the_panel_costs_does_not_grow_with_people(room):
    client = client_of(room.owner)
    client.get(f"/rooms/{room.pk}/")
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(f"/rooms/{room.pk}/")
        costs.append(len(asked))
        for number in range(5):
            seated(room, person(f"P{number}"))
    assert costs[0] == costs[1]


# ---------------------------------------------------------------- guests who sign in


def test_a_guests_part_and_whispers_come_along_to_their_account(room):
    guest, user = GuestFactory(), UserFactory()
    seated(room, guest)
    whisper = Message.objects.create(
        conversation=room,
        parent_id=room.head_id,
        role="player",
        author=guest,
        speaker="G",
        body=b"",
        seen_by=[guest.pk],
    )
    adopt(guest, user)
    whisper.refresh_from_db()
    assert (whisper.author_id, whisper.seen_by) == (user.pk, [user.pk])
    assert Participant.objects.get(conversation=room, user=user).left_at is None


def test_who_tried_the_link_of_their_own_room_keeps_what_they_said_and_were_told(room, alice, bob):
    guest = GuestFactory()
    for each in (guest, bob):
        seated(room, each)
    line, answer = said(room, guest, seen_by=[guest.pk, bob.pk]), said(room, bob, seen_by=[bob.pk, guest.pk])
    adopt(guest, alice)
    for whisper in (line, answer):
        whisper.refresh_from_db()
        assert set(whisper.seen_by) == {alice.pk, bob.pk}
    assert line.author_id == alice.pk
    assert Participant.objects.get(conversation=room, user=alice).role == Participant.Role.HOST


def test_a_guest_who_was_there_already_under_their_account_is_one_person(room):
    guest, user = GuestFactory(), UserFactory()
    seated(room, guest)
    seated(room, user)
    adopt(guest, user)
    assert room.participants.filter(user=user).count() == 1
    assert Persona.objects.filter(user=user).exists()


# ---------------------------------------------------------------- lines of others


def test_people_delete_their_own_lines_and_the_host_anybodys(room, alice, bob):
    carol = person("Carol")
    for user in (bob, carol):
        seated(room, user)
    line = said(room, bob)
    with pytest.raises(Forbidden):
        delete_from(user=carol, conversation_id=room.pk, message_id=line.pk)
    token = delete_from(user=bob, conversation_id=room.pk, message_id=line.pk)
    with pytest.raises(NotFound):
        undo(user=carol, conversation_id=room.pk, token=token)
    undo(user=bob, conversation_id=room.pk, token=token)
    delete_from(user=alice, conversation_id=room.pk, message_id=line.pk)
    with pytest.raises(NotFound):
        rewrite_reply(user=bob, conversation_id=room.pk, message_id=room.head_id, content="Other words")


def test_the_host_cannot_touch_a_whisper_that_is_not_for_them(room, alice, bob):
    seated(room, bob)
    whisper = said(room, bob, seen_by=[bob.pk], heard_by=[])
    for change in (delete_from, select_alternative):
        with pytest.raises(NotFound):
            change(user=alice, conversation_id=room.pk, message_id=whisper.pk)


def test_the_receipt_of_a_whisper_is_for_whom_it_is_and_counts_nothing(room, alice, bob):
    seated(room, bob)
    version = room.cast.first().version
    Character.objects.filter(pk=version.character_id).update(owner=alice)
    reply = said(room, bob, seen_by=[bob.pk])
    Turn.objects.create(
        conversation=room, reply_id=reply.pk, parent_id=uuid7(), process=uuid7(), started_at=timezone.now(),
        status="complete", manifest={"character_version": str(version.pk), "messages": 9}, seen_by=[bob.pk],
    )  # fmt: skip
    told = receipt_of(user=bob, conversation_id=room.pk, message_id=reply.pk)
    assert (told.is_author, told.messages) == (False, None)
    with pytest.raises(NotFound):
        receipt_of(user=alice, conversation_id=room.pk, message_id=reply.pk)
