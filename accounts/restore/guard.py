"""The file, as a stranger sends it. Each bound is checked before the work that it bounds; nothing is ever unpacked to
disk, and no name in it leads anywhere but into the file itself.
"""

import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from accounts.takeout.build import FORMAT, VERSION

MB = 1024 * 1024
MAX_FILE = 128 * MB
MAX_MEMBERS = 200_000
MAX_DIRECTORY = 24 * MB
MAX_UNPACKED = 1024 * MB
MAX_RATIO = 100  # for what unpacks to more than a megabyte
MAX_LINE = 4 * MB
MAX_MANIFEST = 4 * MB
MAX_DEPTH = 60

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)
_END = struct.Struct("<4s4H2IH")
_END_64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR_64 = 20
_TAIL = 65_557 + _END_64.size + _LOCATOR_64
_ENCRYPTED = 0x1


class BadArchive(Exception):
    """`code` says why nothing of it can be taken."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class BadLine(Exception):
    """A line that is no row."""


class Brought:
    """An archive whose names and sizes are known to be within bounds. Raises BadArchive."""

    def __init__(self, file: BinaryIO) -> None:
        _check_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except DAMAGED as error:
            raise BadArchive("damaged") from error
        self._members = _checked(self._zip)
        self.manifest = self._manifest()

    def has(self, name: str) -> bool:
        return name in self._members

    def lines(self, name: str) -> Iterator[tuple[int, dict[str, Any] | BadLine]]:
        """The rows of a section with the numbers of their lines; a section that is not there has none."""
        if name not in self._members:
            return
        try:
            with self._zip.open(self._members[name]) as file:
                number = 0
                while line := file.readline(MAX_LINE + 1):
                    number += 1
                    if len(line) > MAX_LINE:
                        while line and not line.endswith(b"\n"):
                            line = file.readline(MAX_LINE)
                        yield number, BadLine()
                    elif line.strip():
                        yield number, _row(line)
        except DAMAGED as error:
            raise BadArchive("damaged") from error

    def file(self, name: Any, limit: int) -> bytes:
        """A picture, or a card. Raises BadLine for one that is not there, or larger than that."""
        member = self._members.get(name) if isinstance(name, str) and name.startswith("files/") else None
        if member is None or member.file_size > limit:
            raise BadLine
        try:
            with self._zip.open(member) as file:
                data = file.read(limit + 1)
        except DAMAGED as error:
            raise BadLine from error
        if len(data) > limit:
            raise BadLine
        return data

    def _manifest(self) -> dict[str, Any]:
        member = self._members.get("manifest.json")
        if member is None or member.file_size > MAX_MANIFEST:
            raise BadArchive("not_takeout")
        try:
            with self._zip.open(member) as file:
                told = _parsed(file.read(MAX_MANIFEST + 1))
        except (*DAMAGED, RecursionError) as error:
            raise BadArchive("not_takeout") from error
        if not isinstance(told, dict) or told.get("format") != FORMAT or not isinstance(told.get("version"), int):
            raise BadArchive("not_takeout")
        if told["version"] > VERSION:
            raise BadArchive("newer")
        return told


def _check_directory(file: BinaryIO) -> None:
    """The table of contents is measured, and its entries are counted, before `zipfile` makes objects of them."""
    begin = max(0, file.seek(0, 2) - _TAIL)
    file.seek(begin)
    tail = file.read(_TAIL)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise BadArchive("not_takeout")
    *_head, count, length, _offset, _comment = _END.unpack_from(tail, at)
    # Where `zipfile` looks for the larger record, and nowhere else: another one would hide what it reads.
    at_64 = at - _LOCATOR_64 - _END_64.size
    if at_64 >= 0 and tail.startswith(b"PK\x06\x07", at - _LOCATOR_64) and tail.startswith(b"PK\x06\x06", at_64):
        *_head, count, length, _offset = _END_64.unpack_from(tail, at_64)
        at = at_64
    if count > MAX_MEMBERS or length > MAX_DIRECTORY:
        raise BadArchive("too_large")
    # It goes by the length alone, whatever the record says of the number.
    file.seek(max(0, begin + at - length))
    if file.read(length).count(b"PK\x01\x02") > MAX_MEMBERS:
        raise BadArchive("too_large")
    file.seek(0)


def _checked(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """What may be read, by name: data and files. The pages are for people, and are left alone."""
    members: dict[str, zipfile.ZipInfo] = {}
    unpacked = 0
    if len(archive.filelist) > MAX_MEMBERS:
        raise BadArchive("too_large")
    for member in archive.infolist():
        name = member.filename
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or name in members:
            raise BadArchive("names")
        if name != "manifest.json" and not name.startswith(("data/", "files/")):
            continue
        if member.flag_bits & _ENCRYPTED:
            raise BadArchive("encrypted")
        if member.file_size > MB and member.file_size > member.compress_size * MAX_RATIO:
            raise BadArchive("too_large")
        unpacked += member.file_size
        if unpacked > MAX_UNPACKED:
            raise BadArchive("too_large")
        members[name] = member
    return members


def _row(line: bytes) -> dict[str, Any] | BadLine:
    try:
        row = _parsed(line)
        return row if isinstance(row, dict) and _storable(row) else BadLine()
    except (ValueError, RecursionError):
        return BadLine()


def _parsed(data: bytes) -> Any:
    return json.loads(data, parse_constant=_no_number)


def _no_number(_constant: str) -> NoReturn:
    raise ValueError


def _storable(value: Any, depth: int = 0) -> bool:
    """Nothing that the database would choke on, however deep."""
    if depth > MAX_DEPTH:
        return False
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, dict):
        return all(_storable(name, depth + 1) and _storable(each, depth + 1) for name, each in value.items())
    if isinstance(value, list):
        return all(_storable(each, depth + 1) for each in value)
    return True
