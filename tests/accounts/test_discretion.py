"""Log-in, sign-up and reset tell nobody who has an account, neither by words nor by the work they do; and guesses lock
nobody out who has been here before.
"""

import re
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.mails import post, send_sealed
from accounts.models import User
from tests import numbers
from tests.factories import PASSWORD

KNOWN, UNKNOWN = "alice@example.com", "nobody@example.com"


class Counting(MD5PasswordHasher):
    """The hasher of tests, which counts what it is made to do."""

    times: ClassVar[int] = 0

    def encode(self, password: str, salt: str) -> str:
        Counting.times += 1
        return super().encode(password, salt)


@pytest.fixture
def counted(settings) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]


def log_in(client: Client, email: str, password: str, **extra: Any):
    return client.post("/account/login/", {"login": email, "password": password}, **extra)


def reset(client: Client, email: str):
    return client.post("/account/password/reset/", {"email": email})


def sign_up(client: Client, email: str):
    return client.post("/account/signup/", {"email": email, "password1": "a password of mine"})


def seen(answer: Any, email: str) -> tuple[int, str, str]:
    """What somebody at the other end can tell: status, where it leads, the words."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()).replace(email, "…")
    return answer.status_code, answer.headers.get("location", ""), text


def work(ask: Callable[[], Any]) -> tuple[int, int, int]:
    """Hashes, queries and mails."""
    Counting.times, before = 0, len(mail.outbox)
    with CaptureQueriesContext(connection) as queries:
        ask()
    return Counting.times, len(queries), len(mail.outbox) - before


@pytest.mark.usefixtures("counted")
def test_a_wrong_password_and_an_unknown_address_are_the_same_to_whoever_asks(alice):
    answers = {email: log_in(Client(), email, "wrong") for email in (KNOWN, UNKNOWN)}
    assert seen(answers[KNOWN], KNOWN) == seen(answers[UNKNOWN], UNKNOWN)
    hashes, queries, mails = work(lambda: log_in(Client(), KNOWN, "wrong"))
    assert (hashes, mails) == (1, 0)
    other_hashes, other_queries, _ = work(lambda: log_in(Client(), UNKNOWN, "wrong"))
    assert other_hashes == 1
    assert abs(queries - other_queries) <= 1, "a row that is there is read; nothing else differs"


@pytest.mark.usefixtures("counted")
def test_a_reset_is_the_same_for_an_unknown_address(alice):
    answers = {email: reset(Client(), email) for email in (KNOWN, UNKNOWN)}
    assert seen(answers[KNOWN], KNOWN) == seen(answers[UNKNOWN], UNKNOWN)
    known, unknown = work(lambda: reset(Client(), KNOWN)), work(lambda: reset(Client(), UNKNOWN))
    assert (known[0], known[2]) == (unknown[0], unknown[2]) == (0, 1)
    assert abs(known[1] - unknown[1]) <= 1


@pytest.mark.usefixtures("counted")
def test_a_sign_up_is_the_same_for_a_taken_address(alice, bob):
    answers = {email: sign_up(Client(), email) for email in (KNOWN, UNKNOWN)}
    assert seen(answers[KNOWN], KNOWN) == seen(answers[UNKNOWN], UNKNOWN)
    taken, free = work(lambda: sign_up(Client(), bob.email)), work(lambda: sign_up(Client(), "new@example.com"))
    assert (taken[0], taken[2]) == (free[0], free[2]) == (1, 1)


def test_many_guesses_lock_out_neither_others_nor_whoever_was_here_before(alice, bob):
    hers = Client()
    log_in(hers, KNOWN, PASSWORD)
    hers.post("/account/logout/")
    for number in range(numbers.times("guesses at a password")):
        answer = log_in(Client(), KNOWN, "wrong", REMOTE_ADDR=f"203.{number >> 8}.113.{number & 255}")
        assert answer.status_code == 200
    assert log_in(Client(), KNOWN, PASSWORD).status_code == 200, "strangers' browsers have to wait"
    assert log_in(hers, KNOWN, PASSWORD).status_code == 302
    assert log_in(Client(), bob.email, PASSWORD, REMOTE_ADDR="198.51.100.3").status_code == 302


def test_a_browser_that_knows_one_account_guesses_no_better_at_another(alice, bob):
    his = Client()
    log_in(his, bob.email, PASSWORD)
    his.post("/account/logout/")
    for number in range(10):
        log_in(Client(), KNOWN, "wrong", REMOTE_ADDR=f"203.0.113.{number}")
    assert "Too many" in str(log_in(his, KNOWN, PASSWORD).context["form"].errors)
    stolen = Client()
    stolen.cookies["known"] = his.cookies["known"].value
    for number in range(10):
        log_in(stolen, bob.email, "wrong", REMOTE_ADDR=f"203.0.114.{number}")
    assert "Too many" in str(log_in(stolen, bob.email, PASSWORD).context["form"].errors), "it has its own ten tries"


def test_behind_our_own_proxy_everybody_is_counted_apart(alice, bob, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(12):
        log_in(Client(), f"nobody{number}@example.com", "wrong", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert "Too many" in str(
        log_in(Client(), bob.email, PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.9").context["form"].errors
    )
    assert log_in(Client(), bob.email, PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.1").status_code == 302


def test_files_are_fetched_at_a_rate(alice, signed_in):
    client = signed_in(alice)
    answers = [client.post("/talks/export", {"format": "json", "all": "1"}).status_code for _ in range(21)]
    assert set(answers[:20]) <= {200, 400, 404}
    assert answers[-1] == 429


def test_what_waits_to_be_sent_is_sealed(db, monkeypatch):
    """The broker is shown neither address nor link."""
    from accounts import tasks

    waiting: list[str] = []
    monkeypatch.setattr(tasks.send_mail, "delay", waiting.append)
    post(mail.EmailMessage("A link", "https://example.org/secret", to=["alice@example.com"]))
    assert not [word for word in ("alice", "secret", "link") if word in waiting[0]]
    send_sealed(waiting[0])
    [message] = mail.outbox
    assert (message.to, message.body) == (["alice@example.com"], "https://example.org/secret")


@pytest.mark.usefixtures("counted")
def test_the_right_password_of_who_is_kept_out_tells_no_stranger(alice):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert seen(log_in(Client(), KNOWN, "wrong"), KNOWN) == seen(log_in(Client(), UNKNOWN, "wrong"), UNKNOWN)
