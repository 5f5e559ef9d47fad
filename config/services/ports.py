"""Ports on loopback that nobody listens on and nobody else was given."""

import fcntl
import os
import random
import socket
import tempfile
from functools import cache
from pathlib import Path

from config.services.errors import ServiceError

# Below the range of outgoing connections, so that a port is still free after a restart.
FIRST, LAST = 20_000, 32_000
_given: set[int] = set()


def free_port() -> int:
    """One that no other process of this user is given while this one lives, though nobody listens there yet.

    Two that start at once would else be given the same, and each take what the other started for its own.
    """
    for _ in range(200):
        port = random.randint(FIRST, LAST)  # noqa: S311
        if port not in _given and is_free(port) and _claim(port):
            _given.add(port)
            return port
    raise ServiceError(f"no free port between {FIRST} and {LAST} on 127.0.0.1")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _claim(port: int) -> bool:
    """Each port is a byte of one file, and the lock on it ends with the process that holds it."""
    try:
        fcntl.lockf(_claims(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    return True


@cache
def _claims() -> int:
    """Open for as long as the process lives: closing it anywhere would give all ports back."""
    path = Path(tempfile.gettempdir(), f"dramatis-ports-{os.getuid()}")
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise ServiceError(f"{path} must be a file that this user may write: {error.strerror}") from error
