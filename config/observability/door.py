"""What the programs of operators ask for. It is answered before Django: they know no host name and have no session."""

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from config.observability import exposition, profile

Application = Callable[[Any, Any, Any], Awaitable[None]]
FORWARDED = {b"x-forwarded-for", b"forwarded", b"x-real-ip"}


@dataclass(frozen=True, slots=True)
class Page:
    write: Callable[[Mapping[str, list[str]]], Awaitable[bytes]]
    kind: str
    to_neighbours: bool  # without a token, from this machine


PAGES = {
    "/metrics": Page(exposition.of_this_process, exposition.KIND, to_neighbours=True),
    "/metrics/profile": Page(profile.of_this_process, "text/plain; charset=utf-8", to_neighbours=False),
}


class Operators:
    """Whoever may not come in is answered as at any address that is not there."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        page = PAGES.get(scope["path"]) if scope["method"] == "GET" else None
        if page is None or not may_enter(page, scope):
            return await self.application(scope, receive, send)
        body = await page.write(parse_qs(scope["query_string"].decode("ascii", "replace")))
        headers = [
            (b"content-type", page.kind.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def may_enter(page: Page, scope: Mapping[str, Any]) -> bool:
    headers = dict(scope["headers"])
    if has_token(headers.get(b"authorization", b"").decode("latin-1")):
        return True
    # Behind a proxy on this machine everybody comes from here; what a proxy adds says so.
    near = is_loopback((scope.get("client") or ("",))[0]) and not FORWARDED & headers.keys()
    return near and page.to_neighbours and not settings.ALLAUTH_TRUSTED_PROXY_COUNT


def has_token(authorization: str) -> bool:
    token: str = settings.METRICS_TOKEN
    return bool(token) and hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())


def is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
