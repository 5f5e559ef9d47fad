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
    with redisplace.client(settings.REDIS_URL, socket_timeout=settings.REDIS_WAIT_SECONDS) as client:
        gone = _forget(client, wanted)
    return gone + sum(_forget(node, wanted) for node in _nodes())


def _nodes() -> list[Any]:
    """Clients of all nodes on which the cache lies; none where no node answers."""
    if not settings.REDIS_CLUSTER_URL:
        return []
    cluster = threaded.shared(settings.REDIS_CLUSTER_URL)
    try:
        return [cluster.client(node) for node in cluster.leaders()]
    except (RedisError, OSError) as error:
        logger.warning("no node of the cluster is asked to forget: %s", type(error).__name__)
        return []


def _forget(client: Any, wanted: Sequence[bytes]) -> int:
    """One that is away keeps what it has, and nothing of what others have."""
    gone = 0
    try:
        for key in client.scan_iter(count=AT_ONCE):
            if any(name in key for name in wanted):
                gone += client.unlink(key)
    except (RedisError, OSError) as error:
        logger.warning("a Redis keeps what it has of somebody until it ends: %s", type(error).__name__)
    return gone
