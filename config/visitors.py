"""Who opens a socket."""

from http.cookies import CookieError
from importlib import import_module
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.http.cookie import parse_cookie

from chat.database import LOST


class Visitors:
    """Puts the id of whoever the session cookie stands for into the scope as `visitor`; None when nobody.

    The stack that Channels has for this keeps session and user beside every socket, and looks at the session with every
    frame that is sent: a tenth of what a token costs.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        try:
            who: dict[str, Any] = {"visitor": await visitor(session_key(scope)), "database_away": False}
        except LOST:
            # The socket is accepted all the same: only a close code tells a browser to come again.
            who = {"visitor": None, "database_away": True}
        return await self.application(scope | who, receive, send)


def session_key(scope: dict[str, Any]) -> str | None:
    cookies = "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")
    try:
        return parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None


async def visitor(key: str | None) -> UUID | None:
    return await _visitor(key) if key else None


def _look_up(key: str) -> UUID | None:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = get_user(request)
    return user.pk if user.is_authenticated and user.is_active else None


_visitor = database_sync_to_async(_look_up, thread_sensitive=False)
