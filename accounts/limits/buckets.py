"""Which buckets hold for whom. A bucket has so much at once, and is filled again at an even pace."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.conf import settings

from accounts.limits.addresses import hash_ip

SITE, POOL = "global", "organisation"


class Bucketed(Protocol):
    """A plan, or what a socket keeps of one. None: no limit."""

    burst: int | None
    per_minute: int | None
    per_hour: int | None
    key_per_hour: int | None
    turns_at_once: int | None
    yields: int

    @property
    def pool(self) -> "Pool | None": ...


@dataclass(frozen=True, slots=True)
class Pool:
    """An organisation's requests an hour, which its members share."""

    id: UUID
    per_hour: int

    @property
    def bucket(self) -> "Bucket":
        return Bucket(POOL, self.id.hex, self.per_hour / 60, self.per_hour)


@dataclass(slots=True)
class Pace:
    """What limits ask of a plan; every socket keeps one, and a model's row is forty times as heavy."""

    burst: int | None = None
    per_minute: int | None = None
    per_hour: int | None = None
    key_per_hour: int | None = None
    turns_at_once: int | None = None
    yields: int = 0
    pool: Pool | None = None

    @classmethod
    def of(cls, plan: Bucketed, pool: Pool | None = None) -> "Pace":
        return cls(
            plan.burst, plan.per_minute, plan.per_hour, plan.key_per_hour, plan.turns_at_once, plan.yields, pool
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bucket:
    """`burst` at once, filled again at `per_minute`. `name` is told to whoever is refused.

    The last `kept` of the burst are for others: who yields is refused while no more than that is left.
    """

    name: str
    key: str
    per_minute: float
    burst: int
    kept: int = 0

    @property
    def redis_key(self) -> str:
        return f"limit:{{gcra}}:{self.name}:{self.key}"

    @property
    def interval(self) -> int:
        """Microseconds between two when nothing is saved up."""
        return round(60_000_000 / self.per_minute)

    @property
    def at_once(self) -> int:
        return max(1, self.burst - self.kept)


@dataclass(frozen=True, slots=True)
class Rate:
    """What is left of a bucket, and the seconds until all of it is there again."""

    name: str
    limit: int
    remaining: int
    seconds: int
    window: int

    @classmethod
    def of(cls, bucket: Bucket, spent: int) -> "Rate":
        """`spent`: microseconds until the bucket is full."""
        left = max(0, math.floor(bucket.at_once - spent / bucket.interval))
        window = math.ceil(bucket.interval * bucket.burst / 1_000_000)
        return cls(bucket.name, bucket.at_once, left, math.ceil(spent / 1_000_000), window)


Rates = tuple[Rate, ...]


def message_buckets(user_id: UUID, plan: Bucketed, ip: str | None, key_id: UUID | None = None) -> list[Bucket]:
    """Of whatever asks a model. A plan without a bucket has none for its address either; the site's holds for all."""
    buckets = []
    person = user_id.hex
    if plan.per_minute is not None and plan.burst is not None:
        buckets.append(Bucket("user", person, plan.per_minute, plan.burst))
    if plan.pool is not None:
        buckets.append(plan.pool.bucket)
    elif plan.per_hour is not None:
        buckets.append(Bucket("hour", person, plan.per_hour / 60, plan.per_hour))
    if plan.key_per_hour is not None and key_id is not None:
        buckets.append(Bucket("key-hour", key_id.hex, plan.key_per_hour / 60, plan.key_per_hour))
    if buckets and ip:
        address, hourly = hash_ip(ip), settings.LIMIT_PER_IP_AND_HOUR
        buckets.append(Bucket("ip", address, *settings.LIMIT_MESSAGES_PER_IP))
        buckets.append(Bucket("ip-hour", address, hourly / 60, hourly))
    buckets.append(site_bucket(plan.yields))
    return buckets


def site_bucket(yields: int = 0) -> Bucket:
    """Everybody's together. When it runs low, whose plan yields goes first."""
    per_minute, burst = settings.LIMIT_MESSAGES
    return Bucket(SITE, "messages", per_minute, burst, kept=burst * yields // 100)


def api_bucket(plan: "ApiPaced", *, user_id: UUID, key_id: UUID | None) -> Bucket | None:
    """Requests to the REST API: by key, or by person in a browser."""
    if plan.api_per_minute is None:
        return None
    name, row = ("key", key_id) if key_id is not None else ("user", user_id)
    return Bucket(name, f"api:{row.hex}", plan.api_per_minute, plan.api_per_minute)


class ApiPaced(Protocol):
    api_per_minute: int | None


def told(buckets: Sequence[Bucket], spent: Sequence[int]) -> Rates:
    """What is somebody's own; how busy the site is, is not told."""
    pairs = zip(buckets, spent, strict=True)
    return tuple(Rate.of(bucket, each) for bucket, each in pairs if bucket.name != SITE)
