"""Who may open a socket."""

from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import validate_host

from chat.services.tickets import ticket_in

DEFAULT_PORTS = {"http": 80, "https": 443}


def allowed(origin: str, host: str, *, secure: bool) -> bool:
    """The page that asks must come from the host it asks, by the same scheme, or from an origin in CORS_ORIGINS.

    No Origin, or "null", is refused too: only browsers hold a visitor's cookie, and they always send one.
    """
    if origin in settings.CORS_ORIGINS:
        return True
    try:
        page = urlsplit(origin)
        asked = urlsplit(f"{'https' if secure else 'http'}://{host}")
        page_port = page.port or DEFAULT_PORTS.get(page.scheme)
        asked_port = asked.port or DEFAULT_PORTS[asked.scheme]
    except ValueError:
        return False
    if page.scheme != asked.scheme or not page.hostname or page.path or page.username:
        return False
    named = f"[{asked.hostname}]" if asked.hostname and ":" in asked.hostname else asked.hostname or ""
    return validate_host(named, settings.ALLOWED_HOSTS) and (page.hostname, page_port) == (
        asked.hostname,
        asked_port,
    )


def same_origin(scope: dict[str, Any]) -> bool:
    """A ticket comes from a program, which sends no Origin; it is no cookie that a browser adds by itself."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    if b"origin" not in headers and ticket_in(scope["query_string"]):
        return True
    origin, host = headers.get(b"origin", b""), headers.get(b"host", b"")
    return allowed(origin.decode("latin-1"), host.decode("latin-1"), secure=is_secure(scope, headers))


def is_secure(scope: dict[str, Any], headers: dict[bytes, bytes]) -> bool:
    """As Django says it of a page: by what our own proxy tells, where there is one, else by the connection."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        told = headers.get(name.removeprefix("HTTP_").replace("_", "-").lower().encode())
        if told is not None:
            return told.decode("latin-1").split(",")[0].strip() in (secure, "wss")
    return scope.get("scheme") in ("https", "wss")


class SameOrigin:
    """Outermost around the sockets: a foreign page gets 403 before anything else looks at it."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        # What is local here stays for as long as the socket does.
        return await (self.application if same_origin(scope) else WebsocketDenier())(scope, receive, send)
