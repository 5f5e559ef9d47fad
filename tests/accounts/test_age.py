"""How old somebody says they are: said once, kept with when and where, not shaken off by signing out."""

import datetime
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client

from accounts import age
from accounts.age import AgeSaid, QuietHours, TooYoung, admit, declare, quiet_until
from accounts.errors import Invalid
from accounts.guests import adopt
from accounts.models import AgeDeclaration, User
from tests.factories import PASSWORD, GuestFactory, UserFactory

NIGHT = (datetime.time(22), datetime.time(6))


@pytest.fixture
def undeclared(db: None) -> User:
    return UserFactory(age="")


def test_it_is_said_once_and_kept_with_when_and_which_question(signed_in, undeclared):
    client = signed_in(undeclared)
    assert "Are you an adult?" in client.get("/settings/age/").content.decode()
    answer = client.post("/settings/age/", {"age": "adult", "zone": "Asia/Shanghai", "next": "/talks/"})
    assert answer["Location"] == "/talks/"
    undeclared.refresh_from_db()
    said = AgeDeclaration.objects.get(user=undeclared)
    assert (undeclared.age, said.age, said.where, said.said_as) == ("adult", "adult", "page", "en 16")
    assert undeclared.profile.time_zone == "Asia/Shanghai"
    assert client.post("/settings/age/", {"age": "adult"}).status_code == 409


@pytest.mark.parametrize("said", ["", "ancient"])
def test_an_answer_has_to_be_one_of_those_offered(signed_in, undeclared, said):
    assert signed_in(undeclared).post("/settings/age/", {"age": said}).status_code == 400
    assert not AgeDeclaration.objects.exists()
    with pytest.raises(Invalid):
        declare(user=undeclared, age=said)


def test_one_may_turn_out_younger_and_never_older_by_oneself(undeclared):
    declare(user=undeclared, age="adult")
    declare(user=undeclared, age="minor")
    with pytest.raises(AgeSaid):
        declare(user=undeclared, age="adult")
    assert undeclared.age == "minor"


def sign_up(client: Client, **fields: str) -> Any:
    return client.post("/account/signup/", {"email": "new@example.com", "password1": PASSWORD, **fields})


def test_signing_up_asks_and_an_open_answer_stays_open(client, db):
    assert "How old are you?" in client.get("/account/signup/").content.decode()
    assert sign_up(client, age="adult", zone="Europe/Berlin").status_code == 302
    said = AgeDeclaration.objects.get()
    assert (said.age, said.where, said.user.profile.time_zone) == ("adult", "sign-up", "Europe/Berlin")
    assert sign_up(Client(), email="other@example.com").status_code == 302
    assert AgeDeclaration.objects.count() == 1


def test_who_is_too_young_does_not_get_in_by_asking_again(client, db):
    assert sign_up(client, age="child").status_code == 200
    assert "How old are you?" not in client.get("/account/signup/").content.decode()
    assert sign_up(client, age="adult").status_code == 200
    assert not User.objects.exists()


def test_a_minor_who_signs_out_comes_back_as_one(signed_in, undeclared):
    client = signed_in(undeclared)
    assert client.post("/settings/age/", {"age": "minor"})["Location"] == "/settings/age/"
    client.post("/account/logout/")
    client.post("/characters/00000000-0000-7000-8000-000000000000/talk")
    assert client.cookies["age"]["httponly"]
    sign_up(client, email="elder@example.com", age="adult")
    again = AgeDeclaration.objects.exclude(user=undeclared).get()
    assert (again.age, again.where) == ("minor", "device")
    client.cookies["age"] = "adult:forged"
    sign_up(client, email="third@example.com", age="adult")
    assert AgeDeclaration.objects.filter(where="sign-up", age="adult").exists(), "what is forged counts for nothing"


@pytest.mark.parametrize(("guests", "before", "after"), [("minor", "", "minor"), ("minor", "adult", "adult"),
                                                         ("adult", "minor", "minor"), ("", "", "")])  # fmt: skip
def test_what_a_guest_said_goes_along_unless_the_account_has_said_something(db, guests, before, after):
    guest, user = GuestFactory(), UserFactory(age=before)
    if guests:
        declare(user=guest, age=guests)
    adopt(guest, user)
    user.refresh_from_db()
    assert user.age == after


@pytest.mark.parametrize(("hour", "zone", "ends"), [
    (23, "", "2026-03-02T06:00+00:00"), (3, "", "2026-03-01T06:00+00:00"), (6, "", None), (12, "", None),
    (12, "Asia/Shanghai", None), (15, "Asia/Shanghai", "2026-03-02T06:00+08:00"),
    (4, "America/New_York", "2026-03-01T06:00-05:00"),
])  # fmt: skip
def test_quiet_hours_are_those_where_somebody_lives(settings, hour, zone, ends):
    settings.QUIET_HOURS = NIGHT
    until = quiet_until(datetime.datetime(2026, 3, 1, hour, tzinfo=datetime.UTC), zone)
    assert (until and until.isoformat(timespec="minutes")) == ends


def test_quiet_hours_are_for_minors_and_a_child_is_never_let_in(settings, monkeypatch):
    settings.QUIET_HOURS = (datetime.time(0), datetime.time(23, 59, 59, 999_999))
    admit("adult")
    admit("")
    with pytest.raises(QuietHours) as refused:
        admit("minor")
    assert refused.value.extra["until"]
    settings.AGE_ASKED = "night"
    with pytest.raises(age.AgeNeeded):
        admit("")
    admit("adult")
    settings.QUIET_HOURS = None
    admit("minor")
    admit("")
    with pytest.raises(TooYoung):
        admit("child")
    settings.AGE_ASKED = "talk"
    with pytest.raises(age.AgeNeeded):
        admit("")


def test_what_was_said_goes_with_the_account(undeclared):
    from accounts.erasure import erase

    declare(user=undeclared, age="minor")
    erase(undeclared)
    assert not AgeDeclaration.objects.exists()


def test_the_site_says_what_is_lawful_where_nothing_is_configured():
    assert (configured.MINIMUM_AGE, configured.AGE_ASKED, configured.QUIET_HOURS) == (16, "mature", NIGHT)
