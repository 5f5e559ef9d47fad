"""Reporting a line, a player and a room: by whom it may be, what moderators are given, and who never learns of it."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.encryption import Place, cipher_of
from accounts.erasure import erase
from accounts.errors import Conflict, Invalid, NotFound
from accounts.guests import adopt
from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import Profile, User
from chat.models import Invitation, Message, Participant, Room, new_message_id
from chat.reported import YourOwn
from chat.services.rooms.invitations import invite
from moderation.models import AuditEntry, Case, Exhibit, Notice, Report
from moderation.selectors.cases import exhibit_text
from moderation.selectors.reports import made_by
from moderation.services import appeals, desk
from moderation.services.context import open_context
from moderation.services.decisions import Decision, decide
from moderation.services.report_mail import send_outcome
from moderation.services.reports import report
from tests.characters.conftest import signed_in
from tests.chat.grown import Talk
from tests.factories import PASSWORD, GuestFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_was_here_before(fresh_limits: None) -> None:
    """What these tests spend, nobody has spent before them."""


@pytest.fixture
def alice(db: None) -> User:
    return UserFactory(name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    return UserFactory(name="Bob")


@pytest.fixture
def moderator(db: None) -> User:
    return make_demo_account(role="moderator", email="mo@example.com", password=PASSWORD)


@pytest.fixture
def room(alice: User, bob: User) -> Talk:
    """Alice's, and Bob has said something in it."""
    talk = Talk(alice)
    Room.objects.create(conversation=talk.row)
    Participant.objects.create(conversation=talk.row, user=bob)
    return talk


def say(talk: Talk, who: User, text: str, **fields: Any) -> Message:
    line = new_message_id(talk.head)
    body = cipher_of(who).seal(text, Place("message", line))
    given = {"role": "player", "author": who, "speaker": who.profile.name} | fields
    made = Message.objects.create(id=line, conversation=talk.row, parent_id=talk.head, body=body, **given)
    talk.row.head_id = line
    talk.row.save(update_fields=["head"])
    return made


def tell(user: User, kind: str, subject: Any, reason: str = "hate", text: str = "") -> Report:
    return report(user=user, kind=kind, subject=subject, reason=reason, text=text)[0]


def test_a_line_is_kept_as_it_was_said_and_several_reports_are_one_case(room: Talk, alice: User, bob: User) -> None:
    line, eve = say(room, bob, "You are all fools."), UserFactory()
    Participant.objects.create(conversation=room.row, user=eve)
    first, again = tell(alice, "message", line.pk), tell(alice, "message", line.pk, "spam")
    other = tell(eve, "message", line.pk, "harm")
    case = other.case
    assert case is not None
    assert first.pk == again.pk
    assert (case.told, case.rule, case.severity, case.about, case.conversation) == (2, "harm", 3, bob, room.id)
    assert exhibit_text(case.exhibits.get()) == "You are all fools."
    assert b"fools" not in bytes(Exhibit.objects.get().text)


def test_nobody_reports_their_own_or_what_they_do_not_see(room: Talk, alice: User, bob: User) -> None:
    line = say(room, bob, "Hello.")
    whisper = say(room, bob, "Psst.", seen_by=[bob.pk])
    for user, kind, subject in ((bob, "message", line.pk), (bob, "player", bob.pk), (alice, "room", room.id)):
        with pytest.raises(YourOwn):
            tell(user, kind, subject)
    stranger = UserFactory()
    for user, kind, subject in (
        (stranger, "message", line.pk),
        (alice, "message", whisper.pk),
        (stranger, "player", bob.pk),
        (stranger, "room", room.id),
        (alice, "room", Talk(alice).id),
    ):
        with pytest.raises(NotFound):
            tell(user, kind, subject)
    assert not Case.objects.exists()


def test_whom_one_met_in_a_room_is_reported_and_so_is_the_room(room: Talk, alice: User, bob: User) -> None:
    person, place = tell(alice, "player", bob.pk).case, tell(bob, "room", room.id, "spam").case
    assert person is not None
    assert place is not None
    assert (person.subject, person.about, person.conversation) == (bob.pk, bob, room.id)
    assert (place.subject, place.about) == (room.id, alice)


