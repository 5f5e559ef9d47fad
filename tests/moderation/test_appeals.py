"""Appeals: made by whom it hit, decided by somebody else."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from accounts.errors import Conflict, Forbidden, Invalid, NotFound
from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import User
from moderation.models import Appeal, Notice
from moderation.services import appeals, sanctions
from moderation.services.appeals import OnesOwn
from tests.characters.conftest import signed_in
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(db: None) -> User:
    return make_demo_account(role="moderator", email="second@example.com", password=PASSWORD)


@pytest.fixture
def notice(bob: User, moderator: User) -> Notice:
    sanctions.impose(user=bob, by=moderator, kind="suspended", rule="spam", text="Forty links.", days=30)
    return Notice.objects.get()


def kept_out(user: User) -> Client:
    client = Client()
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    return client


def test_from_outside_to_being_let_in(bob: User, notice: Notice, second: User) -> None:
    client = kept_out(bob)
    answer = client.post(f"/settings/notices/{notice.pk}/appeal/", {"text": "They were my own pages."}, follow=True)
    page = answer.content.decode()
    assert "They were my own pages." in page
    assert "had no hand in the decision looks at it" in page
    admin = signed_in(second)
    made = Appeal.objects.get()
    assert "They were my own pages." in admin.get(f"/admin/moderation/appeal/{made.pk}/change/").content.decode()
    admin.post(f"/admin/moderation/appeal/{made.pk}/change/", {"decision": "grant", "answer": "So they were."})
    bob.refresh_from_db()
    assert bob.is_active
    page = signed_in(bob).get("/settings/notices/").content.decode()
    for said in ("You were right", "So they were.", ">unread<"):
        assert said in page


def test_denied_it_stands(bob: User, notice: Notice, second: User) -> None:
    made = appeals.appeal(user=bob, notice_id=notice.pk, text="No!")
    appeals.decide(appeal=made, by=second, granted=False, answer="Yes.")
    bob.refresh_from_db()
    assert not bob.is_active
    with pytest.raises(Conflict):
        appeals.decide(appeal=made, by=second, granted=True, answer="Well.")


def test_whoever_decided_does_not_decide_again(bob: User, notice: Notice, moderator: User) -> None:
    made = appeals.appeal(user=bob, notice_id=notice.pk, text="No!")
    with pytest.raises(OnesOwn):
        appeals.decide(appeal=made, by=moderator, granted=False, answer="I was right.")
    page = signed_in(moderator).get(f"/admin/moderation/appeal/{made.pk}/change/").content.decode()
    assert "somebody else has to decide" in page
    assert 'value="deny"' not in page


def test_it_needs_the_right_and_an_answer(bob: User, notice: Notice, second: User) -> None:
    made = appeals.appeal(user=bob, notice_id=notice.pk, text="No!")
    with pytest.raises(Forbidden):
        appeals.decide(appeal=made, by=UserFactory(), granted=True, answer="Fine.")
    with pytest.raises(Invalid):
        appeals.decide(appeal=made, by=second, granted=True, answer=" ")


def test_once_in_time_and_by_whom_it_hit(bob: User, alice: User, notice: Notice, monkeypatch) -> None:
    with pytest.raises(NotFound):
        appeals.appeal(user=alice, notice_id=notice.pk, text="Not mine.")
    appeals.appeal(user=bob, notice_id=notice.pk, text="No!")
    with pytest.raises(appeals.AppealedAlready):
        appeals.appeal(user=bob, notice_id=notice.pk, text="No, no!")
    Appeal.objects.all().delete()
    now = timezone.now() + datetime.timedelta(days=31)
    monkeypatch.setattr(timezone, "now", lambda: now)
    with pytest.raises(appeals.TooLate):
        appeals.appeal(user=bob, notice_id=notice.pk, text="No!")


def test_what_was_written_is_kept_when_it_is_refused(bob: User, notice: Notice) -> None:
    client = kept_out(bob)
    refused = client.post(f"/settings/notices/{notice.pk}/appeal/", {"text": "x" * 2_001})
    assert refused.status_code == 400
    assert "x" * 2_001 in refused.content.decode()
    assert "That is too long." in refused.content.decode()


def test_it_is_sealed(bob: User, notice: Notice, second: User) -> None:
    made = appeals.appeal(user=bob, notice_id=notice.pk, text="They were mine.")
    appeals.decide(appeal=made, by=second, granted=False, answer="Were not.")
    made.refresh_from_db()
    assert b"mine" not in bytes(made.text)
    assert b"Were" not in bytes(made.answer)
