"""An organisation's own OpenID provider: who comes in by it, what it vouches for, and where it leads the server."""

from collections.abc import Iterator

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import identity_sessions
from accounts.errors import Conflict, Invalid
from accounts.models import Organisation, OrganisationDomain, OrganisationProvider, User
from accounts.organisations import people, provider
from tests.accounts.provider import CLIENT, SECRET, Provider
from tests.factories import PASSWORD, UserFactory


@pytest.fixture
def inn(settings) -> Iterator[Provider]:
    settings.OUTBOUND_LOCAL = True
    made = Provider()
    yield made
    made.stop()


@pytest.fixture
def guild(inn: Provider, alice: User) -> Organisation:
    organisation = people.make_organisation(owner=alice, name="The Guild", seats=3).organisation
    provider.set_provider(by=alice, server_url=inn.url, client_id=CLIENT, secret=SECRET)
    inn.name = people.provider_id_of(organisation.pk)
    inn.person["email"] = "new@guild.example"
    return organisation


def confirmed(organisation: Organisation, domain: str = "guild.example") -> OrganisationDomain:
    return OrganisationDomain.objects.create(
        organisation=organisation, domain=domain, token="t", confirmed_at=timezone.now()
    )


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_whoever_it_knows_at_a_confirmed_domain_is_in_at_once_and_has_a_seat(client, inn, guild) -> None:
    confirmed(guild)
    page = client.post("/account/organisation/", {"email": "anybody@guild.example"})
    assert page.headers["location"] == f"/organisations/{guild.pk}/sign-in/"
    assert "Go on with The Guild" in client.get(page.headers["location"]).content.decode()
    inn.say_yes(client)
    user = User.objects.get(email="new@guild.example")
    assert who(client) == str(user.pk)
    assert people.seat_of(user).organisation == guild
    assert not user.has_usable_password()


def test_of_other_domains_its_word_is_not_enough(client, inn, guild, alice) -> None:
    """Whoever makes an organisation could claim any address."""
    inn.say_yes(client)
    assert who(client) is None
    assert [message.to for message in mail.outbox] == [["new@guild.example"]]
    assert client.post("/account/organisation/", {"email": "x@guild.example"}).status_code == 400


def test_an_address_links_no_account_even_at_a_confirmed_domain(client, inn, guild, bob) -> None:
    confirmed(guild, bob.email.rpartition("@")[2])
    inn.person["email"] = bob.email
    inn.say_yes(client)
    assert who(client) is None
    assert not SocialAccount.objects.exists()


def test_whoever_links_it_takes_a_seat_and_without_one_nobody_new_is_made(client, inn, guild, bob, signed_in) -> None:
    confirmed(guild)
    inn.person["email"] = "elsewhere@guild.example"
    browser = Client()
    browser.post("/account/login/", {"login": bob.email, "password": "one good password"})
    browser.post("/account/reauthenticate/", {"password": "one good password"})
    inn.say_yes(browser, process="connect")
    assert people.seat_of(bob).organisation == guild
    people.join(user=UserFactory(), organisation=guild)
    inn.person |= {"sub": "43", "email": "late@guild.example"}
    refused = inn.say_yes(client)
    assert refused.status_code == 409
    assert "no seat left" in refused.content.decode()
    assert not User.objects.filter(email="late@guild.example").exists()


@pytest.fixture
def elsewhere(inn: Provider) -> Iterator[Provider]:
    """Another provider, that says who somebody is as it likes."""
    made = Provider()
    yield made
    made.stop()


@pytest.fixture
def linked(inn: Provider, guild: Organisation, bob: User) -> User:
    people.join(user=bob, organisation=guild)
    SocialAccount.objects.create(user=bob, provider=inn.name, uid="42")
    return bob


def lets_in(provider: Provider, name: str) -> str | None:
    browser, provider.name = Client(), name
    provider.say_yes(browser)
    return who(browser)


def test_another_provider_opens_no_account_that_was_linked_to_the_one_before(alice, inn, elsewhere, linked) -> None:
    assert lets_in(inn, inn.name) == str(linked.pk)
    provider.set_provider(by=alice, server_url=inn.url, client_id=CLIENT, secret="another of the same")
    assert SocialAccount.objects.filter(user=linked).exists(), "a secret that is changed unlinks nobody"
    provider.set_provider(by=alice, server_url=elsewhere.url, client_id=CLIENT, secret=SECRET)
    assert lets_in(elsewhere, inn.name) is None
    assert not SocialAccount.objects.exists()
    SocialAccount.objects.create(user=linked, provider=inn.name, uid="42")
    provider.set_provider(by=alice, server_url=elsewhere.url, client_id="somebody else's", secret="")
    assert not SocialAccount.objects.exists(), "nor does another client of the same one"


