"""Legal holds: placed by one, looked at by another, and while one stands its person's account stays."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.errors import Conflict, Forbidden, Invalid
from accounts.guests import BACKEND
from accounts.holds import ask_to_lift, confirm_hold, held_until, in_force, lift_hold, place_hold
from accounts.models import LegalHold, User
from accounts.privacy import departures
from accounts.privacy.guests import forget_guests_idle_since
from moderation.models import AuditEntry
from tests.factories import GuestFactory, UserFactory

SITE = "https://play.example/"
DAY = timedelta(days=1)


@pytest.fixture
def staff(db: None) -> User:
    user = UserFactory()
    user.is_staff = user.is_superuser = True
    user.save()
    return user


def hold_of(user: User, by: User, days: int = 90) -> LegalHold:
    return place_hold(user=user, by=by, reason="Order 7 O 12/26", until=timezone.now() + days * DAY)


def test_a_second_pair_of_eyes_looks_and_every_step_is_in_the_audit_log(staff) -> None:
    user, second = UserFactory(), UserFactory()
    hold = hold_of(user, staff)
    assert in_force().get() == hold
    with pytest.raises(Forbidden):
        confirm_hold(hold=hold, by=staff)
    assert not in_force(timezone.now() + 8 * DAY).exists(), "nobody confirmed it"
    confirm_hold(hold=hold, by=second)
    assert in_force(timezone.now() + 80 * DAY).exists()
    with pytest.raises(Conflict):
        confirm_hold(hold=hold, by=second)
    with pytest.raises(Forbidden):
        lift_hold(hold=hold, by=staff)
    ask_to_lift(hold=hold, by=staff)
    with pytest.raises(Conflict):
        ask_to_lift(hold=hold, by=second)
    with pytest.raises(Forbidden):
        lift_hold(hold=hold, by=staff)
    assert held_until(user.pk) is not None, "one alone does not lift it"
    lift_hold(hold=hold, by=second)
    assert held_until(user.pk) is None
    with pytest.raises(Conflict):
        lift_hold(hold=hold, by=second)
    steps = AuditEntry.objects.filter(subject=user.pk).order_by("number").values_list("action", "actor")
    assert list(steps) == [
        ("hold.placed", staff.pk),
        ("hold.confirmed", second.pk),
        ("hold.lift_asked", staff.pk),
        ("hold.lifted", second.pk),
    ]
    for wrong in ({"reason": " "}, {"until": timezone.now() - DAY}):
        with pytest.raises(Invalid):
            place_hold(**{"user": user, "by": staff, "reason": "x", "until": timezone.now() + DAY, **wrong})


def test_who_is_held_is_erased_when_it_is_over_and_told_so(staff, django_capture_on_commit_callbacks) -> None:
    alice = UserFactory()
    client = Client()
    client.force_login(alice, backend=BACKEND)
    hold = hold_of(alice, staff)
    assert "A legal obligation keeps this account" in client.get("/settings/leave/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        link = departures.ask_to_go(user=alice, site=SITE, at_once=True)
    assert departures.let_due_go() == 0
    assert User.objects.filter(pk=alice.pk).exists()
    address = link.removeprefix(SITE.rstrip("/"))
    assert "A legal obligation keeps it until" in Client().get(address).content.decode()
    lift_hold(hold=hold, by=staff)
    with django_capture_on_commit_callbacks(execute=True):
        assert departures.let_due_go() == 1
    assert not User.objects.filter(pk=alice.pk).exists()
    assert "Erased on" in Client().get(address).content.decode()


def test_whoever_placed_one_takes_it_back_alone_while_nobody_confirmed_it(staff) -> None:
    user, second = UserFactory(), UserFactory()
    hold = hold_of(user, staff)
    with pytest.raises(Forbidden):
        lift_hold(hold=hold, by=second)
    lift_hold(hold=hold, by=staff)
    assert held_until(user.pk) is None


def test_a_guest_who_is_held_is_not_forgotten(staff) -> None:
    guest, other = GuestFactory(), GuestFactory()
    User.objects.filter(pk__in=(guest.pk, other.pk)).update(date_joined=timezone.now() - 40 * DAY)
    hold_of(guest, staff)
    assert forget_guests_idle_since(timezone.now() - 30 * DAY) == 1
    assert User.objects.filter(pk=guest.pk).exists()


def test_it_is_placed_confirmed_and_seen_in_the_admin(staff) -> None:
    user, second, moderator = UserFactory(), UserFactory(), UserFactory()
    User.objects.filter(pk=second.pk).update(is_staff=True, is_superuser=True)
    User.objects.filter(pk=moderator.pk).update(is_staff=True)
    browsers = []
    for who in (staff, second, moderator):
        browsers.append(Client())
        browsers[-1].force_login(who, backend=BACKEND)
    until = timezone.now() + 30 * DAY
    said = {"person": str(user.pk), "reason": "Order 7", "until_0": f"{until:%Y-%m-%d}", "until_1": "12:00"}
    assert browsers[2].post("/admin/accounts/legalhold/add/", said).status_code == 403
    assert browsers[0].post("/admin/accounts/legalhold/add/", said).status_code == 302
    hold = LegalHold.objects.get()
    page = f"/admin/accounts/legalhold/{hold.pk}/change/"
    assert "Confirm the hold" not in browsers[0].get(page).content.decode()
    assert browsers[2].get(page).status_code == 403
    assert "Confirm the hold" in browsers[1].get(page).content.decode()
    browsers[1].post(page, {"decision": "confirm"})
    hold.refresh_from_db()
    assert hold.confirmed_by == second
    assert "One legal hold is in force" in browsers[0].get("/admin/accounts/sweep/due/").content.decode()
    browsers[0].post(page, {"decision": "lift"})
    assert "Ask to lift it" in browsers[0].get(page).content.decode()
    browsers[0].post(page, {"decision": "ask"})
    assert "Lift it" not in browsers[0].get(page).content.decode()
    assert held_until(user.pk) is not None
    assert "Lift it" in browsers[1].get(page).content.decode()
    browsers[1].post(page, {"decision": "lift"})
    assert held_until(user.pk) is None
