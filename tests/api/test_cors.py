"""Scripts of other sites: named ones may ask with a key, nobody may with a visitor's cookies."""

import pytest
from django.test import Client

NAMED, OTHER = "https://play.example.org", "https://evil.example"
PATHS = ("/api/v1/me/", "/v1/models", "/v1/chat/completions")


@pytest.fixture(autouse=True)
def _named(settings, db: None) -> None:
    settings.CORS_ORIGINS = settings.CORS_ALLOWED_ORIGINS = [NAMED]


def asked_before(path: str, origin: str, headers: str = "authorization, x-conversation-id, x-stainless-os"):
    return Client().options(
        path,
        headers={
            "origin": origin,
            "access-control-request-method": "POST",
            "access-control-request-headers": headers,
        },
    )


@pytest.mark.parametrize("path", PATHS)
def test_a_named_origin_may_come_with_a_key(path: str) -> None:
    answer = asked_before(path, NAMED)
    assert answer["Access-Control-Allow-Origin"] == NAMED
    allowed = answer["Access-Control-Allow-Headers"]
    assert {"authorization", "x-conversation-id", "x-stainless-os", "last-event-id"} <= set(allowed.split(", "))
    assert "Access-Control-Allow-Credentials" not in answer
    refused = Client(headers={"origin": NAMED}).get(path)
    assert refused.status_code == 401
    assert refused["Access-Control-Allow-Origin"] == NAMED
    assert "X-Conversation-Id" in refused["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("path", PATHS)
def test_no_other_origin_may(path: str) -> None:
    assert "Access-Control-Allow-Origin" not in asked_before(path, OTHER)
    assert "Access-Control-Allow-Origin" not in Client(headers={"origin": OTHER}).get(path)


def test_pages_are_opened_to_nobody() -> None:
    assert "Access-Control-Allow-Origin" not in Client(headers={"origin": NAMED}).get("/")


@pytest.mark.parametrize("path", PATHS)
def test_none_is_named_by_default(path: str, settings) -> None:
    settings.CORS_ORIGINS = settings.CORS_ALLOWED_ORIGINS = []
    assert "Access-Control-Allow-Origin" not in asked_before(path, NAMED)
