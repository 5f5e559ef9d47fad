"""RisuAI's exports: one chat (`risuChat`) or all of a character's (`risuAllChats`), versions 1 and 2."""

import re
from collections.abc import Iterator
from typing import Any

from chat.formats import tidy
from chat.formats.dates import milliseconds
from chat.formats.errors import BadFile
from chat.formats.incremental import TooLarge, events, values
from chat.formats.neutral import Found, Line, Openable, Role, Talk, too_large

# Files are called after the character: Mira_2025-01-02T03…_chat.json, Mira_all_chats_2025-…
_FILE = re.compile(r"(?P<name>.+?)_(?:all_chats_)?\d{4}-?\d\d")


def read(open: Openable, name: str) -> Iterator[Found]:
    many = next((event == "start_array" for place, event, _ in events(open()) if place == "data"), None)
    if many is None:
        raise BadFile("not_talk")
    called = _FILE.match(name.rpartition("/")[2])
    character = tidy.name(called["name"]) if called else ""
    for chat in values(open(), "data.item" if many else "data"):
        if isinstance(chat, TooLarge):
            yield too_large(character)
            continue
        messages = chat.get("message") if isinstance(chat, dict) else None
        if isinstance(messages, list):
            yield _found(chat, messages, character)


def _found(chat: dict[str, Any], messages: list[Any], character: str) -> Found:
    first = chat.get("fmIndex")
    talk = Talk(
        title=tidy.title(chat.get("name")),
        character=character,
        # -1 is the first greeting, 0 the first of the others.
        opening=first + 1 if isinstance(first, int) and -1 <= first < 100 else 0,
        updated=milliseconds(chat.get("lastDate")),
    )
    return Found(talk, _lines(talk, messages))


def _lines(talk: Talk, messages: list[Any]) -> Iterator[Line]:
    parent: str | None = None
    for number, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in ("user", "char"):
            talk.notes["unread"] += 1
            continue
        if message.get("isComment") is True:
            talk.notes["system"] += 1
            continue
        said = tidy.text(message.get("data"), talk.notes)
        if not said.strip():
            talk.notes["empty"] += 1
            continue
        muted = message.get("disabled") is True
        talk.notes["ghosts"] += muted
        role: Role = "player" if message["role"] == "user" else "character"
        called = tidy.name(message.get("name")) or (talk.player if role == "player" else talk.character)
        key = str(number)
        yield Line(key, parent, role, called, said, milliseconds(message.get("time")), muted=muted)
        parent = talk.head = key
