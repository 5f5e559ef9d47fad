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
_TAIL = 65_557  # where the end record lies, with the longest comment
_ENCRYPTED = 0x1


def open_archive(file: BinaryIO) -> zipfile.ZipFile:
    """Raises BadFile."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise BadFile("damaged")
    _sign, _disk, _first, _here, count, length, _offset, _comment = _END.unpack_from(tail, at)
    if count > MAX_MEMBERS:
        raise BadFile("too_many_files", limit=MAX_MEMBERS)
    if length > MAX_DIRECTORY:
        raise BadFile("damaged")
    file.seek(0)
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise BadFile("damaged") from error


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
