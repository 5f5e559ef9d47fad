"""Who may read the numbers."""

from typing import Any

import pytest

from config.observability import files
from config.observability.door import PAGES, may_enter

TOKEN = "a-token-of-24-characters-or-more"


def asked(address: str, **headers: str) -> dict[str, Any]:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"client": (address, 1), "headers": pairs}


@pytest.mark.parametrize(
    ("path", "request_", "proxies", "token", "enters"),
    [
        ("/metrics", asked("127.0.0.1"), 0, "", True),
        ("/metrics", asked("::1"), 0, "", True),
        ("/metrics", asked("10.0.0.7"), 0, "", False),
        ("/metrics", asked("127.0.0.1"), 1, "", False),
        ("/metrics", asked("127.0.0.1", x_forwarded_for="203.0.113.9"), 0, "", False),
        ("/metrics", asked("10.0.0.7", authorization=f"Bearer {TOKEN}"), 1, TOKEN, True),
        ("/metrics", asked("10.0.0.7", authorization=f"Bearer {TOKEN}x"), 1, TOKEN, False),
        ("/metrics", asked("10.0.0.7", authorization="Bearer "), 1, "", False),
        ("/metrics", asked("", authorization="Bearer"), 1, "", False),
        ("/metrics/profile", asked("127.0.0.1"), 0, "", False),
        ("/metrics/profile", asked("127.0.0.1"), 0, TOKEN, False),
        ("/metrics/profile", asked("127.0.0.1", authorization=f"Bearer {TOKEN}"), 0, TOKEN, True),
    ],
)
def test_loopback_or_the_token_opens(
    path: str, request_: dict[str, Any], proxies: int, token: str, enters: bool, settings: Any
) -> None:
    settings.METRICS_TOKEN, settings.ALLAUTH_TRUSTED_PROXY_COUNT = token, proxies
    assert may_enter(PAGES[path], request_) is enters


def test_a_process_says_that_it_may_not_open_enough_files(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.SOCKETS_PER_PROCESS = 10
    assert files.make_room()
    settings.SOCKETS_PER_PROCESS = 10**9
    assert not files.make_room()
