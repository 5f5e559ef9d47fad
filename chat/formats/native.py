"""Our own format: everything, as JSON, one message a line. docs/library.md describes it.

{"format": "dramatis.conversation", "version": 1, "conversation": {…}, "messages": [{…}, …]}
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from chat.formats import tidy
from chat.formats.dates import milliseconds
from chat.formats.errors import BadFile
from chat.formats.incremental import top, values
from chat.formats.neutral import Found, Line, Openable, Talk, iso

FORMAT = "dramatis.conversation"
VERSION = 1
STATUSES = ("complete", "stopped", "interrupted", "failed", "withdrawn")


def write(talk: Talk, lines: Iterable[Line]) -> Iterator[str]:
    """In pieces; the same conversation is written the same way each time."""
    conversation: dict[str, Any] = {
        "title": talk.title,
        "character": {"id": talk.character_id, "name": talk.character},
        "others": talk.others,
        "player": {"name": talk.player},
        "created_at": iso(talk.created or 0),
        "updated_at": iso(talk.updated or talk.created or 0),
        "head": talk.head,
    }
    top = f'"format": "{FORMAT}", "version": {VERSION},\n"conversation": {_json(conversation)}'
    yield f'{{{top},\n"messages": ['
    between = "\n"
    for line in lines:
        yield between + _json(_message(line))
        between = ",\n"
    yield "\n]}\n"


def _message(line: Line) -> dict[str, Any]:
    message: dict[str, Any] = {
        "id": line.key,
        "parent": line.parent,
        "role": line.role,
        "name": line.name,
        "text": line.text,
        "at": iso(line.at or 0),
        "status": line.status,
    }
    if line.muted:
        message["muted"] = True
    if line.rating:
        message["rating"] = line.rating
    return message


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def read(open: Openable, name: str) -> Iterator[Found]:
    """What `write` wrote. Raises BadFile."""
    about = top(open(), without={"messages"})
    version = about.get("version")
    if about.get("format") != FORMAT or not isinstance(version, int):
        raise BadFile("not_talk")
    if version > VERSION:
        raise BadFile("newer", limit=VERSION)
    told = _object(about.get("conversation"))
    character, player = _object(told.get("character")), _object(told.get("player"))
    others = told.get("others")
    talk = Talk(
        title=tidy.title(told.get("title")),
        character=tidy.name(character.get("name")),
        character_id=str(character.get("id") or ""),
        others=[tidy.name(each) for each in others if tidy.name(each)] if isinstance(others, list) else [],
        player=tidy.name(player.get("name")),
        created=milliseconds(told.get("created_at")),
        updated=milliseconds(told.get("updated_at")),
        head=_key(told.get("head")),
    )
    yield Found(talk, _lines(open, talk))


def _lines(open: Openable, talk: Talk) -> Iterator[Line]:
    for message in values(open(), "messages.item"):
        line = _line(message, talk) if isinstance(message, dict) else None
        if line is None:
            talk.notes["unread"] += 1
        else:
            yield line


def _line(message: dict[str, Any], talk: Talk) -> Line | None:
    key, role, status = _key(message.get("id")), message.get("role"), message.get("status")
    if key is None or role not in ("player", "character") or not isinstance(message.get("text"), str):
        return None
    return Line(
        key=key,
        parent=_key(message.get("parent")),
        role=role,
        name=tidy.name(message.get("name")),
        text=tidy.text(message["text"], talk.notes),
        at=milliseconds(message.get("at")),
        status=status if status in STATUSES else "complete",
        muted=message.get("muted") is True,
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _key(value: Any) -> str | None:
    return value[:100] if isinstance(value, str) and value else None
