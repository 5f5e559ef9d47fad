"""What Redis holds under somebody's id: allowances, spending, who is there. It would end by itself; it goes at once."""

import logging
from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from redis.exceptions import RedisError

from accounts import redisplace

logger = logging.getLogger(__name__)

AT_ONCE = 1_000


def forget_traces(user_ids: Sequence[UUID]) -> int:
    """Keys that are called by one of these ids; returns how many. Away, Redis lets them end by themselves."""
    wanted = [name.encode() for each in user_ids for name in (each.hex, str(each))]
    if not wanted:
        return 0
    gone = 0
    try:
        with redisplace.client(settings.REDIS_URL, socket_timeout=settings.REDIS_WAIT_SECONDS) as client:
            for key in client.scan_iter(count=AT_ONCE):
                if any(name in key for name in wanted):
                    gone += client.unlink(key)
    except (RedisError, OSError) as error:
        logger.warning("Redis keeps what it has of %s people until it ends: %s", len(user_ids), type(error).__name__)
    return gone
