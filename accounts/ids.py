"""Primary keys: UUIDv7, made in Python, monotonic within a process."""

import uuid

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> uuid.UUID:
    """A new id. It reveals when it was made, so it is never a secret."""
    return _uuid7()


def uuid7_at(milliseconds: int) -> uuid.UUID:
    """A new id as if it had been made then: for what is brought along with its time."""
    return uuid.UUID(int=(milliseconds << 80) | (uuid7().int & ((1 << 80) - 1)))
