"""How identity providers are reached: nothing is followed, and what they name may not lead inside."""

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from accounts.identity import configured
from accounts.outbound import is_outside

MAX_ANSWER = 1_000_000
SECONDS = 8.0


class CheckedSession(requests.Session):
    """Follows nothing, waits and reads within bounds, and reaches only the provider itself or the public internet."""

    known = True  # what the operator named is reached wherever it is

    def request(self, method: Any, url: Any, *args: Any, **more: Any) -> requests.Response:
        check_address(str(url), known=self.known)
        more |= {"timeout": SECONDS, "allow_redirects": False, "stream": True}
        answer = super().request(method, url, *args, **more)
        body = answer.raw.read(MAX_ANSWER + 1, decode_content=True)
        answer.close()
        if len(body) > MAX_ANSWER or answer.is_redirect:
            raise requests.RequestException("the provider's answer is too long, or leads elsewhere")
        answer._content = body
        return answer


class OutsideSession(CheckedSession):
    """For providers that organisations name: the public internet alone, looked at once more when connected."""

    known = False

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.mount("https://", OutsideAdapter())


class OutsideAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more)
        self.poolmanager.pool_classes_by_scheme = {"https": _OutsidePool, "http": HTTPConnectionPool}


class _OutsideConnection(HTTPSConnection):
    """A name may lead elsewhere by the time it is connected to: what it led to is looked at before anything is said."""

    def _new_conn(self) -> socket.socket:
        line: socket.socket = super()._new_conn()
        if not settings.OUTBOUND_LOCAL and not is_outside(line.getpeername()[0]):
            line.close()
            raise NewConnectionError(self, "an address that is not asked")
        return line


class _OutsidePool(HTTPSConnectionPool):
    ConnectionCls = _OutsideConnection


def check_address(url: str, *, known: bool = True) -> None:
    """What a provider names may lead anywhere; what the operator named is theirs to answer for."""
    parts = urlsplit(url)
    named = {urlsplit(each["settings"]["server_url"]).netloc for each in configured()} if known else set()
    if settings.OUTBOUND_LOCAL or parts.netloc in named:
        return
    if parts.scheme != "https" or not parts.hostname or not _leads_outside(parts.hostname):
        raise requests.RequestException("the provider leads to an address that is not asked")


def _leads_outside(host: str) -> bool:
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(is_outside(str(ipaddress.ip_address(address.partition("%")[0]))) for address in found)
