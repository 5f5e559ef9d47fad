"""What Redis holds under somebody's id: allowances, spending, who is there. It would end by itself; it goes at once."""

import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from redis.exceptions import RedisError

from accounts import redisplace
from accounts.cluster import threaded

logger = logging.getLogger(__name__)

AT_ONCE = 1_000


def forget_traces(user_ids: Sequence[UUID]) -> int:
    """Keys that are called by one of these ids; returns how many. Away, Redis lets them end by themselves."""
    wanted = [name.encode() for each in user_ids for name in (each.hex, str(each))]
    if not wanted:
        return 0
    gone = 0
    for forget in (_forget_here, _forget_in_cluster):
        try:
            gone += forget(wanted)
        except (RedisError, OSError) as error:
            name = type(error).__name__
            logger.warning("Redis keeps what it has of %s people until it ends: %s", len(user_ids), name)
    return gone


def _forget_here(wanted: Sequence[bytes]) -> int:
    with redisplace.client(settings.REDIS_URL, socket_timeout=settings.REDIS_WAIT_SECONDS) as client:
        return _forget(client, wanted)


def _forget_in_cluster(wanted: Sequence[bytes]) -> int:
    """What the cache has."""
    if not settings.REDIS_CLUSTER_URL:
        return 0
    cluster = threaded.shared(settings.REDIS_CLUSTER_URL)
    return sum(_forget(cluster.client(node), wanted) for node in cluster.leaders())


def _forget(client: Any, wanted: Sequence[bytes]) -> int:
    found = (key for key in client.scan_iter(count=AT_ONCE) if any(name in key for name in wanted))
    return sum(client.unlink(key) for key in found)
