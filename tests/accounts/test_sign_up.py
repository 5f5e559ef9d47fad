import statistics
import time
from urllib.parse import urlencode

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.encryption import Place, cipher_of
from accounts.ids import uuid7
from accounts.models import DataKey, User
from accounts.selectors import open_personas
from tests.factories import PASSWORD, GuestFactory

EMAIL = "new@example.com"


def sign_up(client: Client, email: str = EMAIL, password: str = PASSWORD):
    return client.post("/account/signup/", {"email": email, "password1": password})


@pytest.mark.django_db
def test_a_newcomer_signs_up_confirms_and_is_signed_in(client, link_in):
    assert sign_up(client).headers["location"] == "/account/confirm-email/"
    assert "_auth_user_id" not in client.session
    [message] = mail.outbox
    assert message.to == [EMAIL]

    link = link_in(message)
    assert client.get(link).status_code == 200
    assert not EmailAddress.objects.get(email=EMAIL).verified, "opening the link alone must not confirm it"
    assert client.post(link).headers["location"] == "/"

    user = User.objects.get(email=EMAIL)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (user.is_guest, user.plan_id) == (False, "free")
    assert cipher_of(user)
    assert [persona.name for persona in open_personas(user)] == ["You"]


@pytest.mark.django_db
def test_nobody_logs_in_before_the_address_is_confirmed(client, link_in):
    sign_up(client)
    other = Client()
    answer = other.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    assert answer.headers["location"] == "/account/confirm-email/"
    assert "_auth_user_id" not in other.session


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "said"), [("zh-CN", "密码太短，至少要 10 个字符。"), ("en", "It needs at least 10 characters.")]
)
def test_a_short_password_is_refused_in_the_language_of_the_page(client, language, said):
    page = client.post(
        "/account/signup/", {"email": EMAIL, "password1": "k7wq"}, headers={"accept-language": language}
    ).content.decode()
    assert said in page


@pytest.mark.django_db
def test_forms_name_an_address_and_a_password_alike(signed_in, alice):
    visitor, member = Client(), signed_in(alice)
    member.post("/account/reauthenticate/", {"password": PASSWORD})
    for client, path in (
        (visitor, "/account/signup/"),
        (visitor, "/account/login/"),
        (visitor, "/account/password/reset/"),
        (member, "/account/email/"),
        (member, "/account/password/change/"),
    ):
        page = client.get(path, headers={"accept-language": "en"})
        assert page.status_code == 200, path
        for label in {str(field.label) for field in page.context["form"].visible_fields()} - {"How old are you?"}:
            assert label in {"E-mail", "Password", "Current password", "New password", "New password once more"}, path


def test_a_guest_who_signs_up_stays_the_same_person(signed_in, guest, link_in):
    client = signed_in(guest)
    key = DataKey.objects.get(owner=guest)
    place = Place("chat_message", uuid7())
    blob = cipher_of(guest).seal("before signing up", place)
    before = client.session.session_key

    sign_up(client)
    assert client.session["_auth_user_id"] == str(guest.pk), "the talk goes on meanwhile"
    assert client.session.session_key != before
    waiting = User.objects.get(pk=guest.pk)
    assert (waiting.is_guest, waiting.email, waiting.plan_id) == (True, None, "guest")

    confirmed = client.post(link_in(mail.outbox[0]))
    assert confirmed.headers["location"] == "/talks/", "back to what was said as a guest"
    user = User.objects.get(email=EMAIL)
    assert user.pk == guest.pk
    assert (user.is_guest, user.plan_id) == (False, "free")
    assert DataKey.objects.get(owner=user).pk == key.pk
    assert cipher_of(user).open(blob, place) == "before signing up"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert log_in_elsewhere().session["_auth_user_id"] == str(user.pk)


def log_in_elsewhere() -> Client:
    client = Client()
    client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    return client


def test_a_guest_who_mistyped_the_address_signs_up_once_more(signed_in, guest, link_in):
    client = signed_in(guest)
    sign_up(client, "nwe@example.com")
    sign_up(client)
    assert [address.email for address in EmailAddress.objects.filter(user=guest)] == [EMAIL]
    client.post(link_in(mail.outbox[1]))
    assert User.objects.get(email=EMAIL).pk == guest.pk
    assert client.get(link_in(mail.outbox[0])).status_code == 200
    client.post(link_in(mail.outbox[0]))
    assert not User.objects.filter(email="nwe@example.com").exists()


TALK = "/talks/01890a5d-ac96-774b-bcce-b302099a8057/"


def sign_up_from_a_talk(client: Client, back: str = TALK):
    return client.post("/account/signup/", {"email": EMAIL, "password1": PASSWORD, "next": back})


def test_the_mail_leads_back_to_the_talk_one_came_from(signed_in, guest, link_in):
    client = signed_in(guest)
    sent = sign_up_from_a_talk(client)
    assert f'href="{TALK}"' in client.get(sent.headers["location"]).content.decode(), "meanwhile"
    link = link_in(mail.outbox[0])
    page = client.get(link).content.decode()
    assert f'name="next" value="{TALK}"' in page
    answer = client.post(link.partition("?")[0], {"next": TALK})
    assert answer.headers["location"] == TALK


