"""Primary keys: UUIDv7, made in Python, monotonic within a process."""

import uuid
from datetime import UTC, datetime

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> uuid.UUID:
    """A new id. It reveals when it was made, so it is never a secret."""
    return _uuid7()


def uuid7_at(milliseconds: int) -> uuid.UUID:
    """A new id as if it had been made then: for what is brought along with its time."""
    return uuid.UUID(int=(milliseconds << 80) | (uuid7().int & ((1 << 80) - 1)))


def moment_of(made: uuid.UUID) -> datetime:
    """When an id was made."""
    return datetime.fromtimestamp((made.int >> 80) / 1000, UTC)


def first_at(moment: datetime) -> uuid.UUID:
    """A bound: what was made before then has a smaller id."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)
