"""What somebody has brought: each file, how far it has come, what became of it. And the file itself, read in pieces."""

import io
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from redis.exceptions import RedisError

from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost, NotFound
from accounts.models import User
from chat.ciphers import load_keys
from chat.models import Import, ImportedTalk, ImportPiece

IMPORT_TABLE = Import._meta.db_table
PIECE_TABLE = ImportPiece._meta.db_table
TALK_TABLE = ImportedTalk._meta.db_table
LISTED = 30
AT_WORK = (Import.State.WAITING, Import.State.RUNNING)


@dataclass(frozen=True, slots=True)
class Name:
    """Somebody whom talks of the file are with. `id` is the character's where the file comes from a house like ours."""

    name: str
    talks: int
    language: str
    id: str = ""


@dataclass(slots=True)
class Looked:
    """What the look found. `prints` has one for each talk, in their order; `known` of them are here already."""

    talks: int = 0
    lines: int = 0
    refused: int = 0
    known: int = 0
    names: list[Name] = field(default_factory=list)
    prints: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Brought:
    """A file as its owner sees it."""

    id: UUID
    name: str
    size: int
    state: str
    error: str
    created_at: datetime
    looked: Looked
    taken: int
    refused: int
    progress: float  # from 0 to 1, of the step it is in

    @property
    def at_work(self) -> bool:
        return self.state in AT_WORK


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one talk of a file. `conversation_id` is empty also when it was deleted for good since."""

    title: str
    conversation_id: UUID | None
    trashed: bool
    lines: int
    notes: dict[str, int]
    refused: str


def imports_for(user: User) -> list[Brought]:
    """The newest first. Three queries."""
    counted = _imports(user).annotate(
        taken=Count("talks", filter=Q(talks__refused="")), refused=Count("talks", filter=~Q(talks__refused=""))
    )
    rows = list(counted.order_by("-created_at")[:LISTED])
    load_keys(key_id_of(row.filename) for row in rows)
    told = progress_of([row.pk for row in rows if row.state in AT_WORK])
    return [_brought(row, told.get(row.pk, 0.0)) for row in rows]


def get_import(*, user: User, import_id: UUID) -> Import:
    found = _imports(user).filter(pk=import_id).first()
    if found is None:
        raise NotFound
    return found


def outcomes_of(brought: Import, *, limit: int = 200) -> list[Outcome]:
    """Those with something to say come first."""
    rows = list(brought.talks.select_related("conversation").order_by("pk")[:10_000])
    rows.sort(key=lambda row: not (row.refused or row.notes))
    rows = rows[:limit]
    load_keys(key_id_of(row.title) for row in rows if row.title)
    return [
        Outcome(
            title=_opened(row.title, Place(TALK_TABLE, row.pk)),
            conversation_id=row.conversation_id,
            trashed=row.conversation is not None and row.conversation.deleted_at is not None,
            lines=row.lines,
            notes=row.notes,
            refused=row.refused,
        )
        for row in rows
    ]


def looked_of(row: Import) -> Looked:
    told = _opened(row.found, Place(f"{IMPORT_TABLE}.found", row.pk)) if row.found else ""
    found = json.loads(told or "{}")
    return Looked(**found | {"names": [Name(**name) for name in found.get("names", [])]})


def choices_of(row: Import) -> dict[str, str]:
    told = _opened(row.choices, Place(f"{IMPORT_TABLE}.choices", row.pk)) if row.choices else ""
    chosen: dict[str, str] = json.loads(told or "{}")
    return chosen


def name_of(row: Import) -> str:
    return _opened(row.filename, Place(IMPORT_TABLE, row.pk))


def at_work(user: User) -> list[tuple[UUID, str, float]]:
    """What a page watches: id, state, progress of what is not at rest."""
    rows = list(_imports(user).filter(state__in=AT_WORK).values_list("pk", "state"))
    told = progress_of([row[0] for row in rows])
    return [(pk, state, told.get(pk, 0.0)) for pk, state in rows]


def _imports(user: User) -> QuerySet[Import]:
    return Import.objects.filter(owner=user)


def _brought(row: Any, progress: float) -> Brought:
    return Brought(
        id=row.pk,
        name=name_of(row),
        size=row.size,
        state=row.state,
        error=row.error,
        created_at=row.created_at,
        looked=looked_of(row) if row.state != Import.State.DONE else Looked(),
        taken=row.taken,
        refused=row.refused,
        progress=progress,
    )


def _opened(sealed: bytes | memoryview, place: Place) -> str:
    try:
        return cipher_for(key_id_of(sealed)).open(sealed, place) if sealed else ""
    except ContentLost:
        return ""


# ------------------------------------------------------------------ how far


def progress_key(import_id: UUID) -> str:
    return f"import:{import_id.hex}"


def progress_of(ids: list[UUID]) -> dict[UUID, float]:
    """Told by the worker while it is at it; nothing without Redis."""
    if not ids:
        return {}
    try:
        told = cache.get_many([progress_key(each) for each in ids])
    except (RedisError, OSError):
        return {}
    return {each: told[progress_key(each)] for each in ids if progress_key(each) in told}


# ------------------------------------------------------------------ the file


class PieceFile(io.RawIOBase):
    """The stored file, of which one piece is held at a time."""

    def __init__(self, brought: Import) -> None:
        rows = list(brought.pieces.order_by("position").values_list("pk", flat=True))
        self._ids = rows
        self._piece_size = len(self._open(0)) if rows else 0
        self._size = brought.size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size or not self._ids:
            return 0
        number, begin = divmod(self._at, self._piece_size)
        piece = self._open(number)[begin : begin + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _open(self, number: int) -> bytes:
        held: tuple[int, bytes] = getattr(self, "_held", (-1, b""))
        if held[0] != number:
            body = ImportPiece.objects.values_list("body", flat=True).get(pk=self._ids[number])
            place = Place(PIECE_TABLE, self._ids[number])
            held = self._held = (number, cipher_for(key_id_of(body)).open_bytes(body, place))
        return held[1]


def open_file(brought: Import) -> tuple[BinaryIO, PieceFile]:
    """Buffered, and the raw one, which says how far it has been read."""
    raw = PieceFile(brought)
    return io.BufferedReader(raw, 256 * 1024), raw
