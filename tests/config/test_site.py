"""What every answer carries, and what the probes say."""

import io
import json
import logging

import pytest
from django.test import Client

from config import health
from config.logs import frames_without_messages
from config.origins import allowed
from tests.stack import Server, Service

STRICT = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


def policy(answer: object) -> set[str]:
    return {part.strip() for part in answer.headers["Content-Security-Policy"].split(";")}  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/", "/account/login/", "/healthz", "/api/v1/protocol.json", "/nothing-here"])
def test_every_answer_carries_the_strict_policy(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert policy(answer) == STRICT
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Request-ID"]


def test_the_admin_may_style_inline_and_nothing_more(client: Client, db: None) -> None:
    loosened = policy(client.get("/admin/login/")) - STRICT
    assert loosened == {"style-src 'self' 'unsafe-inline'", "img-src 'self' data:"}


def test_healthz_needs_nothing(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_readyz_is_ready(client: Client, db: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "failing": {}})


def test_readyz_counts_the_months_ahead(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "MONTHS_NEEDED", 1000)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert list(answer.json()["failing"]) == ["partitions"]


def test_readyz_names_what_is_away(server: Server, redis_service: Service, postgres_service: Service) -> None:
    def failing() -> dict[str, str]:
        status, told = server.get_json("/readyz")
        assert status == (503 if told["failing"] else 200)
        return told["failing"]

    assert failing() == {}
    redis_service.stop()
    assert failing() == {"redis": "cannot be reached"}
    postgres_service.stop()
    assert failing() == {"database": "cannot be reached", "redis": "cannot be reached"}
    redis_service.start()
    postgres_service.start()
    assert failing() == {}
    assert server.alive


def test_a_request_keeps_the_id_it_came_with(client: Client) -> None:
    assert (
        client.get("/healthz", headers={"X-Request-ID": "trace-12345678"}).headers["X-Request-ID"] == "trace-12345678"
    )
    forged = client.get("/healthz", headers={"X-Request-ID": "short"}).headers["X-Request-ID"]
    assert forged != "short"


def test_a_failure_is_logged_by_type_and_place_alone() -> None:
    try:
        raise ValueError("what Alice said")
    except ValueError as error:
        event = frames_without_messages(None, "error", {"event": "failed", "exc_info": error})
    assert "Alice" not in json.dumps(event)
    assert event["failure"][0]["type"] == "builtins.ValueError"
    assert "test_site.py" in event["failure"][0]["frames"][0]


def test_the_request_line_tells_the_route_and_not_the_path(client: Client, db: None) -> None:
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    logger = logging.getLogger("request")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        client.get("/account/password/reset/key/1a2b-onetimekey/?q=secret")
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
    line = told.getvalue()
    assert "/account/" in line
    assert "onetimekey" not in line
    assert "secret" not in line


@pytest.mark.parametrize(
    ("origin", "host", "expected"),
    [
        ("http://localhost:8000", "localhost:8000", True),
        ("https://localhost", "localhost", True),
        ("http://localhost", "localhost:80", True),
        ("http://localhost:8001", "localhost:8000", False),
        ("http://evil.example", "localhost:8000", False),
        ("http://localhost.evil.example:8000", "localhost:8000", False),
        ("http://evil.example:8000", "evil.example:8000", False),
        ("http://localhost:8000@evil.example", "localhost:8000", False),
        ("http://localhost:8000/", "localhost:8000", False),
        ("file://", "localhost:8000", False),
        ("http://[::1", "localhost:8000", False),
        ("http://localhost:99999", "localhost:8000", False),
        ("null", "localhost:8000", False),
        ("", "localhost:8000", False),
        ("https://friend.example", "localhost:8000", True),
    ],
)
def test_who_may_open_a_socket(settings, origin: str, host: str, expected: bool) -> None:
    settings.CORS_ORIGINS = ["https://friend.example"]
    assert allowed(origin, host) is expected
