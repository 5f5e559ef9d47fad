"""Zip archives as cards use them, read by a short and suspicious hand.

The directory is bounded before it is walked, nothing is unpacked to disk, and only what is asked for is unpacked at
all. Whatever two programs could read differently (two files of one name, overlapping files, a second name in front of
the data) is refused.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from characters.cards.errors import CardError
from characters.cards.limits import (
    MAX_ARCHIVE_ENTRIES,
    MAX_ARCHIVE_NAME,
    MAX_ARCHIVE_RATIO,
    MAX_ARCHIVE_UNPACKED,
    MB,
)
from characters.cards.png import inflate

_END, _ENTRY, _LOCAL = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_END_FORMAT, _ENTRY_FORMAT, _LOCAL_FORMAT = (
    struct.Struct("<4s4H2IH"),
    struct.Struct("<4s6H3I5H2I"),
    struct.Struct("<4s5H3I2H"),
)
STORED, DEFLATED = 0, 8
_ENCRYPTED, _UTF8 = 0x1, 0x800


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    method: int
    packed: int
    size: int
    crc: int
    start: int  # of its own header, in the file

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


@dataclass(frozen=True, slots=True)
class Archive:
    """`start` is where the archive begins in `data`: a picture may stand in front."""

    data: bytes
    start: int
    members: dict[str, Member]

    def read(self, name: str, *, limit: int) -> bytes:
        """Raises CardError; KeyError when there is no such file."""
        member = self.members[name]
        if member.size > limit:
            raise _too_large(name, limit)
        packed = self.packed(member)
        plain = packed if member.method == STORED else inflate(packed, limit=limit, field=name[:60], window=-15)
        if len(plain) != member.size or zlib.crc32(plain) != member.crc:
            raise CardError("damaged", _("A file in this archive is damaged."), field=name[:60])
        return plain

    def packed(self, member: Member) -> bytes:
        """The bytes as they lie in the archive."""
        header = _LOCAL_FORMAT.unpack_from(self.data, member.start)
        begin = member.start + _LOCAL_FORMAT.size
        name = self.data[begin : begin + header[9]]
        if header[0] != _LOCAL or _name(name, header[2]) != member.name:
            raise CardError("contradiction", _("This archive names one file in two ways."), field=member.name[:60])
        begin += header[9] + header[10]
        return self.data[begin : begin + member.packed]


def find_archive(data: bytes) -> int | None:
    """Where the end record of an archive lies, or None."""
    found = data.rfind(_END, max(0, len(data) - 65_557))
    return found if found >= 0 and found + _END_FORMAT.size <= len(data) else None


def read_archive(data: bytes) -> Archive:
    """The directory, checked whole. Raises CardError."""
    end = find_archive(data)
    if end is None:
        raise CardError("damaged", _("This archive is damaged: its end is missing."), field="file")
    _sign, disk, first_disk, here, count, size, offset, _comment = _END_FORMAT.unpack_from(data, end)
    if disk or first_disk or here != count or count == 0xFFFF or 0xFFFFFFFF in (size, offset):
        if max(here, count) > MAX_ARCHIVE_ENTRIES:
            raise _too_many()
        raise CardError("archive", _("Archives in several parts or of more than 4 GB are not read."), field="file")
    if count > MAX_ARCHIVE_ENTRIES:
        raise _too_many()
    start = end - size - offset
    if start < 0:
        raise CardError("damaged", _("This archive is damaged."), field="file")
    members: dict[str, Member] = {}
    for member in _entries(data, end - size, end, start):
        if member.name in members:
            raise CardError(
                "duplicate_file", _("Two files in this archive have the same name."), field=member.name[:60]
            )
        members[member.name] = member
        if len(members) > MAX_ARCHIVE_ENTRIES:
            raise _too_many()
    _check_room(members.values(), start, end - size)
    return Archive(data, start, members)


def _entries(data: bytes, place: int, end: int, start: int) -> Iterator[Member]:
    while place < end:
        if place + _ENTRY_FORMAT.size > end:
            raise CardError("damaged", _("This archive is damaged."), field="file")
        (sign, _by, _needs, flags, method, _time, _date, crc, packed, size, name_length, extra, comment, _disk, _inner,
         _outer, offset) = _ENTRY_FORMAT.unpack_from(data, place)  # fmt: skip
        place += _ENTRY_FORMAT.size
        name = _name(data[place : place + name_length], flags)
        place += name_length + extra + comment
        if sign != _ENTRY or place > end or start + offset + _LOCAL_FORMAT.size > end:
            raise CardError("damaged", _("This archive is damaged."), field="file")
        _check_name(name)
        if flags & _ENCRYPTED:
            raise CardError("encrypted", _("This archive is protected with a password."), field=name[:60])
        if method not in (STORED, DEFLATED):
            raise CardError("method", _("A file in this archive is packed in an unusual way."), field=name[:60])
        yield Member(name, method, packed, size, crc, start + offset)


def _name(raw: bytes, flags: int) -> str:
    if len(raw) > MAX_ARCHIVE_NAME:
        raise CardError(
            "name_too_long", _("A file name in this archive is too long."), field="file", limit=MAX_ARCHIVE_NAME
        )
    try:
        return raw.decode("utf-8" if flags & _UTF8 or not raw.isascii() else "ascii")
    except UnicodeDecodeError:
        return raw.decode("cp437")


def _check_name(name: str) -> None:
    parts = name.split("/")
    out = name.startswith("/") or "\\" in name or ":" in parts[0] or ".." in parts or "." in parts
    if not name or out or any(ord(letter) < 32 for letter in name):
        raise CardError("traversal", _("A file in this archive has a name that leads out of it."), field=name[:60])


def _check_room(members: Iterable[Member], start: int, end: int) -> None:
    """Files do not overlap, and do not grow beyond all measure."""
    packed = size = 0
    place = start
    for member in sorted(members, key=lambda each: each.start):
        if member.start < place:
            raise CardError("overlap", _("Files in this archive lie on top of each other."), field=member.name[:60])
        place = member.start + _LOCAL_FORMAT.size + member.packed
        packed += member.packed
        size += member.size
    if place > end:
        raise CardError("damaged", _("This archive is damaged."), field="file")
    if size > MAX_ARCHIVE_UNPACKED:
        raise _too_large("file", MAX_ARCHIVE_UNPACKED)
    if size > MB and size > packed * MAX_ARCHIVE_RATIO:
        raise CardError(
            "ratio",
            _("This archive unpacks to more than a hundred times its size."),
            field="file",
            limit=MAX_ARCHIVE_RATIO,
        )


def _too_many() -> CardError:
    return CardError(
        "too_many_files", _("There are too many files in this archive."), field="file", limit=MAX_ARCHIVE_ENTRIES
    )


def _too_large(field: str, limit: int) -> CardError:
    return CardError("too_large", _("This unpacks to more than we take."), field=field[:60], limit=limit)


class ArchiveWriter:
    """A zip, written from new files and from members of another archive as they are packed there. No dates in it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._directory: list[bytes] = []
        self._place = 0
        self.names: set[str] = set()

    def add(self, name: str, data: bytes, *, pack: bool) -> None:
        body, method = data, STORED
        if pack:
            packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            body, method = packer.compress(data) + packer.flush(), DEFLATED
        self._put(name, body, method, zlib.crc32(data), len(data))

    def copy(self, archive: Archive, member: Member) -> None:
        self._put(member.name, archive.packed(member), member.method, member.crc, member.size)

    def _put(self, name: str, body: bytes, method: int, crc: int, size: int) -> None:
        raw = name.encode()
        flags = 0 if raw.isascii() else _UTF8
        date = 0x21  # the first day that zip can name
        shared = (20, flags, method, 0, date, crc, len(body), size, len(raw), 0)
        self._directory.append(_ENTRY_FORMAT.pack(_ENTRY, 20, *shared, 0, 0, 0, 0, self._place) + raw)
        header = _LOCAL_FORMAT.pack(_LOCAL, *shared) + raw
        self._pieces += (header, body)
        self._place += len(header) + len(body)
        self.names.add(name)

    def done(self) -> bytes:
        directory = b"".join(self._directory)
        count = len(self._directory)
        end = _END_FORMAT.pack(_END, 0, 0, count, count, len(directory), self._place, 0)
        return b"".join((*self._pieces, directory, end))
