"""Our own format: everything, as JSON, one message a line. docs/library.md describes it.

{"format": "dramatis.conversation", "version": 1, "conversation": {…}, "messages": [{…}, …]}
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from chat.formats.neutral import Line, Talk, iso

FORMAT = "dramatis.conversation"
VERSION = 1


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
    if line.hidden:
        message["hidden"] = True
    return message


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
