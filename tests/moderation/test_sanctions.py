"""What moderators impose, and that every path honours it."""

import datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import sanctions as standing
from accounts.api_keys import make_key
from accounts.errors import Conflict, Forbidden, Invalid
from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import Sanction, User
from accounts.sanctions import Kind, Restricted
from characters.models import Character
from characters.services.publishing import ask_to_publish
from chat.services.conversations import start_conversation
from chat.services.rooms.invitations import invite, join_room
from chat.services.rooms.room import make_room
from moderation.models import AuditEntry, Notice
from moderation.services import sanctions
from moderation.services.notice_mail import send_notice
from tests.characters.conftest import signed_in
from tests.factories import PASSWORD, GuestFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(db: None) -> User:
    return make_demo_account(role="moderator", email="second@example.com", password=PASSWORD)


def impose(user: User, by: User, **fields: Any) -> Sanction:
    return sanctions.impose(
        **{"user": user, "by": by, "kind": "suspended", "rule": "hate", "text": "Line 3.", "days": 2} | fields
    )


def later(monkeypatch: pytest.MonkeyPatch, **by: int) -> None:
    now = timezone.now() + datetime.timedelta(**by)
    monkeypatch.setattr(timezone, "now", lambda: now)


def sign_in(user: User) -> Any:
    client = Client()
    return client.post("/account/login/", {"login": user.email, "password": PASSWORD}), client


def test_who_is_suspended_is_out_everywhere_and_reads_why(bob: User, moderator: User) -> None:
    browser = signed_in(bob)
    key = make_key(user=bob, label="mine", scopes=["characters:read"]).secret
    impose(bob, moderator)
    assert browser.get("/settings/").status_code != 200
    program = Client(headers={"Authorization": f"Bearer {key}"})
    for path in ("/api/v1/characters/", "/v1/models"):
        assert program.get(path).status_code == 401, path
    answer, client = sign_in(bob)
    assert (answer.status_code, answer["Location"]) == (302, "/account/inactive/")
    page = client.get("/account/inactive/").content.decode()
    for said in ("Suspended", "Line 3.", "Hatred or harassment", "Appeal"):
        assert said in page
    assert client.get("/settings/").status_code != 200


def test_why_is_read_by_nobody_without_the_password(bob: User, moderator: User) -> None:
    impose(bob, moderator)
    client = Client()
    client.post("/account/login/", {"login": bob.email, "password": "not the password"})
    page = client.get("/account/inactive/").content.decode()
    assert "This account is closed" in page
    assert "Line 3." not in page


def test_a_suspension_ends_by_itself_when_one_signs_in(bob: User, moderator: User, monkeypatch) -> None:
    impose(bob, moderator, days=2)
    later(monkeypatch, days=1, hours=23)
    assert sign_in(bob)[0]["Location"] == "/account/inactive/"
    later(monkeypatch, hours=2)
    assert sign_in(bob)[0]["Location"] != "/account/inactive/"
    assert Sanction.objects.get().lifted_at is not None


def test_a_suspension_ends_by_itself_when_nobody_comes(bob: User, moderator: User, monkeypatch) -> None:
    impose(bob, moderator, days=2)
    assert standing.lift_due() == 0
    later(monkeypatch, days=2, minutes=1)
    assert (standing.lift_due(), standing.lift_due()) == (1, 0)
    bob.refresh_from_db()
    assert bob.is_active


def test_the_longer_of_two_holds(bob: User, moderator: User, monkeypatch) -> None:
    impose(bob, moderator, days=2)
    impose(bob, moderator, kind="banned")
    later(monkeypatch, days=3)
    standing.lift_due()
    bob.refresh_from_db()
    assert not bob.is_active


def test_who_was_closed_by_an_operator_is_not_let_in_by_the_end_of_something_else(
    bob: User, moderator: User, monkeypatch
) -> None:
    impose(bob, moderator, kind="rooms", days=1)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    later(monkeypatch, days=2)
    assert standing.lift_due() == 1
    bob.refresh_from_db()
    assert not bob.is_active


def test_a_ban_needs_a_second_pair_of_eyes(bob: User, moderator: User, second: User, monkeypatch) -> None:
    ban = impose(bob, moderator, kind="banned", days=None)
    with pytest.raises(Forbidden):
        sanctions.confirm(sanction=ban, by=moderator)
    sanctions.confirm(sanction=ban, by=second)
    with pytest.raises(Conflict):
        sanctions.confirm(sanction=ban, by=second)
    later(monkeypatch, days=900)
    assert standing.lift_due() == 0
    assert sign_in(bob)[0]["Location"] == "/account/inactive/"


def test_a_ban_that_nobody_confirms_ends(bob: User, moderator: User, monkeypatch) -> None:
    impose(bob, moderator, kind="banned", days=None)
    later(monkeypatch, days=standing.UNCONFIRMED_DAYS, minutes=1)
    assert standing.lift_due() == 1


