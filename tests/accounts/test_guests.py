from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client
from django.utils import translation

from accounts import guests
from accounts.encryption import Place, cipher_for, cipher_of, ciphers, key_id_of
from accounts.errors import RateLimited, Unavailable
from accounts.ids import uuid7
from accounts.limits import charging
from accounts.models import DataKey, Persona, Purpose, User
from accounts.personas import edit_persona
from accounts.selectors import default_persona, open_personas
from accounts.sessionstore import SessionStore
from tests.factories import PASSWORD, GuestFactory


@pytest.fixture
def visit(rf, db):
    """A page as somebody opens it: with a session of their own, not signed in."""

    def arrive(ip: str = "203.0.113.9") -> HttpRequest:
        request = rf.post("/", REMOTE_ADDR=ip)
        request.session, request.user = SessionStore(), AnonymousUser()
        request.session["before"] = "kept"
        request.session.create()
        return request

    return arrive


def test_a_visitor_becomes_a_guest_with_key_persona_and_twenty_messages_a_day(visit):
    request = visit()
    guest = guests.get_or_create_guest(request)
    assert request.user == guest
    assert (guest.is_guest, guest.email, guest.has_usable_password()) == (True, None, False)
    assert guest.plan.messages_per_day == 20
    assert cipher_of(guest)
    assert [persona.name for persona in open_personas(guest)] == ["You"]


def test_the_first_persona_speaks_the_language_of_the_page(visit):
    with translation.override("zh-hans"):
        assert default_persona(guests.get_or_create_guest(visit())).name in {"你", "You"}


def test_signing_a_guest_in_changes_the_session_key_and_keeps_the_session(visit):
    request = visit()
    planted = request.session.session_key
    guests.get_or_create_guest(request)
    assert request.session.session_key != planted
    assert request.session["before"] == "kept"


def test_the_same_guest_comes_back(visit):
    request = visit()
    assert guests.get_or_create_guest(request) == guests.get_or_create_guest(request)
    assert User.objects.filter(is_guest=True, pk=request.user.pk).count() == 1


def test_an_address_gets_a_bounded_number_of_guests(visit, settings):
    settings.LIMIT_GUESTS_PER_IP_AND_HOUR = 3
    for _ in range(3):
        guests.get_or_create_guest(visit())
    before = User.objects.count()
    with pytest.raises(RateLimited):
        guests.get_or_create_guest(visit())
    assert User.objects.count() == before
    guests.get_or_create_guest(visit("203.0.113.10"))


def test_nobody_new_comes_in_while_guests_cannot_be_counted(visit, settings):
    for kept in (charging.connection, charging._script):
        kept.cache_clear()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with pytest.raises(Unavailable):
        guests.get_or_create_guest(visit())
    for kept in (charging.connection, charging._script):
        kept.cache_clear()


# A guest who logs into an account they have


@pytest.fixture
def adopted(monkeypatch) -> list[tuple[Any, Any]]:
    """What an app above does when a guest is adopted."""
    calls: list[tuple[Any, Any]] = []
    monkeypatch.setattr(guests, "_adopters", [])
    guests.on_adoption(lambda guest, user: calls.append((guest.pk, user.pk)))
    return calls


def log_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post("/account/login/", {"login": email, "password": password})


def test_logging_in_brings_the_guests_things_along(signed_in, alice, adopted):
    guest = GuestFactory()
    mine = edit_persona(
        user=guest, persona_id=default_persona(guest).pk, name="Ferryman", description="Knows the river."
    )
    place, blob = Place("chat_message", uuid7()), b""
    blob = cipher_of(guest).seal("said as a guest", place)

    client = signed_in(guest)
    before = client.session.session_key
    assert log_in(client, "alice@example.com").status_code == 302

    assert adopted == [(guest.pk, alice.pk)]
    assert client.session["_auth_user_id"] == str(alice.pk)
    assert client.session.session_key != before
    assert not User.objects.filter(pk=guest.pk).exists()
    ciphers.clear()
    assert cipher_for(key_id_of(blob)).open(blob, place) == "said as a guest"
    assert set(DataKey.objects.filter(owner=alice).values_list("purpose", flat=True)) == {
        Purpose.USER,
        Purpose.ADOPTED,
    }
    assert ("Ferryman", "Knows the river.") in [(p.name, p.description) for p in open_personas(alice)]
    assert Persona.objects.get(pk=mine.pk).is_default is False
    assert Persona.objects.filter(user=alice, is_default=True).count() == 1


def test_a_wrong_password_leaves_the_guest_as_they_were(signed_in, alice, adopted):
    guest = GuestFactory()
    client = signed_in(guest)
    assert log_in(client, "alice@example.com", "wrong").status_code == 200
    assert client.session["_auth_user_id"] == str(guest.pk)
    assert adopted == []


def test_a_guest_whose_things_cannot_be_moved_stays_signed_in(signed_in, alice, monkeypatch):
    def fail(guest: User, user: User) -> None:
        raise RuntimeError("not now")

    monkeypatch.setattr(guests, "_adopters", [fail])
    guest = GuestFactory()
    client = signed_in(guest)
    with pytest.raises(RuntimeError):
        log_in(client, "alice@example.com")
    assert client.session["_auth_user_id"] == str(guest.pk)
    assert DataKey.objects.filter(owner=guest, purpose=Purpose.USER).count() == 1


def test_an_account_is_never_adopted(alice, bob):
    with pytest.raises(ValueError, match="guest"):
        guests.adopt(alice, bob)
