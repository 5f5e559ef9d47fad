"""Where somebody comes from, as our own proxies saw it, and the pseudonym that limits know it by."""

import hashlib
import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest


def hash_ip(ip: str) -> str:
    """A keyed pseudonym; an IPv6 address counts as its /64, which one household has to itself."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return "none"
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or ipaddress.IPv6Address(int(address) >> 64 << 64)
    key = hashlib.sha256(settings.SECRET_KEY.encode()).digest()
    return hashlib.blake2b(address.packed, key=key, digest_size=12, person=b"limits.ip").hexdigest()


def client_ip(request: HttpRequest) -> str | None:
    return _behind_proxies(request.META.get("REMOTE_ADDR"), request.META.get("HTTP_X_FORWARDED_FOR"))


def scope_ip(scope: Mapping[str, Any]) -> str | None:
    """The address of an ASGI scope, sockets included."""
    forwarded = b",".join(value for name, value in scope.get("headers", ()) if name == b"x-forwarded-for")
    return _behind_proxies((scope.get("client") or (None,))[0], forwarded.decode("latin-1"))


def _behind_proxies(remote: str | None, forwarded: str | None) -> str | None:
    """What the outermost of our proxies saw; what a client wrote itself stands further left, unread."""
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    hops = [hop.strip() for hop in (forwarded or "").split(",") if hop.strip()]
    return hops[-trusted] if 0 < trusted <= len(hops) else remote
