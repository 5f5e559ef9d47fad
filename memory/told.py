"""What counts as having been said. Pure.

A memory belongs to the lines it comes from, as they were worded: on a branch without one of them, or when it has been
deleted or says something else by now, there is no such memory. Nothing is written for that and nothing when it comes
back: whoever reads compares with the lines that are told.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

# A line as it is worded: 16 bytes of its id and 8 of its revision.
Mark = bytes


def revision_of(edited_at: datetime | None) -> int:
    """Bringing former words back brings their revision back, too."""
    return 0 if edited_at is None else round(edited_at.timestamp() * 1_000_000)


def mark_of(message_id: UUID, revision: int) -> Mark:
    return message_id.bytes + revision.to_bytes(8, "big")


def id_of(mark: Mark) -> UUID:
    return UUID(bytes=mark[:16])


def digest_of(marks: Iterable[Mark]) -> bytes:
    """Of these lines in this order."""
    digest = hashlib.blake2b(digest_size=16)
    for mark in marks:
        digest.update(mark)
    return digest.digest()


class Told:
    """The lines that are told, in all talks that are looked at: each talk's on the branch that it is on."""

    def __init__(self, lines: Collection[Mark]) -> None:
        self._lines = lines if isinstance(lines, (set, frozenset)) else frozenset(lines)

    def has(self, mark: Mark) -> bool:
        return mark in self._lines

    def says(self, message_id: UUID) -> bool:
        """In whatever words."""
        return any(mark[:16] == message_id.bytes for mark in self._lines)

    def any_of(self, marks: Sequence[Mark]) -> bool:
        return any(mark in self._lines for mark in marks)


class Covering(Protocol):
    """A note: it stands for so many lines, from the opening to the last of them, as they were then."""

    lines: int
    until_id: UUID
    covers: bytes | memoryview


def counting(note: Covering, branch: Sequence[Mark]) -> bool:
    """Whether it tells of this branch: all that it stands for is there, word for word."""
    if not 0 < note.lines <= len(branch) or branch[note.lines - 1][:16] != note.until_id.bytes:
        return False
    return digest_of(branch[: note.lines]) == bytes(note.covers)
