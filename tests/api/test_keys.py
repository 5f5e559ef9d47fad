"""Personal keys: shown once, kept as a digest, revoked at once."""

from datetime import timedelta

import pytest
import redis
from django.test import Client
from django.utils import timezone

from accounts import plans
from accounts.api_keys import (
    MAX_KEYS,
    NOTED_EVERY,
    KeyRefused,
    allows,
    end_old_secret,
    find_key,
    make_key,
    revoke_key,
    rotate_key,
)
from accounts.errors import Conflict, Invalid, NotFound
from accounts.limits import charging
from accounts.models import ApiKey, Plan, User
from tests.api.conftest import Program, refused
from tests.factories import GuestFactory, UserFactory


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_key_is_found_and_only_its_digest_is_kept(alice: User) -> None:
    made = make_key(user=alice, label=" Backup ", scopes=["lore:read", "lore:read"])
    found = find_key(made.secret)
    assert (found.pk, found.label, found.scopes) == (made.key.pk, "Backup", ["lore:read"])
    assert made.secret.startswith(found.prefix)
    assert made.secret[len(found.prefix) + 1 :].encode() not in bytes(ApiKey.objects.get().digest)
    assert len(bytes(found.digest)) == 32


@pytest.mark.parametrize("wrong", ["", "drm_", "Bearer", "drm_aaaaaaaaaaaa_" + "0" * 64])
def test_what_is_no_key_is_refused(db: None, wrong: str) -> None:
    with pytest.raises(KeyRefused):
        find_key(wrong)


def test_another_secret_under_the_same_prefix_is_refused(alice: User) -> None:
    made = make_key(user=alice, label="One", scopes=["lore:read"])
    with pytest.raises(KeyRefused):
        find_key(f"{made.key.prefix}_{'0' * 64}")


def test_expired_revoked_and_abandoned_keys_are_refused(alice: User, bob: User) -> None:
    expired, revoked, gone = (make_key(user=who, label="x", scopes=["lore:read"]) for who in (alice, alice, bob))
    ApiKey.objects.filter(pk=expired.key.pk).update(expires_at=timezone.now())
    revoke_key(user=alice, key_id=revoked.key.pk)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    for made in (expired, revoked, gone):
        with pytest.raises(KeyRefused):
            find_key(made.secret)


def test_only_ones_own_keys_are_revoked(alice: User, bob: User) -> None:
    made = make_key(user=alice, label="x", scopes=["lore:read"])
    with pytest.raises(NotFound):
        revoke_key(user=bob, key_id=made.key.pk)
    assert find_key(made.secret)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"label": " "}, "label"),
        ({"label": "x" * 61}, "label"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "expires_at"),
    ],
)
def test_a_key_needs_a_name_a_scope_and_a_future(alice: User, fields: dict, wrong: str) -> None:
    with pytest.raises(Invalid) as refusal:
        make_key(**{"user": alice, "label": "x", "scopes": ["lore:read"]} | fields)
    assert refusal.value.extra["field"] == wrong


def test_there_is_an_end_of_keys(alice: User) -> None:
    for _number in range(MAX_KEYS):
        make_key(user=alice, label="x", scopes=["lore:read"])
    with pytest.raises(Invalid):
        make_key(user=alice, label="x", scopes=["lore:read"])


def test_who_may_write_may_read(alice: User) -> None:
    key = make_key(user=alice, label="x", scopes=["lore:write", "characters:read"]).key
    assert allows(key, "lore:read")
    assert allows(key, "lore:write")
    assert not allows(key, "characters:write")


def test_the_last_use_is_written_at_most_once_a_minute(alice: User, django_assert_num_queries) -> None:
    made = make_key(user=alice, label="x", scopes=["lore:read"])
    first = find_key(made.secret).used_at
    assert first is not None
    with django_assert_num_queries(1):
        assert find_key(made.secret).used_at == first
    ApiKey.objects.update(used_at=first - NOTED_EVERY)
    assert (find_key(made.secret).used_at or first) > first


# --- at the door of the API


def test_a_program_hears_who_it_is(program: Program, alice: User) -> None:
    told = program.get("me/").json()
    assert told["id"] == str(alice.pk)
    assert told["name"] == "Alice"
    assert told["key"]["prefix"] == program.made.key.prefix
    assert "secret" not in str(told)


def test_without_a_key_or_with_a_wrong_one_nobody_comes_in(db: None) -> None:
    answer = Client().get("/api/v1/me/")
    refused(answer, 401, "sign_in_needed")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    refused(Client(headers={"authorization": "Bearer drm_wrong"}).get("/api/v1/me/"), 401, "key_refused")
    refused(Client(headers={"authorization": "Bearer \xff"}).get("/api/v1/me/"), 401, "key_refused")


def test_a_revoked_key_opens_nothing_from_then_on(program: Program, alice: User) -> None:
    assert program.get("me/").status_code == 200
    revoke_key(user=alice, key_id=program.made.key.pk)
    refused(program.get("me/"), 401, "key_refused")


def test_a_session_comes_in_too(alice: User) -> None:
    told = sign_in(alice).get("/api/v1/me/").json()
    assert (told["name"], told["key"]) == ("Alice", None)


def test_every_answer_says_how_much_is_left(program: Program) -> None:
    first, second = program.get("me/"), program.get("me/")
    assert first["RateLimit-Policy"] == '"key";q=300;w=60'
    assert [answer["RateLimit"].split(";")[1] for answer in (first, second)] == ["r=299", "r=298"]