def test_the_page_tells_moderators_and_says_what_is_wrong(room: Talk, alice: User, bob: User) -> None:
    line, client = say(room, bob, "Fools."), signed_in(alice)
    page = client.get(f"/talks/{room.id}/").content.decode()
    assert 'id="report"' in page
    assert "data-report-person" in page
    path = f"/talks/{room.id}/messages/{line.pk}/report"
    refused = client.post(path, {"reason": "other", "text": ""}, content_type="application/json")
    assert (refused.status_code, refused.json()["error"]["field"]) == (400, "text")
    made = client.post(path, {"reason": "hate"}, content_type="application/json")
    assert (made.status_code, made.json()) == (201, {"new": True})
    again = client.post(path, {"reason": "hate"}, content_type="application/json")
    assert (again.status_code, again.json()) == (200, {"new": False})
    for who, where in ((client, f"people/{bob.pk}/report"), (signed_in(bob), "report")):
        told = who.post(f"/rooms/{room.id}/{where}", {"reason": "spam"}, content_type="application/json")
        assert told.status_code == 201
    assert signed_in(UserFactory()).post(path, {"reason": "hate"}, content_type="application/json").status_code == 404


def test_what_stands_around_is_opened_for_a_purpose_and_that_is_written_down(
    room: Talk, alice: User, bob: User, moderator: User
) -> None:
    say(room, alice, "Welcome.")
    say(room, bob, "A secret.", seen_by=[bob.pk])
    line = say(room, bob, "Fools.")
    say(room, alice, "Stop it.")
    case = tell(alice, "message", line.pk).case
    assert case is not None
    desk.claim(case_id=case.pk, by=moderator)
    with pytest.raises(Invalid):
        open_context(case_id=case.pk, by=moderator, purpose="curiosity")
    lines = open_context(case_id=case.pk, by=moderator, purpose="understand")
    assert [each.text for each in lines if each.marked] == ["Fools."]
    texts = [each.text for each in lines]
    assert "Welcome." in texts
    assert "Stop it." in texts
    assert "A secret." not in texts, "whoever reported it does not hear it either"
    entry = AuditEntry.objects.get(action="case.context")
    assert (entry.actor, entry.subject, entry.detail["purpose"]) == (moderator.pk, case.pk, "understand")
    assert "Fools" not in str(entry.detail)


def test_a_line_is_removed_and_comes_back_by_an_appeal(room: Talk, alice: User, bob: User, moderator: User) -> None:
    line = say(room, bob, "Fools.")
    after = say(room, alice, "Well.")
    case = tell(alice, "message", line.pk).case
    assert case is not None
    decide(case_id=case.pk, by=moderator, decision=Decision("removed", text="Do not insult people."))
    assert room.shown(alice)[-1] == "Well."
    assert "Fools." not in room.shown(alice)
    notice = Notice.objects.get(user=bob)
    assert (notice.kind, notice.rule, notice.sanction, notice.case) == ("removed", "hate", None, case)
    page = signed_in(bob).get("/settings/notices/").content.decode()
    assert "Do not insult people." in page
    assert "<blockquote>Fools.</blockquote>" in page
    for secret in ("Alice", str(alice.pk)):
        assert secret not in page
    made = appeals.appeal(user=bob, notice_id=notice.pk, text="It was a quotation.")
    second = make_demo_account(role="moderator", email="second@example.com", password=PASSWORD)
    with pytest.raises(appeals.OnesOwn):
        appeals.decide(appeal=made, by=moderator, granted=True, answer="No.")
    appeals.decide(appeal=made, by=second, granted=True, answer="So it was.")
    assert room.shown(alice)[-2:] == ["Fools.", "Well."]
    assert after.parent_id == line.pk


def test_of_a_characters_line_there_is_nobody_to_sanction(alice: User, moderator: User) -> None:
    talk = Talk(alice)
    talk.say("Hello.")
    reply = talk.say("Vile words.")
    case = tell(alice, "message", reply).case
    assert case is not None
    assert case.about is None
    with pytest.raises(Conflict):
        decide(case_id=case.pk, by=moderator, decision=Decision("warned", text="No."))
    decide(case_id=case.pk, by=moderator, decision=Decision("removed"))
    assert "Vile words." not in talk.shown()
    assert not Notice.objects.exists()


