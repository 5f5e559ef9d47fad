"""The one line out to addresses that people give us.

The name is resolved once and every answer is checked; the connection goes to a checked address. Nothing is followed,
one deadline holds for all of it, and only the beginning of the answer is read.
"""

import socket
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from accounts.errors import Invalid
from accounts.outbound import MAX_ANSWER, Answer, NotSent, check_url, is_outside, local_allowed

SECONDS = 10.0
CONNECT_SECONDS = 4.0
AGENT = "Dramatis-Webhooks/1"


async def apost(url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    return await send("POST", url, body=body, headers=headers, most=MAX_ANSWER)


async def send(method: str, url: str, *, body: bytes, headers: Mapping[str, str], most: int) -> Answer:
    try:
        check_url(url)
    except Invalid as error:
        raise NotSent("forbidden_address") from error
    timeout = aiohttp.ClientTimeout(total=SECONDS, connect=CONNECT_SECONDS)
    connector = aiohttp.TCPConnector(resolver=CheckedResolver(), use_dns_cache=False, limit=1, force_close=True)
    try:
        async with aiohttp.ClientSession(
            connector=connector,
            timeout=timeout,
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            max_line_size=4_096,
            max_field_size=4_096,
        ) as session:
            async with session.request(
                method, url, data=body, headers={"User-Agent": AGENT, **headers}, allow_redirects=False
            ) as answer:
                return Answer(answer.status, await _beginning(answer.content, most))
    except TimeoutError as error:
        raise NotSent("timeout") from error
    except aiohttp.ClientConnectorDNSError as error:
        raise NotSent("forbidden_address" if isinstance(error.os_error, ForbiddenAddress) else "unresolved") from error
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError) as error:
        raise NotSent("tls") from error
    except (aiohttp.ClientConnectionError, OSError) as error:
        raise NotSent("connection") from error
    except (aiohttp.ClientError, ValueError) as error:
        raise NotSent("protocol") from error


async def _beginning(content: aiohttp.StreamReader, most: int) -> bytes:
    found = b""
    while len(found) < most and (piece := await content.read(most - len(found))):
        found += piece
    return found


class ForbiddenAddress(OSError):
    """The name leads to an address that is not of the public internet."""


class CheckedResolver(AbstractResolver):
    """One look-up; one address inside is enough to refuse the name."""

    def __init__(self) -> None:
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found: list[Any] = await self._resolver.resolve(host, port, family)
        if not local_allowed() and not all(is_outside(each["host"]) for each in found):
            raise ForbiddenAddress
        return found

    async def close(self) -> None:
        await self._resolver.close()
