"""Where Redis is: an address, or sentinels that know who leads at the moment.

    redis://:password@host:6379/0
    redis+sentinel://:password@one:26379,two:26379,three:26379/0?master=dramatis&sentinel_password=…

`rediss` and `rediss+sentinel` speak TLS to Redis; sentinels themselves are asked in TLS with `&sentinel_tls=1`. A
client asks them anew whenever it connects, and it connects anew once the one that led is gone or only copies. Pure:
settings are made with it.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import redis
import redis.asyncio
from redis.asyncio import sentinel as asynchronous
from redis.sentinel import Sentinel, SentinelConnectionPool

SCHEMES = ("redis", "rediss", "redis+sentinel", "rediss+sentinel")
# One that does not answer must not cost the deadline of what is asked of Redis: the next one is.
SENTINEL_SECONDS = 0.2
SHAPE = "must look like redis+sentinel://:password@host:26379,host:26379/0?master=name"


@dataclass(frozen=True, slots=True)
class Watched:
    """What sentinels are asked, and what is told to the Redis that they name."""

    sentinels: tuple[tuple[str, int], ...]
    master: str
    sentinel_password: str | None
    options: dict[str, Any]
    sentinel_tls: bool = False

    @property
    def sentinel_options(self) -> dict[str, Any]:
        patience = {"socket_timeout": SENTINEL_SECONDS, "socket_connect_timeout": SENTINEL_SECONDS}
        password = {"password": self.sentinel_password} if self.sentinel_password else {}
        return patience | password | ({"ssl": True} if self.sentinel_tls else {})


def watched(url: str) -> Watched | None:
    """None for a plain address. Raises ValueError."""
    parts = urlsplit(url)
    if not parts.scheme.endswith("+sentinel"):
        return None
    person, _, places = parts.netloc.rpartition("@")
    name, _, password = person.partition(":")
    asked = parse_qs(parts.query)
    try:
        sentinels = tuple((host, int(port)) for host, _, port in (each.rpartition(":") for each in places.split(",")))
        [master] = asked["master"]
        database = int(parts.path.strip("/") or 0)
    except (KeyError, ValueError):
        raise ValueError(SHAPE) from None
    if not all(host for host, _port in sentinels):
        raise ValueError(SHAPE)
    options: dict[str, Any] = {"db": database}
    options |= {key: unquote(value) for key, value in (("username", name), ("password", password)) if value}
    if parts.scheme.startswith("rediss"):
        options["ssl"] = True
    tls = asked.get("sentinel_tls", ["0"])[0] == "1"
    return Watched(sentinels, master, asked.get("sentinel_password", [None])[0], options, tls)


def client(url: str, **options: Any) -> redis.Redis:
    return redis.Redis.from_pool(threaded_pool(url, **options))


@cache
def shared(url: str) -> redis.Redis:
    """For whoever looks how it is, in any thread of this process."""
    return client(url, socket_timeout=2, socket_connect_timeout=1)


def threaded_pool(url: str, **options: Any) -> redis.ConnectionPool:
    """For threads."""
    if (place := watched(url)) is None:
        return redis.ConnectionPool.from_url(url, **options)
    sentinel = Sentinel(place.sentinels, sentinel_kwargs=place.sentinel_options)
    return SentinelConnectionPool(place.master, sentinel, **place.options, **options)


def pool(url: str, **options: Any) -> redis.asyncio.ConnectionPool:
    """For the event loop."""
    if (place := watched(url)) is None:
        return redis.asyncio.ConnectionPool.from_url(url, **options)
    sentinel = asynchronous.Sentinel(place.sentinels, sentinel_kwargs=place.sentinel_options)
    return asynchronous.SentinelConnectionPool(place.master, sentinel, **place.options, **options)


class CachePool:
    """What Django's cache makes its connections by."""

    @staticmethod
    def from_url(url: str, **options: Any) -> redis.ConnectionPool:
        return threaded_pool(url, **options)


def layer_host(url: str) -> dict[str, Any]:
    """As the channel layer wants to be told."""
    if (place := watched(url)) is None:
        return {"address": url}
    return {
        "sentinels": list(place.sentinels),
        "master_name": place.master,
        "sentinel_kwargs": place.sentinel_options,
        **place.options,
    }


def broker(url: str) -> tuple[str, dict[str, Any]]:
    """As Celery wants to be told: an address, and options of its transport."""
    if (place := watched(url)) is None:
        return url, {}
    netloc = urlsplit(url).netloc
    person = netloc.rpartition("@")[0]
    before = f"{person}@" if person else ""
    database = place.options["db"]
    addresses = ";".join(f"sentinel://{before}{host}:{port}/{database}" for host, port in place.sentinels)
    return addresses, {"master_name": place.master, "sentinel_kwargs": place.sentinel_options}


def broker_tls(url: str) -> dict[str, str] | None:
    """What Celery must be told besides: else it would speak to what sentinels name in the clear, and take any
    certificate of a plain address. What the address itself says of certificates comes first."""
    return {"ssl_cert_reqs": "required"} if urlsplit(url).scheme.startswith("rediss") else None
