"""How fast and how much: token buckets (GCRA) in Redis, and the day's allowance in Postgres.

All buckets of one input are looked at in one script on Redis's own clock: either every bucket is charged or
none. When Redis is away the chat goes on (`take`, open) and what guards a door stays shut (`closed=True`).
Forms of sign-up, login and reset have the limits of allauth, other form views those of django-ratelimit. This
is for everything that is not a form.
"""

import hashlib
import ipaddress
import logging
import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol
from uuid import UUID

import redis
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from accounts.errors import RateLimited, Unavailable
from accounts.scripts import Script, scripts

logger = logging.getLogger(__name__)

# KEYS: one a bucket. ARGV: for each bucket microseconds between messages, and messages at once.
# Answer: number of the bucket that refuses longest (0: all charged), and for how many microseconds; of the first
# bucket how many are left, and the microseconds until it is full again.
GCRA = Script("""
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local after, refusing, longest = {}, 0, 0
for i, key in ipairs(KEYS) do
  local interval, burst = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  after[i] = math.max(tonumber(redis.call('GET', key) or now), now) + interval
  local wait = after[i] - interval * burst - now
  if wait > longest then refusing, longest = i, wait end
end
if refusing > 0 then return {refusing, math.ceil(longest), 0, 0} end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.0f', after[i]), 'PX', math.ceil((after[i] - now) / 1000) + 1)
end
local spent = after[1] - now
return {0, 0, math.floor(tonumber(ARGV[2]) - spent / tonumber(ARGV[1])), math.ceil(spent)}
""")

# One message of the day's allowance. Parameters: `id` a new uuid7, `user_id`, `limit` (null: none).
# Answers one row, the messages of today including this one, or no row when the allowance is used up. Part of
# the caller's transaction: rolled back, the message was not spent. Two at once queue on the row.
SPEND_MESSAGE_SQL = """
INSERT INTO accounts_usageday AS spent (id, user_id, day, messages)
SELECT %(id)s::uuid, %(user_id)s::uuid, (now() AT TIME ZONE 'UTC')::date, 1
WHERE %(limit)s::integer IS NULL OR %(limit)s::integer > 0
ON CONFLICT (user_id, day) DO UPDATE SET messages = spent.messages + 1
WHERE %(limit)s::integer IS NULL OR spent.messages < %(limit)s::integer
RETURNING messages
"""

# So many letters that an embedding model reads. Parameters: `id` a new uuid7, `user_id`, `letters`, `limit` (null:
# none). One row, the letters of today with these, or no row when there is not enough left. As above otherwise.
SPEND_EMBEDDING_SQL = """
INSERT INTO accounts_usageday AS spent (id, user_id, day, embedded)
SELECT %(id)s::uuid, %(user_id)s::uuid, (now() AT TIME ZONE 'UTC')::date, %(letters)s
WHERE %(limit)s::bigint IS NULL OR %(limit)s::bigint >= %(letters)s
ON CONFLICT (user_id, day) DO UPDATE SET embedded = spent.embedded + %(letters)s
WHERE %(limit)s::bigint IS NULL OR spent.embedded + %(letters)s <= %(limit)s::bigint
RETURNING embedded
"""


class Bucketed(Protocol):
    """A plan, or what plain SQL read of one."""

    burst: int | None
    per_minute: int | None


