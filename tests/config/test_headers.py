"""What a site tells browsers: the production settings, asked in a process of their own."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from config.dotenv import PROJECT
from tests.config.test_environment import WHOLE

HOST = "dramatis.example.org"
ASK = f"""
import django, json
django.setup()
from django.conf import settings
from django.test import Client
client = Client(headers={{"host": "{HOST}"}})
answer, plain = client.get("/healthz", secure=True), client.get("/account/login/")
print(json.dumps({{
    "headers": {{name.lower(): value for name, value in answer.headers.items()}},
    "plain": [plain.status_code, plain.headers["Location"]],
    "cookies": {{
        name: [getattr(settings, f"{{name}}_COOKIE_{{part}}") for part in ("SECURE", "SAMESITE", "DOMAIN")]
        for name in ("SESSION", "CSRF", "LANGUAGE")
    }},
    "http_only": settings.SESSION_COOKIE_HTTPONLY,
    "hashers": settings.PASSWORD_HASHERS,
}}))
"""


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    environ = os.environ | WHOLE | {"DJANGO_SETTINGS_MODULE": "config.settings.production", "ALLOWED_HOSTS": HOST}
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=PROJECT, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_site_answers_with_every_header(told: dict[str, Any]) -> None:
    headers = told["headers"]
    assert told["plain"] == [301, f"https://{HOST}/account/login/"]
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
    assert told["cookies"] == {name: [True, "Lax", None] for name in ("SESSION", "CSRF", "LANGUAGE")}
    assert told["http_only"] is True


def test_passwords_are_hashed_by_argon2(told: dict[str, Any]) -> None:
    assert told["hashers"][0].endswith("Argon2PasswordHasher")
