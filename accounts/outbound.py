"""Sending to whoever takes payments, and to addresses that people give us (webhooks), which may lead anywhere: to this
machine, its neighbours, the metadata service of a cloud.

What can be said of an address without asking anybody is said here; `outbound_line.py` connects.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.errors import Invalid

MAX_URL = 500
MAX_ANSWER = 4_096

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
# Public by their number, yet served inside a cloud.
_METADATA = {ipaddress.ip_address("168.63.129.16"), ipaddress.ip_address("192.0.0.192")}
# An IPv4 address in disguise: who can route these reaches what the number inside says.
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


class NotSent(Exception):
    """`reason` is a code: "forbidden_address", "unresolved", "timeout", "tls", "connection", "protocol"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    beginning: bytes


def is_outside(address: str) -> bool:
    """Whether this address is one of the public internet."""
    try:
        found: IpAddress = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif found.sixtofour is not None or found.teredo is not None or any(found in net for net in _NAT64):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved and found not in _METADATA


def check_url(url: str, *, field: str = "url") -> str:
    """What can be said of an address without asking anybody. Raises Invalid with the field."""
    if len(url) > MAX_URL:
        raise Invalid(_("That is too long."), field=field, limit=MAX_URL)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Invalid(_("This is not a whole address."), field=field) from None
    if not url.isascii() or any(ord(sign) <= 32 or ord(sign) == 127 for sign in url) or "\\" in url:
        raise Invalid(_("This is not a whole address."), field=field)
    if parts.scheme not in _schemes() or not host:
        raise Invalid(_("The address has to begin with https://."), field=field)
    if parts.username is not None or parts.password is not None:
        raise Invalid(_("An address with a name or password in it is not taken."), field=field)
    if parts.fragment:
        raise Invalid(_("An address with a # in it is not taken."), field=field)
    if port is not None and port < 1024 and port not in (80, 443):
        raise Invalid(_("This port is not used for the web."), field=field)
    if not local_allowed() and ((_is_literal(host) and not is_outside(host)) or host == "localhost"):
        raise Invalid(_("This address leads into a private network."), field=field)
    return url


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send once. Raises NotSent; any status is an Answer. Not from within an event loop."""
    from accounts.outbound_line import apost  # its client takes a third of a second to load, and only workers send

    return asyncio.run(apost(url, body=body, headers=headers))


def ask(method: str, url: str, *, body: bytes, headers: Mapping[str, str], most: int) -> Answer:
    """As `post`, for an answer of which up to `most` bytes matter."""
    from accounts.outbound_line import send  # as above: whoever pays waits for more than that

    return asyncio.run(send(method, url, body=body, headers=headers, most=most))


def _is_literal(host: str) -> bool:
    """Also the short and octal forms that the system's resolver would take for a number."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        try:
            socket.inet_aton(host)
        except OSError:
            return False
    return True


def local_allowed() -> bool:
    return bool(settings.OUTBOUND_LOCAL)


def _schemes() -> tuple[str, ...]:
    return ("https", "http") if local_allowed() else ("https",)
