"""Whatever a file is: the talks in it, one after the other."""

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO

from chat.formats import agnai, chatgpt, native, risu, sillytavern
from chat.formats.archive import members_of, open_archive
from chat.formats.errors import BadFile
from chat.formats.incremental import BOM, events
from chat.formats.limits import MAX_TALKS, MB
from chat.formats.neutral import Found, Openable

Reader = Callable[[Openable, str], Iterator[Found]]
_HEADER = {"user_name", "character_name", "chat_metadata", "mes"}


@dataclass(frozen=True, slots=True)
class Refused:
    """A file, of an archive, that is not taken, or not further."""

    where: str
    code: str


def talks_in(file: BinaryIO, name: str) -> Iterator[Found | Refused]:
    """The lines of a talk are read before the next talk is asked for. Raises BadFile, or one of DAMAGED."""
    for number, found in enumerate(_talks_in(file, name)):
        if number == MAX_TALKS:
            raise BadFile("too_many_talks", limit=MAX_TALKS)
        yield found


def _talks_in(file: BinaryIO, name: str) -> Iterator[Found | Refused]:
    if not is_archive(file):
        yield from _read(partial(_from_the_start, file), name)
        return
    with open_archive(file) as archive:
        some = False
        for member in members_of(archive):
            some = True
            try:
                yield from _read(partial(_member, archive, member), member.filename)
            except BadFile as error:
                yield Refused(member.filename, error.code)
        if not some:
            raise BadFile("no_talks")


def is_archive(file: BinaryIO) -> bool:
    file.seek(0)
    return file.read(4) == b"PK\x03\x04"


def _from_the_start(file: BinaryIO) -> BinaryIO:
    file.seek(0)
    return file


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Any:
    return archive.open(member)


def _read(open: Openable, name: str) -> Iterator[Found]:
    yield from reader_for(open)(open, name)


def reader_for(open: Openable) -> Reader:
    """By what the file holds; its name says nothing. Raises BadFile."""
    if _is_json_lines(open()):
        return sillytavern.read
    keys: set[str] = set()
    for place, event, value in events(open()):
        if place == "" and event == "start_array":
            continue
        if event == "map_key" and place in ("", "item"):
            keys.add(value)
            if value == "mapping":
                return partial(chatgpt.read, many=place == "item")
        elif place == "format" and value == native.FORMAT:
            return native.read
        elif place == "type" and value in ("risuChat", "risuAllChats"):
            return risu.read
        elif place == "messages.item.msg":
            return agnai.read
        elif place == "item" and event == "end_map":
            break
    raise BadFile("not_talk")


def _is_json_lines(file: BinaryIO) -> bool:
    """Whether the first line is a whole object, and one that a chat of SillyTavern's begins with."""
    first = file.readline(MB).removeprefix(BOM)
    try:
        found = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and bool(_HEADER & found.keys())
