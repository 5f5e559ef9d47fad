"""JSON of any length, read as it comes: what is held is one value, and that is bounded."""

from collections.abc import Collection, Iterator
from typing import Any, BinaryIO

import ijson

from chat.formats.errors import BadFile
from chat.formats.limits import MAX_DEPTH, MAX_STRING, MAX_UNPACKED, MAX_VALUES

A_READ = 64 * 1024
_OPEN, _CLOSE = {"start_map", "start_array"}, {"end_map", "end_array"}
_BACKSLASH = 0x5C
BOM = b"\xef\xbb\xbf"


class TooLarge:
    """Stands for a value that was passed over: it has more than MAX_VALUES in it."""


class Guarded:
    """A file whose strings stay within bounds: the parser holds each one whole."""

    def __init__(self, file: BinaryIO, *, limit: int = MAX_UNPACKED) -> None:
        self._file = file
        self._left = limit
        self._limit = limit
        self._since = 0  # bytes since the last quotation mark that may end a string
        self._begun = self._escaped = False

    def read(self, size: int = -1) -> bytes:
        if size == 0:
            return b""  # how the parser finds out what it is given
        data = self._file.read(size if 0 < size <= A_READ else A_READ)
        if not self._begun:
            self._begun = True
            data = data.removeprefix(BOM)
        self._left -= len(data)
        if self._left < 0:
            raise BadFile("too_large", limit=self._limit)
        self._measure(data)
        return data

    def _measure(self, data: bytes) -> None:
        if self._escaped and data.startswith(b'"'):
            data = data[1:]
            self._since += 1
        self._escaped = data.endswith(b"\\")
        first, last = _first_mark(data), _last_mark(data)
        if first < 0:
            self._since += len(data)
        else:
            if self._since + first > MAX_STRING:
                raise BadFile("string_too_long", limit=MAX_STRING)
            self._since = len(data) - last
        if self._since > MAX_STRING:
            raise BadFile("string_too_long", limit=MAX_STRING)


# A mark with a backslash in front of it ends no string; where the backslash is itself escaped, the next mark counts.
def _first_mark(data: bytes) -> int:
    at = data.find(b'"')
    while at > 0 and data[at - 1] == _BACKSLASH:
        at = data.find(b'"', at + 1)
    return at


def _last_mark(data: bytes) -> int:
    at = data.rfind(b'"')
    while at > 0 and data[at - 1] == _BACKSLASH:
        at = data.rfind(b'"', 0, at)
    return at


def events(file: BinaryIO) -> Iterator[tuple[str, str, Any]]:
    """(place, event, value) as ijson names them. Raises BadFile."""
    depth = 0
    try:
        for place, event, value in ijson.parse(Guarded(file), use_float=True, buf_size=A_READ):
            if event in _OPEN:
                depth += 1
                if depth > MAX_DEPTH:
                    raise BadFile("too_deep", limit=MAX_DEPTH)
            elif event in _CLOSE:
                depth -= 1
            yield place, event, value
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise BadFile("not_json") from error


def values(file: BinaryIO, prefix: str) -> Iterator[Any]:
    """Each value at this place, one after the other; TooLarge in the place of one that is."""
    builder: Any = None
    depth = count = 0
    for place, event, value in events(file):
        if builder is None:
            if place != prefix or event in _CLOSE or event == "map_key":
                continue
            if event not in _OPEN:
                yield value
                continue
            builder, depth, count = ijson.ObjectBuilder(), 0, 0
        count += 1
        if count <= MAX_VALUES:
            builder.event(event, value)
        elif count == MAX_VALUES + 1:
            builder.value = None
        depth += (event in _OPEN) - (event in _CLOSE)
        if depth == 0:
            yield builder.value if count <= MAX_VALUES else TooLarge()
            builder = None


def top(file: BinaryIO, *, without: Collection[str]) -> dict[str, Any]:
    """The object that the file is, without what stands under these keys."""
    builder: Any = ijson.ObjectBuilder()
    skipping, count, depth = False, 0, 0
    for place, event, value in events(file):
        if depth == 0 and event != "start_map":
            raise BadFile("not_talk")
        depth += (event in _OPEN) - (event in _CLOSE)
        if event == "map_key" and place == "":
            skipping = value in without
            if skipping:
                continue
        if skipping and place.split(".", 1)[0] in without:
            continue
        count += 1
        if count > MAX_VALUES:
            raise BadFile("too_large", limit=MAX_VALUES)
        builder.event(event, value)
    return dict(builder.value)