def test_who_may_not_publish_still_writes(alice: User, mira: Character, moderator: User) -> None:
    impose(alice, moderator, kind="publishing")
    version = mira.versions.latest("number")
    with pytest.raises(Restricted):
        ask_to_publish(character=mira, version=version, asked_by=alice, visibility="public")
    assert ask_to_publish(character=mira, version=version, asked_by=alice, visibility="private").state == "granted"


def test_who_may_not_be_in_rooms(alice: User, bob: User, mira: Character, moderator: User) -> None:
    talk = start_conversation(owner=alice, character=mira, version=mira.published)
    make_room(user=alice, conversation_id=talk.pk)
    token = invite(user=alice, conversation_id=talk.pk).token
    sanction = impose(bob, moderator, kind="rooms", days=None)
    with pytest.raises(Restricted) as refused:
        join_room(user=bob, token=token)
    assert refused.value.as_dict()["code"] == "restricted"
    own = start_conversation(owner=bob, character=mira, version=mira.published)
    with pytest.raises(Restricted):
        make_room(user=bob, conversation_id=own.pk)
    sanctions.lift(sanction=sanction, by=moderator)
    assert join_room(user=bob, token=token).pk == talk.pk


def test_a_warning_stands_against_nothing(bob: User, moderator: User) -> None:
    impose(bob, moderator, kind="warned", days=None)
    impose(bob, moderator, kind="warned", days=None)
    assert not standing.in_force(bob.pk).exists()
    page = signed_in(bob).get("/settings/notices/").content.decode()
    assert page.count("Line 3.") == 2
    assert page.count(">unread<") == 2
    assert ">unread<" not in signed_in(bob).get("/settings/notices/").content.decode()


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"kind": "flogged"}, "kind"), ({"rule": "mood"}, "rule"), ({"text": " "}, "text"),
     ({"text": "x" * 2_001}, "text"), ({"days": 0}, "days"), ({"days": None}, "until"), ({"days": 4_000}, "days")],
)  # fmt: skip
def test_what_is_missing_is_named(bob: User, moderator: User, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        impose(bob, moderator, **fields)
    assert refused.value.extra["field"] == field
    assert not Sanction.objects.exists()


def test_twice_at_once_is_one(bob: User, moderator: User) -> None:
    impose(bob, moderator, kind="rooms")
    with pytest.raises(standing.SanctionedAlready):
        impose(bob, moderator, kind="rooms")
    assert Notice.objects.count() == 1


def test_who_may_decide_about_whom(bob: User, alice: User, moderator: User, second: User) -> None:
    for by, user in ((alice, bob), (moderator, moderator), (moderator, second)):
        with pytest.raises(Forbidden):
            impose(user, by)
    operator = make_demo_account(role="operator", email="op@example.com", password=PASSWORD)
    assert impose(second, operator).user_id == second.pk


def test_the_words_are_sealed_and_the_log_has_none(bob: User, moderator: User) -> None:
    impose(bob, moderator)
    assert b"Line 3" not in bytes(Notice.objects.get().text)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == ("sanction.suspended", bob.pk)
    assert "Line 3" not in str(entry.detail)


def test_the_mail_says_that_there_is_something_not_what(bob: User, moderator: User) -> None:
    impose(bob, moderator)
    mail.outbox.clear()
    assert send_notice(Notice.objects.get().pk)
    [sent] = mail.outbox
    assert sent.to == [bob.email]
    assert "Line 3" not in sent.body
    assert "Decisions about you" in sent.body


def test_what_stands_against_a_guest_stands_against_the_account(moderator: User, bob: User) -> None:
    from accounts.guests import adopt

    guest = GuestFactory()
    impose(guest, moderator, kind="rooms", days=None)
    adopt(guest, bob)
    with pytest.raises(Restricted):
        standing.forbid(bob, Kind.NO_ROOMS)
    assert "Line 3." in signed_in(bob).get("/settings/notices/").content.decode()


def test_a_guest_who_is_kept_out_reads_why_and_comes_back_as_nobody_else(mira: Character, moderator: User) -> None:
    guest = GuestFactory()
    browser = signed_in(guest)
    imposed = impose(guest, moderator)
    begin = f"/characters/{mira.pk}/talk"
    assert browser.post(begin).status_code == 403
    form = {"email": "new@example.com", "password1": PASSWORD}
    assert browser.post("/account/signup/", form).status_code == 403
    assert not User.objects.filter(email="new@example.com").exists()
    assert "Line 3." in browser.get("/account/inactive/").content.decode()
    told = Notice.objects.get(user=guest)
    assert browser.post(f"/settings/notices/{told.pk}/appeal/", {"text": "It was a quotation."}).status_code == 302
    assert Client().post(begin).status_code == 302, "another browser knows nothing of it"
    sanctions.lift(sanction=imposed, by=moderator)
    assert browser.post(begin).status_code == 302


def test_a_stranger_reads_only_their_own(bob: User, moderator: User) -> None:
    impose(bob, moderator, kind="warned", days=None)
    assert "Line 3." not in signed_in(UserFactory()).get("/settings/notices/").content.decode()