@pytest.mark.parametrize(
    "goes",
    [lambda alice, bob: people.leave(user=bob), lambda alice, bob: people.remove(by=alice, person_id=bob.pk)],
    ids=["left", "removed"],
)
def test_whoever_left_is_let_in_as_themselves_no_more(alice, inn, linked, goes) -> None:
    goes(alice, linked)
    assert lets_in(inn, inn.name) is None
    assert people.membership_of(linked) is None


def begins_to_link(bob: User, inn: Provider) -> Client:
    """Asked for the password once more."""
    browser = Client()
    browser.post("/account/login/", {"login": bob.email, "password": PASSWORD})
    assert inn.say_yes(browser, process="connect").headers["location"].startswith("/account/reauthenticate/")
    return browser


def test_an_account_is_linked_once_the_password_was_asked_for(bob, inn, guild) -> None:
    begins_to_link(bob, inn).post("/account/reauthenticate/", {"password": PASSWORD})
    assert SocialAccount.objects.get().user == bob
    assert people.seat_of(bob).organisation == guild


@pytest.mark.parametrize("client_id", [CLIENT, "another"])
def test_what_one_provider_said_links_nothing_to_the_next(alice, bob, inn, guild, elsewhere, client_id) -> None:
    browser = begins_to_link(bob, inn)
    provider.set_provider(by=alice, server_url=elsewhere.url, client_id=client_id, secret=SECRET)
    assert browser.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 409
    assert not SocialAccount.objects.exists()
    assert people.membership_of(bob) is None


def test_whoever_may_enter_the_admin_is_neither_linked_nor_let_in(inn, linked) -> None:
    staff = UserFactory(is_staff=True)
    browser = Client()
    browser.post("/account/login/", {"login": staff.email, "password": PASSWORD})
    inn.person["sub"] = "43"
    assert inn.say_yes(browser, process="connect").status_code == 403
    assert not SocialAccount.objects.filter(user=staff).exists()
    User.objects.filter(pk=linked.pk).update(is_staff=True)
    inn.person["sub"] = "42"
    assert lets_in(inn, inn.name) is None


def test_the_secret_lies_sealed_and_is_not_sent_to_another_address(inn, guild, alice, signed_in) -> None:
    kept = OrganisationProvider.objects.get()
    assert SECRET not in kept.secret
    assert SECRET not in signed_in(alice).get("/settings/organisation/sign-in/").content.decode()
    provider.set_provider(by=alice, server_url=inn.url, client_id="other", secret="")
    kept.refresh_from_db()
    assert kept.client_id == "other"
    with pytest.raises(Invalid) as refused:
        provider.set_provider(by=alice, server_url="https://elsewhere.example", client_id="other", secret="")
    assert refused.value.extra["field"] == "secret"


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1", "https://169.254.169.254", "https://localhost", "ftp://x.org"]
)
def test_a_provider_is_not_asked_inside(alice, db, address: str) -> None:
    people.make_organisation(owner=alice, name="The Guild")
    with pytest.raises(Invalid) as refused:
        provider.set_provider(by=alice, server_url=address, client_id="a", secret="b")
    assert refused.value.extra["field"] == "server_url"


def test_a_name_that_leads_inside_by_the_time_it_is_asked_is_not_spoken_to(inn, settings, monkeypatch) -> None:
    settings.OUTBOUND_LOCAL = False
    monkeypatch.setattr(identity_sessions, "check_address", lambda url, known: None)  # it led outside a moment ago
    with pytest.raises(identity_sessions.requests.RequestException):
        identity_sessions.OutsideSession().get(inn.url.replace("http://", "https://"))
    assert inn.asked == []


def test_a_domain_is_its_own_once_it_says_so_and_nobody_elses_then(alice, bob, db) -> None:
    for user in (alice, bob):
        people.make_organisation(owner=user, name="The Guild")
    first, second = (provider.add_domain(by=user, domain="@Guild.Example.") for user in (alice, bob))
    assert first.domain == second.domain == "guild.example"
    with pytest.raises(Invalid):
        provider.confirm_domain(by=alice, domain_id=first.pk)  # nobody answers there
    provider.mark_confirmed(first)
    with pytest.raises(Conflict):
        provider.mark_confirmed(second)
    for wrong in ("localhost", "10.0.0.1", "a/b.org", "guild.example:8443", "x" * 300 + ".org"):
        with pytest.raises(Invalid):
            provider.add_domain(by=alice, domain=wrong)


def test_without_its_organisation_nobody_comes_in_by_it(client, inn, guild, alice) -> None:
    people.dissolve(by=alice)
    assert client.post(f"/account/with/{inn.name}/").status_code == 404
    assert client.get(f"/organisations/{guild.pk}/sign-in/").status_code == 404
    assert client.post("/account/with/org-nonsense/").status_code == 404