def test_too_many_requests_of_one_key_are_refused_and_those_of_another_are_not(program, alice) -> None:
    Plan.objects.filter(pk=alice.plan_id).update(api_per_minute=3)
    other = Program(alice)
    for _time in range(3):
        assert program.get("me/").status_code == 200
    answer = program.get("me/")
    assert refused(answer, 429, "rate_limited")["limit"] == "key"
    assert int(answer["Retry-After"]) >= 1
    assert ";r=0;" in answer["RateLimit"]
    assert other.get("me/").status_code == 200


def test_a_plan_without_limits_has_none_here(db: None) -> None:
    assert "RateLimit" not in Program(UserFactory(plan=plans.UNLIMITED)).get("me/")


# --- changing the secret


def opens(secret: str) -> bool:
    try:
        return bool(find_key(secret))
    except KeyRefused:
        return False


def test_after_a_change_both_secrets_open_the_same_key_for_a_while(alice: User) -> None:
    made = make_key(user=alice, label="x", scopes=["lore:read"])
    fresh = rotate_key(user=alice, key_id=made.key.pk, grace="day")
    assert fresh.secret != made.secret
    assert fresh.secret.startswith(made.key.prefix)
    assert {find_key(each).pk for each in (made.secret, fresh.secret)} == {made.key.pk}
    ApiKey.objects.update(old_until=timezone.now())
    assert (opens(made.secret), opens(fresh.secret)) == (False, True)


def test_the_old_secret_can_end_at_once_or_when_every_program_has_the_new_one(alice: User) -> None:
    made = make_key(user=alice, label="x", scopes=["lore:read"])
    second = rotate_key(user=alice, key_id=made.key.pk, grace="none")
    assert (opens(made.secret), opens(second.secret)) == (False, True)
    third = rotate_key(user=alice, key_id=made.key.pk, grace="week")
    assert opens(second.secret)
    end_old_secret(user=alice, key_id=made.key.pk)
    assert (opens(second.secret), opens(third.secret)) == (False, True)


def test_of_old_secrets_only_the_last_one_works(alice: User) -> None:
    first = make_key(user=alice, label="x", scopes=["lore:read"])
    second, third = (rotate_key(user=alice, key_id=first.key.pk, grace="week") for _ in range(2))
    assert [opens(made.secret) for made in (first, second, third)] == [False, True, True]


def test_a_key_that_works_no_more_gets_no_new_secret(alice: User, bob: User) -> None:
    made = make_key(user=alice, label="x", scopes=["lore:read"])
    with pytest.raises(NotFound):
        rotate_key(user=bob, key_id=made.key.pk, grace="day")
    with pytest.raises(Invalid):
        rotate_key(user=alice, key_id=made.key.pk, grace="for ever")
    fresh = rotate_key(user=alice, key_id=made.key.pk, grace="week")
    revoke_key(user=alice, key_id=made.key.pk)
    assert not opens(made.secret)
    assert not opens(fresh.secret)
    with pytest.raises(Conflict):
        rotate_key(user=alice, key_id=made.key.pk, grace="day")


def test_on_the_page_a_new_secret_is_shown_once_and_the_old_one_ended(alice: User) -> None:
    made, browser = make_key(user=alice, label="Backup", scopes=["lore:read"]), sign_in(alice)
    address = f"/settings/keys/{made.key.pk}/rotate/"
    assert made.key.prefix in browser.get(address).content.decode()
    assert browser.post(address, {"grace": "soon"}).status_code == 400
    page = browser.post(address, {"grace": "hour"})
    shown = page.context["made"].secret
    assert shown in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    listed = browser.get("/settings/keys/")
    assert shown not in listed.content.decode()
    assert listed.context["keys"][0]["old_until"] is not None
    browser.post(f"/settings/keys/{made.key.pk}/old/end/")
    assert (opens(made.secret), opens(shown)) == (False, True)
    assert browser.get("/settings/keys/").context["keys"][0]["old_until"] is None


def test_without_redis_no_key_opens_anything(program: Program, alice: User, monkeypatch) -> None:
    away = redis.Redis(port=1, socket_connect_timeout=0.1).register_script("return 0")
    monkeypatch.setattr(charging, "_script", lambda: away)
    refused(program.get("me/"), 503, "unavailable")
    assert sign_in(alice).get("/api/v1/me/").status_code == 200


# --- in the settings


def test_a_key_is_made_shown_once_and_revoked(alice: User) -> None:
    browser = sign_in(alice)
    form = {"label": "Backup", "scopes": ["characters:read", "lore:read"], "expires": "30"}
    page = browser.post("/settings/keys/add/", form)
    key = ApiKey.objects.get()
    shown = page.context["made"].secret
    assert shown in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert find_key(shown).pk == key.pk
    assert key.expires_at is not None
    assert key.expires_at - timezone.now() > timedelta(days=29)

    listed = browser.get("/settings/keys/").content.decode()
    assert key.prefix in listed
    assert shown not in listed
    assert "Backup" in browser.get(f"/settings/keys/{key.pk}/revoke/ask/").content.decode()
    browser.post(f"/settings/keys/{key.pk}/revoke/")
    assert "Backup" not in browser.get("/settings/keys/").content.decode()
    with pytest.raises(KeyRefused):
        find_key(shown)


def test_a_form_without_scopes_is_shown_again(alice: User) -> None:
    page = sign_in(alice).post("/settings/keys/add/", {"label": "Backup", "expires": ""})
    assert page.status_code == 400
    assert page.context["form"].errors.keys() == {"scopes"}
    assert not ApiKey.objects.exists()


def test_a_key_may_never_expire(alice: User) -> None:
    sign_in(alice).post("/settings/keys/add/", {"label": "Backup", "scopes": ["lore:read"], "expires": ""})
    assert ApiKey.objects.get().expires_at is None


def test_guests_are_sent_to_sign_up(db: None) -> None:
    answer = sign_in(GuestFactory()).get("/settings/keys/")
    assert answer["location"] == "/account/signup/"
