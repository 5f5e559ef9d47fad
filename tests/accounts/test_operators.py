"""Commands, the admin, and what runs by night."""

import datetime
import json
import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import erasure
from accounts.encryption import cipher_for, ciphers
from accounts.errors import ContentLost
from accounts.management.commands.demo_accounts import make_demo_account
from accounts.models import DataKey, Persona, Session, UsageDay, User
from accounts.selectors import default_persona
from accounts.sessions import open_sessions
from accounts.tasks import clear_sessions, forget_old_guests
from characters.models import Character
from tests.factories import PASSWORD, GuestFactory, PersonaFactory, UserFactory


@pytest.fixture
def var_dir(settings, tmp_path) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    return settings.VAR_DIR


@pytest.mark.usefixtures("var_dir")
@pytest.mark.django_db
def test_four_demo_accounts_can_sign_in_and_keep_their_passwords(capsys, var_dir):
    call_command("demo_accounts")
    first = capsys.readouterr().out
    call_command("demo_accounts")
    assert capsys.readouterr().out == first
    accounts = [json.loads(line) for line in first.splitlines()]
    assert [account["role"] for account in accounts] == ["player", "creator", "moderator", "operator"]
    [file] = var_dir.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for account in accounts:
        client = Client()
        client.post("/account/login/", {"login": account["email"], "password": account["password"]})
        user = User.objects.get(email=account["email"])
        assert client.session["_auth_user_id"] == str(user.pk)
        assert client.get("/admin/").status_code == (200 if user.is_staff else 302)
    moderator, operator = (User.objects.get(email=f"{role}@example.com") for role in ("moderator", "operator"))
    assert (moderator.is_superuser, operator.is_superuser) == (False, True)
    assert [group.name for group in moderator.groups.all()] == ["moderators"]


