"""Agnai's exports: `{"name": "Exported", "messages": [{"msg", "userId" | "characterId", "handle"}]}`."""

from collections.abc import Iterator
from typing import Any

from chat.formats import tidy
from chat.formats.dates import milliseconds
from chat.formats.incremental import top, values
from chat.formats.neutral import Found, Line, Openable, Role, Talk

UNNAMED = "exported"
MAX_RETRIES = 1_000


def read(open: Openable, name: str) -> Iterator[Found]:
    about = top(open(), without={"messages"})
    title = tidy.title(about.get("name"))
    talk = Talk(title="" if title.lower() == UNNAMED else title, head=None)
    for message in values(open(), "messages.item"):
        if isinstance(message, dict):
            if message.get("userId"):
                talk.player = talk.player or tidy.name(message.get("handle"))
            else:
                talk.character = talk.character or tidy.name(message.get("name"))
        if talk.player and talk.character:
            break
    leaf = about.get("treeLeafId")
    yield Found(talk, _lines(open, talk, leaf if isinstance(leaf, str) else ""))


def _lines(open: Openable, talk: Talk, leaf: str) -> Iterator[Line]:
    """Chats of newer versions are trees, older ones a list."""
    before: str | None = None
    known: set[str] = set()
    for number, message in enumerate(values(open(), "messages.item")):
        if not isinstance(message, dict):
            talk.notes["unread"] += 1
            continue
        said = tidy.text(message.get("msg"), talk.notes)
        if not said.strip():
            talk.notes["empty"] += 1
            continue
        key, above = _id(message.get("_id")) or f"#{number}", _id(message.get("parent"))
        parent = above if above in known else before
        role: Role = "player" if message.get("userId") else "character"
        called = tidy.name(message.get("handle" if role == "player" else "name"))
        called = called or (talk.player if role == "player" else talk.character)
        at = milliseconds(message.get("createdAt"))
        retries = message.get("retries")
        for place, retry in enumerate(retries[:MAX_RETRIES] if isinstance(retries, list) else []):
            text = tidy.text(retry, talk.notes)
            if text.strip() and text != said:
                yield Line(f"{key}/{place}", parent, role, called, text, at)
        yield Line(key, parent, role, called, said, at)
        known.add(key)
        before = key
        if key == leaf or not leaf:
            talk.head = key


def _id(value: Any) -> str:
    return value[:100] if isinstance(value, str) else ""
