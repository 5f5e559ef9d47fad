"""Authenticator apps and recovery codes: set up, asked for, used once, turned off, asked of staff."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.db import connection
from django.test import Client

from accounts.models import User
from tests.factories import PASSWORD

INDEX = "/account/2fa/"


def log_in(user: User) -> Client:
    """As a person does, with the password alone."""
    client = Client()
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    return client


def digits(secret: str, steps: int = 0) -> str:
    """What the app shows; one of another half minute is another one."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def confirm(client: Client) -> None:
    client.post("/account/reauthenticate/", {"password": PASSWORD})


def set_up(client: Client) -> tuple[str, list[str]]:
    """The app's secret, and the recovery codes that come with it."""
    confirm(client)
    page = client.get(f"{INDEX}app/").content.decode()
    [secret] = re.findall(r'class="secretkey">(\w+)<', page)
    answer = client.post(f"{INDEX}app/", {"code": digits(secret, -1)})
    assert answer.headers["location"] == f"{INDEX}codes/"
    return secret, re.findall(r"<li><code>(\d{8})</code>", client.get(f"{INDEX}codes/").content.decode())


@pytest.fixture
def guarded(alice: User) -> tuple[User, str, list[str]]:
    return (alice, *set_up(log_in(alice)))


def test_setting_up_an_app_wants_the_password_and_shows_a_code_to_scan(alice):
    client = log_in(alice)
    assert client.get(f"{INDEX}app/").headers["location"].startswith("/account/reauthenticate/")
    confirm(client)
    page = client.get(f"{INDEX}app/").content.decode()
    assert '<svg class="qr"' in page
    assert "style=" not in page[page.index('<svg class="qr"') : page.index("</svg>", page.index('class="qr"'))]
    _secret, codes = set_up(client)
    assert len(set(codes)) == 10


def test_after_the_password_comes_the_code_and_not_twice(guarded):
    alice, secret, _codes = guarded
    client = log_in(alice)
    assert "_auth_user_id" not in client.session
    assert client.get("/settings/").status_code == 302
    assert client.post(f"{INDEX}authenticate/", {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in client.session
    code = digits(secret)
    client.post(f"{INDEX}authenticate/", {"code": code})
    assert client.session["_auth_user_id"] == str(alice.pk)

    again = log_in(alice)
    again.post(f"{INDEX}authenticate/", {"code": code})
    assert "_auth_user_id" not in again.session, "who looked over the shoulder does not come in with it"


def test_a_recovery_code_lets_in_once(guarded):
    alice, _secret, codes = guarded
    for expected in (True, False):
        client = log_in(alice)
        client.post(f"{INDEX}authenticate/", {"code": codes[0]})
        assert ("_auth_user_id" in client.session) is expected


def test_codes_are_guessed_at_a_rate_that_leads_nowhere(guarded):
    alice, secret, _codes = guarded
    client = log_in(alice)
    for _guess in range(10):
        client.post(f"{INDEX}authenticate/", {"code": "000000"})
    client.post(f"{INDEX}authenticate/", {"code": digits(secret)})
    assert "_auth_user_id" not in client.session


def test_secrets_lie_sealed(guarded):
    alice, secret, codes = guarded
    with connection.cursor() as cursor:
        cursor.execute("select data::text from mfa_authenticator where user_id = %s", [alice.pk])
        kept = " ".join(row[0] for row in cursor.fetchall())
    assert secret not in kept
    assert not [code for code in codes if code in kept]


def test_new_codes_make_the_old_ones_worthless(guarded):
    alice, _secret, codes = guarded
    client = log_in(alice)
    client.post(f"{INDEX}authenticate/", {"code": codes[0]})
    confirm(client)
    client.post(f"{INDEX}codes/new/")
    fresh = client.get(f"{INDEX}codes/file/").content.decode()
    assert not [code for code in codes if code in fresh]
    assert len(re.findall(r"^\d{8}$", fresh, re.MULTILINE)) == 10


def test_turning_the_app_off_takes_the_codes_along_and_tells_by_mail(guarded):
    alice, _secret, codes = guarded
    client = log_in(alice)
    client.post(f"{INDEX}authenticate/", {"code": codes[0]})
    confirm(client)
    client.post(f"{INDEX}app/off/")
    assert mail.outbox[-1].subject == "The authenticator app was turned off"
    assert not Authenticator.objects.filter(user=alice).exists()
    assert "_auth_user_id" in log_in(alice).session


def test_a_new_password_by_mail_is_no_way_around_it(guarded, client, link_in):
    alice, _secret, _codes = guarded
    client.post("/account/password/reset/", {"email": alice.email})
    page = client.get(link_in(mail.outbox[-1]), follow=True)
    client.post(page.request["PATH_INFO"], {"password1": "another good one", "password2": "another good one"})
    client.post("/account/login/", {"login": alice.email, "password": "another good one"})
    assert "_auth_user_id" not in client.session


def test_a_new_address_and_a_second_factor_do_not_exclude_each_other(guarded, link_in):
    alice, _secret, codes = guarded
    client = log_in(alice)
    client.post(f"{INDEX}authenticate/", {"code": codes[0]})
    confirm(client)
    client.post("/account/email/", {"action_add": "", "email": "alice@new.example"})
    client.post(link_in(mail.outbox[-1]))
    alice.refresh_from_db()
    assert alice.email == "alice@new.example"


def test_nobody_sees_or_removes_a_strangers_passkey(alice, bob):
    passkey = Authenticator.objects.create(user=alice, type="webauthn", data={"name": "Phone", "credential": {}})
    client = log_in(bob)
    confirm(client)
    for way in ("remove", "rename"):
        assert client.post(f"{INDEX}passkeys/{passkey.pk}/{way}/", {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.get(pk=passkey.pk).data["name"] == "Phone"


def test_staff_come_into_the_admin_with_a_second_factor_alone(alice, settings):
    alice.is_staff = alice.is_superuser = True
    alice.save()
    client = log_in(alice)
    assert client.get("/admin/").status_code == 200
    settings.STAFF_SECOND_FACTOR = True
    assert client.get("/admin/").headers["location"] == INDEX
    assert client.get("/admin/handbook/").headers["location"] == INDEX
    assert client.get("/settings/").status_code == 200, "what is theirs stays open to them"
    secret, _codes = set_up(client)
    assert client.get("/admin/").headers["location"] == f"{INDEX}reauthenticate/?next=%2Fadmin%2F"
    client.post(f"{INDEX}reauthenticate/", {"code": digits(secret)})
    assert client.get("/admin/").status_code == 200
