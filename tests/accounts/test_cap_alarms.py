"""Alarms of caps: once each, to whom it concerns, by e-mail and on every page."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.timezone import now

from accounts.models import Cap, CapAlarm, Profile, User
from accounts.spending import alarms, caps
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return UserFactory()


@pytest.fixture
def raised(django_capture_on_commit_callbacks: Any) -> Iterator[Any]:
    def raise_(user: User, percent: int, /, **cap: Any) -> bool:
        """The first limit that holds for the user, used so far."""
        Cap.objects.get_or_create(**cap)
        held = caps.known.refresh().on(user_id=user.pk, plan=user.plan_id or "", day=now().date())
        with django_capture_on_commit_callbacks(execute=True):
            return alarms.raise_alarm(*held[0], percent)

    yield raise_
    caps.known.forget()


def test_a_person_is_told_once_in_a_period(alice: User, raised: Any, mailoutbox: Any, signed_in: Any) -> None:
    cap = {"scope": "each", "plan_id": "free", "span": "day", "tokens": 1_000}
    assert raised(alice, 80, **cap)
    assert not raised(alice, 80, **cap)
    [mail] = mailoutbox
    assert mail.to == [alice.email]
    assert "80 %" in mail.subject
    assert raised(UserFactory(), 80, **cap), "somebody else on the same plan has an alarm of their own"
    page = signed_in(alice).get("/settings/").content.decode()
    assert "80 % of your share of today is used." in page
    raised(alice, 100, **cap)
    assert "Your share of today is used up." in signed_in(alice).get("/settings/").content.decode()
    assert "Your share" not in signed_in(UserFactory()).get("/settings/").content.decode()


def test_half_is_told_by_mail_alone(alice: User, raised: Any, mailoutbox: Any, signed_in: Any) -> None:
    raised(alice, 50, scope="person", user=alice, span="month", tokens=10)
    assert len(mailoutbox) == 1
    assert "of your share" not in signed_in(alice).get("/settings/").content.decode()


def test_who_wants_no_mail_about_caps_gets_none(alice: User, raised: Any, mailoutbox: Any) -> None:
    Profile.objects.filter(user=alice).update(mail_alarms=False)
    assert raised(alice, 80, scope="person", user=alice, span="month", tokens=10)
    assert mailoutbox == []


def test_an_alarm_of_another_day_is_over(alice: User, raised: Any, signed_in: Any) -> None:
    raised(alice, 100, scope="person", user=alice, span="day", tokens=10)
    CapAlarm.objects.update(since="2026-01-01")
    assert "of your share" not in signed_in(alice).get("/settings/").content.decode()


def test_the_platforms_is_told_to_whoever_runs_it(
    alice: User, raised: Any, mailoutbox: Any, signed_in: Any, settings: Any
) -> None:
    settings.ADMINS = [("", "operator@example.com")]
    raised(alice, 80, scope="platform", span="month", tokens=1_000)
    [mail] = mailoutbox
    assert mail.to == ["operator@example.com"]
    assert "everybody together, a month" in mail.body
    operator = User.objects.create_superuser(email="operator@example.com", password="one good password")
    assert "80 % of a spending cap is used" in signed_in(operator).get("/settings/").content.decode()
    assert "spending cap" not in signed_in(alice).get("/settings/").content.decode()


def test_pages_ask_nothing_where_there_is_no_cap(alice: User, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert alarms.notice_for(alice) is None