def test_a_room_is_closed_and_its_host_is_told(room: Talk, alice: User, bob: User, moderator: User) -> None:
    case = tell(bob, "room", room.id).case
    assert case is not None
    gone = UserFactory()
    Participant.objects.create(conversation=room.row, user=gone, left_at=timezone.now(), departure="left")
    invite(user=alice, conversation_id=room.id)
    decide(case_id=case.pk, by=moderator, decision=Decision("removed", text="This room was made to insult."))
    assert not Participant.objects.filter(conversation=room.row, left_at=None).exclude(user=alice).exists()
    notice = Notice.objects.get(user=alice)
    assert notice.kind == "removed"
    made = appeals.appeal(user=alice, notice_id=notice.pk, text="It was a play about insults.")
    second = make_demo_account(role="moderator", email="second@example.com", password=PASSWORD)
    appeals.decide(appeal=made, by=second, granted=True, answer="So it was.")
    part = Participant.objects.get(conversation=room.row, user=bob)
    assert (part.left_at, part.departure) == (None, "")
    assert Participant.objects.get(conversation=room.row, user=gone).left_at is not None, "who had left stays away"
    assert Invitation.objects.get().revoked_at is None


def test_who_reported_reads_what_came_of_it(
    room: Talk, alice: User, bob: User, moderator: User, mailoutbox: Any
) -> None:
    line = say(room, bob, "Fools.")
    case = tell(alice, "message", line.pk).case
    tell(alice, "player", bob.pk, "spam")
    assert case is not None
    client = signed_in(alice)
    assert "A moderator looks at it." in client.get("/settings/reports/").content.decode()
    decide(case_id=case.pk, by=moderator, decision=Decision("removed", text="No.", note="Between us."))
    assert sorted(each.news for each in made_by(alice)) == [False, True]
    assert "News for you" in client.get("/").content.decode()
    assert client.get("/settings/news/")["location"] == "/settings/reports/"
    report_id = Report.objects.get(case=case).pk
    assert not send_outcome(report_id), "nobody asked for mails of it"
    Profile.objects.filter(user=alice).update(mail_reports=True)
    assert send_outcome(report_id)
    assert mailoutbox[-1].to == [alice.email]
    for secret in ("Fools.", "Bob", "right"):
        assert secret not in mailoutbox[-1].body
    page = client.get("/settings/reports/").content.decode()
    assert "You were right: something was done about it." in page
    for secret in ("Between us.", "Fools.", "Bob"):
        assert secret not in page
    assert [each.news for each in made_by(alice)] == [False, False]
    assert "News for you" not in client.get("/").content.decode()
    theirs = signed_in(bob)
    assert "News for you" in theirs.get("/").content.decode()
    assert theirs.get("/settings/news/")["location"] == "/settings/notices/"
    theirs.get("/settings/notices/")
    assert "News for you" not in theirs.get("/").content.decode()
    assert "Message" not in signed_in(bob).get("/settings/reports/").content.decode()


def test_with_whoever_said_it_goes_what_was_kept(room: Talk, alice: User, bob: User) -> None:
    case = tell(alice, "message", say(room, bob, "Fools.").pk).case
    assert case is not None
    erase(bob)
    case.refresh_from_db()
    assert case.about is None
    assert not Exhibit.objects.exists()
    erase(alice)
    assert Report.objects.get().reporter is None


def test_a_guests_cases_and_reports_become_the_accounts(room: Talk, alice: User) -> None:
    guest = GuestFactory()
    Participant.objects.create(conversation=room.row, user=guest)
    line = say(room, guest, "Fools.")
    about = tell(alice, "player", guest.pk).case
    said, own = tell(alice, "message", line.pk).case, tell(guest, "player", alice.pk)
    account = UserFactory()
    adopt(guest, account)
    for case in (about, said):
        assert case is not None
        case.refresh_from_db()
        assert case.about == account
    assert about is not None
    assert about.subject == account.pk
    own.refresh_from_db()
    assert own.reporter == account
