"""What a site tells browsers: the production settings, asked in a process of their own."""

import json
import subprocess
import sys
from typing import Any

import pytest

from config.dotenv import PROJECT
from tests.stack import stack_environ

ASK = """
import django, json
django.setup()
from django.conf import settings
from django.test import Client
client = Client(headers={"host": "dramatis.example.org"})
answer = client.get("/account/login/", secure=True)
plain = client.get("/account/login/")
print(json.dumps({
    "status": answer.status_code,
    "headers": {name.lower(): value for name, value in answer.headers.items()},
    "cookies": {name: dict(cookie) for name, cookie in answer.cookies.items()},
    "plain": [plain.status_code, plain.headers.get("Location", "")],
    "session": [settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE,
                settings.SESSION_COOKIE_DOMAIN],
    "hashers": settings.PASSWORD_HASHERS,
}))
"""


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> dict[str, Any]:
    environ = stack_environ(DJANGO_SETTINGS_MODULE="config.settings.production", ALLOWED_HOSTS="dramatis.example.org")
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=PROJECT, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_site_answers_with_every_header(told: dict[str, Any]) -> None:
    headers = told["headers"]
    assert told["status"] == 200
    assert told["plain"] == [301, "https://dramatis.example.org/account/login/"]
    assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    # Nothing tells what runs here.
    assert not {"server", "x-powered-by", "via"} & headers.keys()


def test_cookies_are_for_https_and_this_site_alone(told: dict[str, Any]) -> None:
    assert told["session"] == [True, True, "Lax", None]
    assert "csrftoken" in told["cookies"]
    for name, cookie in told["cookies"].items():
        assert cookie["secure"], name
        assert cookie["samesite"] == "Lax", name
        assert not cookie["domain"], name


def test_passwords_are_hashed_by_argon2(told: dict[str, Any]) -> None:
    assert told["hashers"][0].endswith("Argon2PasswordHasher")
