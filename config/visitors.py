"""Who opens a socket."""

from http.cookies import CookieError
from importlib import import_module
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.cookie import parse_cookie


class Visitors:
    """Puts the visitor behind the session cookie into the scope as `user`.

    The stack that Channels has for this keeps the session beside every socket and looks at it with every frame
    that is sent: a tenth of what a token costs.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        return await self.application(scope | {"user": await visitor(session_key(scope))}, receive, send)


def session_key(scope: dict[str, Any]) -> str | None:
    cookies = "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")
    try:
        return parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None


async def visitor(key: str | None) -> AbstractBaseUser | AnonymousUser:
    return await _visitor(key) if key else AnonymousUser()


def _look_up(key: str) -> AbstractBaseUser | AnonymousUser:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return get_user(request)


_visitor = database_sync_to_async(_look_up, thread_sensitive=False)
