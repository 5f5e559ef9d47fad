"""Signing in with an OpenID Connect provider: whom it lets in, what it links, what it never links."""

from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client

from accounts.encryption import cipher_of
from accounts.models import Persona, User
from accounts.selectors import open_personas
from tests.accounts.provider import Provider
from tests.factories import PASSWORD, GuestFactory, PersonaFactory


@pytest.fixture
def inn(settings) -> Iterator[Provider]:
    provider = Provider()
    settings.SOCIALACCOUNT_PROVIDERS = provider.settings()
    yield provider
    provider.stop()


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


@pytest.mark.django_db
def test_a_newcomer_whom_the_provider_vouches_for_is_in_at_once(client, inn):
    answer = inn.say_yes(client, next="/settings/")
    assert answer.headers["location"] == "/settings/age/?next=%2Fsettings%2F&later=1"
    page = client.get(answer.headers["location"]).content.decode()
    assert 'href="/settings/"' in page
    user = User.objects.get(email="alice@example.com")
    assert who(client) == str(user.pk)
    assert (user.is_guest, user.plan_id, user.has_usable_password()) == (False, "free", False)
    assert cipher_of(user)
    assert [persona.name for persona in open_personas(user)] == ["You"]
    assert SocialAccount.objects.get(user=user).extra_data == {}, "no more is kept than the id"
    assert mail.outbox == []
    client.post("/account/logout/")
    assert "age" not in inn.say_yes(client).headers["location"], "asked once"
    assert who(client) == str(user.pk)


@pytest.mark.django_db
def test_an_address_that_nobody_proved_is_confirmed_first(client, inn, link_in):
    inn.person["email_verified"] = False
    inn.say_yes(client)
    assert who(client) is None
    assert not User.objects.filter(email="alice@example.com").exists()
    [message] = mail.outbox
    client.post(link_in(message))
    user = User.objects.get(email="alice@example.com")
    assert not user.is_guest
    inn.say_yes(client)
    assert who(client) == str(user.pk)


@pytest.mark.django_db
def test_a_provider_that_tells_no_address_has_somebody_asked_for_it(client, inn):
    del inn.person["email"]
    assert inn.say_yes(client).headers["location"] == "/account/identities/signup/"
    assert client.get("/account/identities/signup/").status_code == 200
    client.post("/account/identities/signup/", {"email": "alice@example.com", "age": "minor"})
    assert who(client) is None
    assert EmailAddress.objects.get(email="alice@example.com").user.age == "minor"
    assert [message.to for message in mail.outbox] == [["alice@example.com"]]
    assert not EmailAddress.objects.get(email="alice@example.com").verified


def test_an_address_alone_links_no_account(client, alice, inn):
    inn.say_yes(client)
    assert who(client) is None
    assert not SocialAccount.objects.exists()
    [message] = mail.outbox
    assert message.to == [alice.email]
    assert User.objects.get(pk=alice.pk).has_usable_password()


def test_whoever_is_signed_in_links_theirs_and_signs_in_by_it(client, alice, inn):
    inn.person["email"] = "somebody.else@example.com"
    client.post("/account/login/", {"login": alice.email, "password": PASSWORD})
    assert inn.say_yes(client, process="connect").headers["location"].startswith("/account/reauthenticate/")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert SocialAccount.objects.get(uid="42").user == alice
    assert mail.outbox[-1].subject == "Another site was linked to your account"
    assert "Unlink The Inn" in client.get("/account/identities/").content.decode()

    elsewhere = Client()
    inn.say_yes(elsewhere)
    assert who(elsewhere) == str(alice.pk)
    assert not EmailAddress.objects.filter(email="somebody.else@example.com").exists()

    client.post("/account/identities/", {"account": SocialAccount.objects.get(uid="42").pk})
    assert not SocialAccount.objects.exists()


def test_nobody_takes_an_identity_that_is_anothers(client, alice, bob, inn, signed_in):
    SocialAccount.objects.create(user=alice, provider="inn", uid="42")
    browser = Client()
    browser.post("/account/login/", {"login": bob.email, "password": PASSWORD})
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    inn.say_yes(browser, process="connect")
    assert SocialAccount.objects.get(uid="42").user == alice
    assert who(browser) == str(bob.pk)


@pytest.mark.django_db
def test_a_guest_who_signs_up_by_it_stays_who_they_are(inn, signed_in):
    guest = GuestFactory()
    persona = PersonaFactory(user=guest)
    client = signed_in(guest)
    inn.say_yes(client)
    assert who(client) == str(guest.pk)
    guest.refresh_from_db()
    assert (guest.is_guest, guest.email) == (False, "alice@example.com")
    assert Persona.objects.filter(user=guest, pk=persona.pk).exists()


def test_a_guest_who_has_an_account_brings_everything_along(alice, inn, signed_in):
    SocialAccount.objects.create(user=alice, provider="inn", uid="42")
    guest = GuestFactory()
    persona = PersonaFactory(user=guest)
    client = signed_in(guest)
    inn.say_yes(client)
    assert who(client) == str(alice.pk)
    assert Persona.objects.get(pk=persona.pk).user == alice
    assert not User.objects.filter(pk=guest.pk).exists()


def test_a_guest_links_nothing(inn, guest, signed_in):
    client = signed_in(guest)
    assert client.post("/account/with/inn/", {"process": "connect"}).headers["location"] == "/account/login/"


@pytest.mark.django_db
def test_a_provider_that_is_away_or_says_no_changes_nothing(client, inn):
    inn.codes["no"] = {"code_challenge": ""}
    page = client.post("/account/with/inn/")
    assert page.status_code == 200
    assert client.get("/account/with/inn/callback/", {"code": "no", "state": "made-up"}).status_code == 401
    assert inn.asked == ["/.well-known/openid-configuration"], "a state of somebody else's asks for nothing"
    inn.stop()
    assert client.post("/account/with/inn/").status_code == 401
    assert client.post("/account/with/nobody/").status_code == 404
    assert not User.objects.exists()


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/token", "https://169.254.169.254/token", "https://localhost/"])
@pytest.mark.django_db
def test_a_provider_leads_the_server_nowhere_else(client, inn, address):
    inn.token_endpoint = address
    assert inn.say_yes(client).status_code == 401
    assert who(client) is None


@pytest.mark.django_db
def test_the_pages_offer_what_is_configured(client, inn):
    for path in ("/account/login/", "/account/signup/"):
        assert "Go on with The Inn" in client.get(path).content.decode()


@pytest.mark.django_db
def test_without_providers_nothing_is_offered(client):
    assert "Go on with" not in client.get("/account/login/").content.decode()
