"""Browsers in which an account was opened before: what strangers guess at it elsewhere does not lock them out.

A cookie says for which addresses, by keyed digests. It opens nothing: it only has its tries counted apart.
"""

import secrets
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, dumps, loads
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

COOKIE, SALT = "known", "accounts.known"
MAX_ADDRESSES = 5
SECONDS = 365 * 86_400


def known_as(request: HttpRequest, email: str) -> str:
    """The browser's own name where this account was opened in it before, else empty."""
    kept = _kept(request)
    return str(kept["id"]) if _digest(email) in kept["for"] else ""


def remember_known(request: HttpRequest, response: HttpResponseBase, email: str) -> None:
    """The account with this address was opened here; the last few count."""
    kept, digest = _kept(request), _digest(email)
    others = [each for each in kept["for"] if each != digest]
    response.set_cookie(
        COOKIE,
        dumps({"id": kept["id"], "for": [digest, *others][:MAX_ADDRESSES]}, salt=SALT),
        max_age=SECONDS,
        path="/account/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _kept(request: HttpRequest) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS)
        return kept
    except BadSignature:
        return {"id": secrets.token_hex(8), "for": []}


def _digest(email: str) -> str:
    return salted_hmac(SALT, email.lower()).hexdigest()[:32]
