"""Archives of strangers: what may hold a talk, and nothing that grows beyond all measure.

The table of contents is measured before `zipfile` reads it; nothing is unpacked but what is asked for, piece by piece.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from chat.formats.errors import BadFile
from chat.formats.limits import MAX_DIRECTORY, MAX_MEMBERS, MAX_RATIO, MAX_UNPACKED, MB

ENDINGS = (".json", ".jsonl")
# What `zipfile` raises while something is unpacked that is not as it should be.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
_END = struct.Struct("<4s4H2IH")
_LOCATOR64 = struct.Struct("<4sIQI")
_END64 = struct.Struct("<4sQ2H2I4Q")
_TAIL = 65_557  # where the end record lies, with the longest comment
_ENCRYPTED = 0x1


def open_archive(file: BinaryIO) -> zipfile.ZipFile:
    """Raises BadFile."""
    count, length = _contents(file)
    if count > MAX_MEMBERS:
        raise BadFile("too_many_files", limit=MAX_MEMBERS)
    if length > MAX_DIRECTORY:
        raise BadFile("damaged")
    file.seek(0)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise BadFile("damaged") from error
    # The table was walked by its length: how many there are, it says itself.
    if len(archive.infolist()) > MAX_MEMBERS:
        raise BadFile("too_many_files", limit=MAX_MEMBERS)
    return archive


def _contents(file: BinaryIO) -> tuple[int, int]:
    """How many files the table of contents has, and how many bytes, as `zipfile` will read them. Raises BadFile."""
    size = file.seek(0, 2)
    start = file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise BadFile("damaged")
    _sign, _disk, _first, _here, count, length, _offset, _comment = _END.unpack_from(tail, at)
    return _contents64(file, start + at, count, length) or (count, length)


def _contents64(file: BinaryIO, end: int, count: int, length: int) -> tuple[int, int] | None:
    """The same from the ZIP64 record, which counts wherever there is one, whatever the plain one before says."""
    at = end - _LOCATOR64.size
    file.seek(max(0, at))
    locator = file.read(_LOCATOR64.size)
    if at < 0 or not locator.startswith(b"PK\x06\x07"):
        return None
    _sign, _disk, place, _disks = _LOCATOR64.unpack(locator)
    # Right before: what stands elsewhere, some readers find and others do not.
    if place != at - _END64.size:
        raise BadFile("damaged")
    file.seek(place)
    sign, *_versions, here, whole, bytes_long, _offset = _END64.unpack(file.read(_END64.size))
    agree = count in (whole, 0xFFFF) and length in (bytes_long, 0xFFFFFFFF) and here == whole
    if sign != b"PK\x06\x06" or not agree:
        raise BadFile("damaged")
    return whole, bytes_long


def members_of(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """Those that may hold talks, in the order of the archive. Raises BadFile."""
    unpacked = 0
    for member in archive.infolist():
        if member.is_dir() or not member.filename.lower().endswith(ENDINGS):
            continue
        if member.flag_bits & _ENCRYPTED:
            raise BadFile("encrypted")
        if member.file_size > MB and member.file_size > member.compress_size * MAX_RATIO:
            raise BadFile("ratio", limit=MAX_RATIO)
        unpacked += member.file_size
        if unpacked > MAX_UNPACKED:
            raise BadFile("too_large", limit=MAX_UNPACKED)
        yield member