def test_a_superuser_made_on_the_command_line_signs_in_runs_the_site_and_plays(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", "--email", "Boss@Example.com", verbosity=0)
    boss = User.objects.get(email="boss@example.com")
    assert (boss.is_staff, boss.is_superuser, boss.plan_id) == (True, True, "unlimited")
    client = Client()
    assert client.post("/account/login/", {"login": boss.email, "password": PASSWORD}).headers["location"] == "/"
    assert client.get("/admin/").status_code == 200
    socrates = Character.objects.filter(visibility="public").first()
    opened = client.post(f"/characters/{socrates.pk}/talk")
    assert opened.headers["location"].startswith("/talks/")
    assert client.get(opened.headers["location"]).status_code == 200
    assert default_persona(boss).is_default


@pytest.mark.usefixtures("var_dir")
def test_a_moderator_sees_who_and_when_and_neither_words_nor_addresses(signed_in, alice, bob):
    user = make_demo_account(role="moderator", email="moderator@example.com", password="one good password")
    client = signed_in(user)
    PersonaFactory(user=alice, name="Ferryman-canary", description="canary")
    alice.profile.bio = "canary"
    alice.profile.save()
    index = client.get("/admin/").content.decode()
    for name in ("user", "character", "conversation", "turn"):
        assert f'/{name}/"' in index, name
    for name in ("persona", "datakey", "emailaddress", "group", "plan"):
        assert f'/{name}/"' not in index, name
    for path in (
        "accounts/user/",
        "accounts/user/?q=alice",
        f"accounts/user/{alice.pk}/change/",
        "characters/character/",
        "characters/character/?q=mira",
        "chat/conversation/",
        "chat/turn/",
    ):
        answer = client.get(f"/admin/{path}")
        assert answer.status_code == 200, path
        assert "canary" not in answer.content.decode(), path
        assert "alice@example.com" not in answer.content.decode(), path
    assert client.post(f"/admin/accounts/user/{alice.pk}/change/", {"plan": "unlimited"}).status_code == 403
    assert client.get("/admin/accounts/persona/").status_code == 403


def test_the_way_to_the_admin_is_shown_to_those_who_see_something_there(signed_in, alice, operator):
    idle = UserFactory(is_staff=True)
    moderator = make_demo_account(role="moderator", email="moderator@example.com", password="one good password")
    for client, shown in ((signed_in(alice), 0), (signed_in(idle), 0), (signed_in(moderator), 1), (operator, 1)):
        assert client.get("/settings/").content.decode().count('href="/admin/"') == shown


def test_demo_accounts_are_refused_in_production(settings, var_dir):
    settings.ENVIRONMENT = "production"
    with pytest.raises(CommandError, match="development"):
        call_command("demo_accounts")
    assert not var_dir.exists()


@pytest.mark.django_db
def test_sessions_made_in_bulk_are_signed_in():
    users = [UserFactory() for _ in range(3)]
    for user, cookie in zip(users, open_sessions(users), strict=True):
        client = Client()
        client.cookies["sessionid"] = cookie
        assert client.get("/settings/").context["user"] == user


# Guests nobody saw for long


def long_ago(user: User, days: int) -> User:
    past = timezone.now() - datetime.timedelta(days=days)
    User.objects.filter(pk=user.pk).update(date_joined=past, last_login=past)
    return user


def test_guests_idle_for_a_month_are_forgotten_and_nobody_else(alice, django_assert_max_num_queries):
    gone, fresh, talks, member = (
        long_ago(GuestFactory(), 31),
        long_ago(GuestFactory(), 29),
        long_ago(GuestFactory(), 31),
        long_ago(alice, 400),
    )
    UsageDay.objects.create(user=talks, day=timezone.now().date(), messages=1)
    key = DataKey.objects.get(owner=gone)
    cipher_for(key.pk)
    forget_old_guests()
    forget_old_guests()
    assert not User.objects.filter(pk=gone.pk).exists()
    assert not DataKey.objects.filter(pk=key.pk).exists()
    assert not Persona.objects.filter(user_id=gone.pk).exists()
    assert ciphers.cached(key.pk) is None
    with pytest.raises(ContentLost):
        cipher_for(key.pk)
    assert User.objects.filter(pk__in=[fresh.pk, talks.pk, member.pk]).count() == 3


def yesterday(client: Client) -> None:
    """What this browser's session remembers is a day old, and it ends soon."""
    session = client.session
    session["seen"] = str(timezone.now().date() - datetime.timedelta(days=1))
    session.save()
    soon = timezone.now() + datetime.timedelta(days=3)
    Session.objects.filter(pk=session.session_key).update(expire_date=soon)


def test_a_guest_who_comes_to_read_is_not_forgotten(signed_in, guest):
    client = signed_in(guest)
    long_ago(guest, 60)
    User.objects.filter(pk=guest.pk).update(seen_on=None)
    yesterday(client)
    client.get("/settings/")
    assert User.objects.get(pk=guest.pk).seen_on == timezone.now().date()
    forget_old_guests()
    assert User.objects.filter(pk=guest.pk).exists()

    User.objects.filter(pk=guest.pk).update(seen_on=timezone.now().date() - datetime.timedelta(days=31))
    assert "sessionid" not in client.get("/settings/").cookies, "noted once a day"
    forget_old_guests()
    assert not User.objects.filter(pk=guest.pk).exists()


def test_coming_back_moves_the_end_of_a_session(signed_in, guest):
    client = signed_in(guest)
    yesterday(client)
    answer = client.get("/settings/")
    assert answer.cookies["sessionid"]["max-age"] == settings.SESSION_COOKIE_AGE
    end = Session.objects.get(pk=client.session.session_key).expire_date
    assert end > timezone.now() + datetime.timedelta(days=80)


def test_sessions_that_have_expired_are_cleared_by_night(signed_in, guest, alice):
    gone, stays = signed_in(guest).session.session_key, signed_in(alice).session.session_key
    Session.objects.filter(pk=gone).update(expire_date=timezone.now())
    clear_sessions()
    assert set(Session.objects.filter(pk__in=[gone, stays]).values_list("pk", flat=True)) == {stays}


def test_a_page_that_asks_for_nobody_notes_nobody(signed_in, guest, django_assert_num_queries):
    client = signed_in(guest)
    yesterday(client)
    with django_assert_num_queries(0):
        client.get("/healthz")


def test_what_other_apps_keep_is_erased_after_the_keys(guest, monkeypatch):
    seen = []
    monkeypatch.setattr(erasure, "_erasers", [])
    erasure.on_erasure(lambda user: seen.append(DataKey.objects.filter(owner=user, destroyed_at=None).count()))
    erasure.erase(guest)
    assert seen == [0]


# The admin


@pytest.fixture
def operator(signed_in, db) -> Client:
    return signed_in(UserFactory(is_staff=True, is_superuser=True))


def test_the_admin_shows_people_and_neither_words_nor_keys(operator, alice):
    persona = PersonaFactory(user=alice, name="Ferryman-canary", description="canary")
    key = DataKey.objects.get(owner=alice)
    pages = [
        f"/admin/accounts/{path}"
        for path in (
            "user/", f"user/{alice.pk}/change/", "plan/", "plan/guest/change/", "usageday/",
            "persona/", f"persona/{persona.pk}/change/", "datakey/", f"datakey/{key.pk}/change/",
        )
    ]  # fmt: skip
    for page in pages:
        answer = operator.get(page)
        assert answer.status_code == 200, page
        assert "canary" not in answer.content.decode()
        assert "wrapped" not in answer.content.decode()


def test_the_admin_is_ours_and_readable(operator, alice):
    index = operator.get("/admin/", headers={"accept-language": "en"}).content.decode()
    assert "Django" not in index
    assert index.count(">Accounts<") + index.count("Accounts\n") <= 1
    for path in ("accounts/user/", "accounts/datakey/", "accounts/persona/"):
        page = operator.get(f"/admin/{path}").content.decode()
        assert f'<span title="{alice.pk}">{str(alice.pk)[-8:]}</span>' in page, path
        assert f">{alice.pk}<" not in page, path


def test_the_admin_neither_adds_nor_deletes_people_or_keys(operator, alice):
    key = DataKey.objects.get(owner=alice)
    for path in (
        "user/add/",
        f"user/{alice.pk}/delete/",
        "datakey/add/",
        f"datakey/{key.pk}/delete/",
        "persona/add/",
    ):
        assert operator.post(f"/admin/accounts/{path}", {"post": "yes"}).status_code == 403, path


def test_staff_who_are_no_operators_cannot_raise_rights(signed_in, alice):
    from django.contrib.auth.models import Permission

    moderator = UserFactory(is_staff=True)
    moderator.user_permissions.add(
        *Permission.objects.filter(codename__in=["change_user", "view_user", "change_profile", "view_profile"])
    )
    client = signed_in(moderator)
    path = f"/admin/accounts/user/{moderator.pk}/change/"
    client.post(
        path,
        {
            "is_superuser": "on",
            "is_staff": "on",
            "is_active": "on",
            "plan": "free",
            "language": "",
            "profile-TOTAL_FORMS": "0",
            "profile-INITIAL_FORMS": "0",
        },
    )
    assert not User.objects.get(pk=moderator.pk).is_superuser


def test_staff_sign_in_on_the_ordinary_page(client, db):
    assert client.get("/admin/login/").headers["location"].startswith("/account/login/")
