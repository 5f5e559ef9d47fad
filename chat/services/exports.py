"""Conversations out: as one file, or many of them as an archive. All of it comes in pieces and is held nowhere."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid, NotFound
from accounts.models import User
from chat.formats import markdown, native, sillytavern
from chat.models import Conversation
from chat.selectors import conversations_for
from chat.selectors.exports import branch_of, head_of, places_of, tree_of
from chat.services.sealing import require_open

Format = Literal["json", "md", "jsonl"]
TYPES: dict[Format, str] = {
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
}
PIECE = 64 * 1024
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


@dataclass(frozen=True, slots=True)
class TalkFile:
    name: str
    content_type: str
    pieces: Iterator[bytes]


def export_talk(*, user: User, conversation_id: UUID, format: Format) -> TalkFile:
    """NotFound for everybody but the owner: in a talk with others not everybody heard everything."""
    conversation = _own(user).filter(pk=conversation_id).first()
    if conversation is None:
        raise NotFound
    require_open(conversation)
    return _file(user, conversation, format)


def export_talks(*, user: User, talks: Iterable[UUID] | None, format: Format) -> TalkFile:
    """An archive with a file for each; None: all that are not in the trash and not sealed. NotFound as above, for any
    of them; Sealed for one that is not open here."""
    own = _own(user)
    if talks is not None:
        wanted = set(talks)
        if not wanted:
            raise Invalid(_("Choose a talk first."), field="talks")
        own = own.filter(pk__in=wanted)
        if own.count() != len(wanted):
            raise NotFound
        for conversation in own.exclude(sealed_at=None):
            require_open(conversation)
    else:
        own = own.filter(sealed_at=None)
    ids = list(own.order_by("pk").values_list("pk", flat=True))
    return TalkFile(f"talks.{format}.zip", "application/zip", _joined(_archive(user, ids, format)))


def _own(user: User) -> QuerySet[Conversation]:
    return conversations_for(user).filter(owner=user, expires_at=None)


def _file(user: User, conversation: Conversation, format: Format) -> TalkFile:
    talk = head_of(user=user, conversation=conversation)
    if format == "json":
        written = native.write(talk, tree_of(user=user, conversation=conversation))
    elif format == "md":
        written = markdown.write(talk, branch_of(user=user, conversation=conversation))
    else:
        written = sillytavern.write(talk, places_of(user=user, conversation=conversation))
    called = " - ".join(dict.fromkeys(filter(None, (talk.character, talk.title))))
    name = " ".join(_UNFIT.sub(" ", called).split()).strip(".")[:80]
    day = f"{conversation.created_at:%Y-%m-%d}"
    pieces = (piece.encode("utf-8", "replace") for piece in written)
    return TalkFile(f"{name} {day}.{format}".strip(), TYPES[format], _joined(pieces))


def _archive(user: User, ids: list[UUID], format: Format) -> Iterator[bytes]:
    sink = _Sink()
    names: set[str] = set()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for conversation_id in ids:
            conversation = _own(user).filter(pk=conversation_id).first()
            if conversation is None:
                continue  # thrown away meanwhile
            file = _file(user, conversation, format)
            with archive.open(_unique(file.name, names), "w") as entry:
                for piece in file.pieces:
                    entry.write(piece)
                    yield sink.taken()
            yield sink.taken()
    yield sink.taken()


def _unique(name: str, names: set[str]) -> str:
    stem, _dot, ending = name.rpartition(".")
    found, number = name, 1
    while found in names:
        number += 1
        found = f"{stem} ({number}).{ending}"
    names.add(found)
    return found


class _Sink(io.RawIOBase):
    """Where an archive is written to: what came since the last look is taken away."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def _joined(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces worth sending."""
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= PIECE:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)