@dataclass(frozen=True, slots=True)
class Bucket:
    """`burst` at once, refilled at `per_minute`. `name` is told to whoever is refused."""

    name: str
    key: str
    per_minute: int
    burst: int

    @property
    def redis_key(self) -> str:
        return f"limit:{{gcra}}:{self.name}:{self.key}"

    @property
    def arguments(self) -> tuple[int, int]:
        return round(60_000_000 / self.per_minute), self.burst


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left of a bucket, and the seconds until it is full again."""

    remaining: int
    seconds: int


def message_buckets(user_id: UUID, plan: Bucketed, ip: str | None) -> list[Bucket]:
    """A plan without a bucket has none for its address either; the one of the whole site holds for all."""
    buckets = []
    if plan.per_minute is not None and plan.burst is not None:
        buckets.append(Bucket("user", user_id.hex, plan.per_minute, plan.burst))
        if ip:
            buckets.append(Bucket("ip", hash_ip(ip), *_setting("LIMIT_MESSAGES_PER_IP", (120, 60))))
    buckets.append(Bucket("global", "messages", *_setting("LIMIT_MESSAGES", (60_000, 6_000))))
    return buckets


async def take(user_id: UUID, plan: Bucketed, ip: str | None) -> None:
    """Charge one message. RateLimited names the bucket and the seconds to wait; then none was charged."""
    await acharge(message_buckets(user_id, plan, ip))


async def acharge(buckets: Sequence[Bucket], *, closed: bool = False) -> None:
    """Charge every bucket or none. Without Redis: allowed, or Unavailable when `closed`."""
    try:
        asked = scripts().run(GCRA, _keys(buckets), _arguments(buckets), seconds=DEADLINE)
        refusing, wait, *_ = await asked
    except (RedisError, OSError, TimeoutError) as error:
        return _without_redis(error, closed=closed)
    _judge(buckets, refusing, wait)


def charge(buckets: Sequence[Bucket], *, closed: bool = False) -> None:
    """As `acharge`, for views and tasks."""
    try:
        refusing, wait, *_ = _script()(keys=_keys(buckets), args=_arguments(buckets))
    except (RedisError, OSError, TimeoutError) as error:
        return _without_redis(error, closed=closed)
    _judge(buckets, refusing, wait)


def charge_told(bucket: Bucket) -> Standing | None:
    """As `charge`, and what is left; None without Redis, when nobody counts."""
    try:
        refusing, wait, remaining, spent = _script()(keys=_keys([bucket]), args=_arguments([bucket]))
    except (RedisError, OSError, TimeoutError) as error:
        _without_redis(error, closed=False)
        return None
    _judge([bucket], refusing, wait)
    return Standing(remaining, math.ceil(spent / 1_000_000))


def api_bucket(name: str, row: UUID) -> Bucket:
    """Requests to the REST API: by key, or by person in a browser."""
    per_minute, burst = _setting("LIMIT_API", (300, 300))
    return Bucket(name, f"api:{row.hex}", per_minute, burst)


def charge_guest(ip: str | None) -> None:
    """One more guest from this address. Fails closed: without Redis nobody new comes in."""
    per_hour = _setting("LIMIT_GUESTS_PER_IP_AND_HOUR", 60)
    # Twenty at once: a class behind one address arrives together.
    charge([Bucket("ip", f"guest:{hash_ip(ip or '')}", max(1, per_hour // 60), min(20, per_hour))], closed=True)


def seconds_until_tomorrow() -> int:
    """When the day's allowance is new again (UTC)."""
    now = timezone.now()
    return 86_400 - (now.hour * 3_600 + now.minute * 60 + now.second)


# Addresses


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
    trusted = _setting("ALLAUTH_TRUSTED_PROXY_COUNT", 0)
    hops = [hop.strip() for hop in (forwarded or "").split(",") if hop.strip()]
    return hops[-trusted] if 0 < trusted <= len(hops) else remote


# Redis


@dataclass(slots=True)
class _Absence:
    """How often Redis was away when it was asked: logged, at most every ten seconds."""

    times: int = 0
    logged_at: float = -math.inf


absence = _Absence()


def _without_redis(error: Exception, *, closed: bool) -> None:
    absence.times += 1
    if time.monotonic() - absence.logged_at >= 10:
        absence.logged_at = time.monotonic()
        logger.warning(
            "rate limits cannot be counted: %s; %s so far",
            type(error).__name__,
            absence.times,
            extra={"closed": closed, "times": absence.times},
        )
    if closed:
        raise Unavailable


def _judge(buckets: Sequence[Bucket], refusing: int, wait: int) -> None:
    if refusing:
        raise RateLimited(retry_after=math.ceil(wait / 1_000) / 1_000, limit=buckets[refusing - 1].name)


def _keys(buckets: Iterable[Bucket]) -> list[str]:
    return [bucket.redis_key for bucket in buckets]


def _arguments(buckets: Iterable[Bucket]) -> list[int]:
    return [number for bucket in buckets for number in bucket.arguments]


# A limit must not take longer than what it guards.
DEADLINE = 0.5  # seconds


@cache
def _script() -> Any:
    # One retry, for a connection that went stale.
    client = redis.Redis.from_url(
        settings.REDIS_URL, retry=Retry(NoBackoff(), 1), socket_timeout=DEADLINE, socket_connect_timeout=DEADLINE
    )
    return client.register_script(GCRA.text)


def _setting(name: str, default: Any) -> Any:
    return getattr(settings, name, default)