def test_in_another_browser_it_leads_there_by_way_of_signing_in(signed_in, guest, link_in):
    sign_up_from_a_talk(signed_in(guest))
    phone, link = Client(), link_in(mail.outbox[0])
    path = phone.post(link).headers["location"]
    assert path == f"/account/login/?{urlencode({'next': TALK})}"
    answer = phone.post(path, {"login": EMAIL, "password": PASSWORD, "next": TALK})
    assert answer.headers["location"] == TALK


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_it_leads_to_no_other_site(signed_in, guest, link_in, back):
    client = signed_in(guest)
    sent = sign_up_from_a_talk(client, back)
    assert sent.headers["location"] == "/account/confirm-email/"
    link = link_in(mail.outbox[0])
    assert "evil" not in link
    assert client.post(link, {"next": back}).headers["location"] == "/talks/"


def test_confirming_in_another_browser_leaves_its_guest_alone(signed_in, guest, link_in):
    sign_up(signed_in(guest))
    somebody = GuestFactory()
    phone = signed_in(somebody)
    link = link_in(mail.outbox[0])
    phone.get(link)
    phone.post(link)
    assert User.objects.get(pk=guest.pk).email == EMAIL
    assert phone.session["_auth_user_id"] == str(somebody.pk)


@pytest.mark.django_db
def test_two_who_claim_one_address_get_one_account(link_in, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    first, second = Client(), Client()
    sign_up(first)
    sign_up(second, password="another good password")
    assert User.objects.filter(emailaddress__email=EMAIL).count() == 1
    first.post(link_in(mail.outbox[0]))
    assert User.objects.filter(email=EMAIL).count() == 1


def test_signing_up_with_a_taken_address_looks_the_same(client, alice):
    free, taken = sign_up(Client()), sign_up(Client(), "alice@example.com")
    assert (free.status_code, free.headers["location"]) == (taken.status_code, taken.headers["location"])
    assert len(mail.outbox) == 2
    assert mail.outbox[1].to == ["alice@example.com"]
    assert "There is one already" in mail.outbox[1].body
    assert User.objects.get(email="alice@example.com").check_password(PASSWORD)


def test_a_guest_cannot_tell_a_taken_address_either(signed_in, alice):
    seen = []
    for email in (EMAIL, "alice@example.com"):
        client = signed_in(GuestFactory())
        before = client.session.session_key
        answer = sign_up(client, email)
        page = client.get(answer.headers["location"]).content.decode()
        settings_page = client.get("/settings/").content.decode()
        seen.append(
            (
                answer.status_code,
                answer.headers["location"],
                sorted(answer.cookies),
                client.session.session_key != before,
                len(page),
                EMAIL in settings_page or "alice@" in settings_page,
            )
        )
    assert seen[0] == seen[1]
    assert seen[0][3:] == (True, seen[0][4], False)


@pytest.mark.long
def test_signing_up_takes_as_long_for_a_taken_address(alice, settings):
    """Catalogue A4: less than 20 ms apart on average over 200 tries, with the hasher of production."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    took: dict[bool, list[float]] = {True: [], False: []}
    for number in range(200):
        taken = number % 2 == 0
        started = time.perf_counter()
        sign_up(Client(), "alice@example.com" if taken else f"free{number}@example.com")
        took[taken].append(time.perf_counter() - started)
    assert abs(statistics.mean(took[True]) - statistics.mean(took[False])) < 0.020


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["short", "1234567890", "password123", "new@example.com"])
def test_a_weak_password_is_refused_and_nobody_is_made(client, password):
    before = User.objects.count()
    answer = sign_up(client, password=password)
    assert answer.status_code == 200
    assert answer.context["form"].errors["password1"]
    assert User.objects.count() == before
    assert mail.outbox == []


@pytest.mark.django_db
def test_addresses_that_differ_in_case_are_one(client, link_in):
    sign_up(client, "New@Example.com")
    client.post(link_in(mail.outbox[0]))
    assert User.objects.get(email=EMAIL)


def test_somebody_signed_in_is_sent_on(signed_in, alice):
    assert signed_in(alice).get("/account/signup/").status_code == 302
    assert signed_in(alice).get("/account/login/").status_code == 302


def test_a_guest_sees_the_forms(signed_in, guest):
    assert "stays yours" in signed_in(guest).get("/account/signup/").content.decode()
    assert signed_in(guest).get("/account/login/").status_code == 200


@pytest.mark.django_db
def test_where_confirmation_is_optional_a_newcomer_is_in_at_once(client, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    sign_up(client)
    user = User.objects.get(email=EMAIL)
    assert (user.is_guest, user.plan_id) == (False, "free")
    assert client.session["_auth_user_id"] == str(user.pk)
