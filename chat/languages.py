"""Which language a socket is answered in: no middleware looks at a socket's request."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.utils.translation import get_language_from_request, get_supported_language_variant


def language_of_socket(scope: dict[str, Any], chosen: str = "") -> str:
    """As the page that opened it: the cookie, else what the person chose elsewhere, else what the browser asks for."""
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = _header(scope, b"accept-language", ",")
    try:
        return get_supported_language_variant(
            parse_cookie(_header(scope, b"cookie", ";")).get(settings.LANGUAGE_COOKIE_NAME, "")
        )
    except LookupError:
        return chosen or get_language_from_request(request)


def _header(scope: dict[str, Any], wanted: bytes, between: str) -> str:
    return between.join(value.decode("latin-1") for name, value in scope["headers"] if name == wanted)
