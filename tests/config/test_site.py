"""What every answer carries, and what the probes say."""

import io
import json
import logging

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from config import health
from config.logs import frames_without_messages
from config.origins import allowed, same_origin
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
    "media-src 'self'",
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
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "failing": {}, "degraded": {}})


def test_readyz_counts_the_months_ahead(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "MONTHS_NEEDED", 1000)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert list(answer.json()["failing"]) == ["partitions"]


def test_readyz_reads_the_migrations_once_a_minute(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = health.Migrations()
    monkeypatch.setitem(health.NEEDED, "migrations", fresh)
    MigrationRecorder(connection).record_unapplied("contenttypes", "0002_remove_content_type_name")
    assert client.get("/readyz").json()["failing"] == {"migrations": "1 migrations are not applied"}
    MigrationRecorder(connection).record_applied("contenttypes", "0002_remove_content_type_name")
    assert client.get("/readyz").json()["failing"] == {}, "what is missing is looked up each time"
    MigrationRecorder(connection).record_unapplied("contenttypes", "0002_remove_content_type_name")
    assert client.get("/readyz").json()["failing"] == {}
    fresh.in_order_until = 0
    assert client.get("/readyz").status_code == 503


def test_readyz_names_what_is_away(server: Server, redis_service: Service, postgres_service: Service) -> None:
    def told() -> tuple[int, dict[str, str], dict[str, str]]:
        status, found = server.get_json("/readyz")
        assert found["ready"] == (status == 200)
        return status, found["failing"], found["degraded"]

    away = "cannot be reached"
    assert told() == (200, {}, {})
    redis_service.stop()
    assert told() == (200, {}, {"redis": away}), "talk goes on, so this process stays in service"
    postgres_service.stop()
    assert told() == (503, {"database": away}, {"redis": away})
    redis_service.start()
    postgres_service.start()
    assert told() == (200, {}, {})
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
    ("origin", "host", "secure", "expected"),
    [
        ("http://localhost:8000", "localhost:8000", False, True),
        ("https://localhost", "localhost", True, True),
        ("https://localhost:443", "localhost", True, True),
        ("http://localhost", "localhost:80", False, True),
        ("http://localhost", "localhost", True, False),
        ("https://localhost", "localhost", False, False),
        ("http://localhost:443", "localhost", True, False),
        ("https://localhost:80", "localhost:80", False, False),
        ("http://localhost:8001", "localhost:8000", False, False),
        ("http://evil.example", "localhost:8000", False, False),
        ("http://localhost.evil.example:8000", "localhost:8000", False, False),
        ("http://evil.example:8000", "evil.example:8000", False, False),
        ("http://localhost:8000@evil.example", "localhost:8000", False, False),
        ("http://localhost:8000/", "localhost:8000", False, False),
        ("file://", "localhost:8000", False, False),
        ("http://[::1", "localhost:8000", False, False),
        ("http://localhost:99999", "localhost:8000", False, False),
        ("null", "localhost:8000", False, False),
        ("", "localhost:8000", False, False),
        ("https://friend.example", "localhost:8000", False, True),
        ("http://friend.example", "localhost:8000", False, False),
    ],
)
def test_who_may_open_a_socket(settings, origin: str, host: str, secure: bool, expected: bool) -> None:
    settings.CORS_ORIGINS = ["https://friend.example"]
    assert allowed(origin, host, secure=secure) is expected


@pytest.mark.parametrize(
    ("proxy", "scheme", "told", "expected"),
    [
        (False, "wss", None, True),
        (False, "ws", None, False),
        (False, "ws", "https", False),  # what anybody may write
        (True, "ws", "https", True),
        (True, "ws", "wss", True),
        (True, "ws", "https, http", True),
        (True, "ws", "http, https", False),
        (True, "ws", None, False),
        (True, "wss", "http", False),
    ],
)
def test_a_socket_is_as_secure_as_our_own_proxy_says(
    settings, proxy: bool, scheme: str, told: str | None, expected: bool
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if proxy else None
    settings.ALLOWED_HOSTS = ["play.example"]
    headers = [(b"host", b"play.example"), (b"origin", b"https://play.example")]
    headers += [(b"x-forwarded-proto", told.encode())] if told else []
    assert same_origin({"scheme": scheme, "headers": headers}) is expected


# --- other sites' scripts ---

FRIEND = "https://friend.example"


@pytest.fixture
def friend(settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = settings.CORS_ORIGINS = [FRIEND]


@pytest.mark.usefixtures("friend", "db")
def test_a_listed_origin_may_read_the_api_and_send_no_cookies(client: Client) -> None:
    answer = client.get("/api/v1/protocol.json", headers={"Origin": FRIEND})
    assert answer.headers["Access-Control-Allow-Origin"] == FRIEND
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "origin" in answer.headers["Vary"].lower()
    assert {"etag", "idempotency-replayed", "location", "ratelimit", "retry-after", "x-request-id"} <= {
        name.strip().lower() for name in answer.headers["Access-Control-Expose-Headers"].split(",")
    }


@pytest.mark.usefixtures("friend", "db")
def test_a_listed_origin_may_ask_first(client: Client) -> None:
    asked = {"Origin": FRIEND, "Access-Control-Request-Method": "PATCH"}
    answer = client.options("/api/v1/characters/", headers=asked)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == FRIEND
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    allowed_headers = answer.headers["Access-Control-Allow-Headers"].lower()
    for name in ("authorization", "content-type", "if-match", "idempotency-key"):
        assert name in allowed_headers


@pytest.mark.usefixtures("friend", "db")
@pytest.mark.parametrize(
    ("origin", "path"),
    [
        ("https://evil.example", "/api/v1/protocol.json"),
        ("http://friend.example", "/api/v1/protocol.json"),
        ("https://friend.example.evil.example", "/api/v1/protocol.json"),
        ("null", "/api/v1/protocol.json"),
        (FRIEND, "/account/login/"),
        (FRIEND, "/"),
        (FRIEND, "/healthz"),
    ],
)
def test_nobody_else_may_and_nothing_else(client: Client, origin: str, path: str) -> None:
    for answer in (
        client.get(path, headers={"Origin": origin}),
        client.options(path, headers={"Origin": origin, "Access-Control-Request-Method": "GET"}),
    ):
        assert not [name for name in answer.headers if name.startswith("Access-Control-")]
