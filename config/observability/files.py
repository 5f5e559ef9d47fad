"""How many files, sockets among them, this process may have open."""

import resource

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)
# A reply under way has a connection to its model; logs, listening sockets, files that are being read.
BESIDE = 200


def wanted() -> int:
    pools: int = settings.DB_POOL_SIZE + settings.HOT_POOL_SIZE
    return settings.SOCKETS_PER_PROCESS * 2 + pools + BESIDE


def make_room() -> bool:
    """As far as this user may, and say so where it is not enough: people would be refused with nothing to see."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted()
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return True
    most = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most < needed:
        log.warning("too_few_open_files", limit=most, wanted=needed, sockets=settings.SOCKETS_PER_PROCESS)
    return most >= needed
