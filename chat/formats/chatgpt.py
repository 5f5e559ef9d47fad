"""ChatGPT's export: conversations.json, a list of trees (`mapping`), or one conversation by itself."""

from collections.abc import Iterator
from typing import Any

from chat.formats import tidy
from chat.formats.dates import milliseconds
from chat.formats.incremental import TooLarge, values
from chat.formats.limits import MAX_LINES
from chat.formats.neutral import Found, Line, Openable, Role, Talk, too_large

CHARACTER, PLAYER = "ChatGPT", "You"
_ROLES: dict[str, Role] = {"user": "player", "assistant": "character"}
_THOUGHTS = {"thoughts", "reasoning_recap"}


def read(open: Openable, name: str, *, many: bool = True) -> Iterator[Found]:
    for conversation in values(open(), "item" if many else ""):
        if isinstance(conversation, TooLarge):
            yield too_large(CHARACTER)
        elif isinstance(conversation, dict) and isinstance(conversation.get("mapping"), dict):
            yield _found(conversation)


def _found(conversation: dict[str, Any]) -> Found:
    mapping = {key: node for key, node in conversation["mapping"].items() if isinstance(node, dict)}
    talk = Talk(
        title=tidy.title(conversation.get("title")),
        character=CHARACTER,
        player=PLAYER,
        created=milliseconds(conversation.get("create_time")),
        updated=milliseconds(conversation.get("update_time")),
    )
    return Found(talk, _lines(talk, mapping, conversation.get("current_node")))


def _lines(talk: Talk, mapping: dict[str, Any], current: Any) -> Iterator[Line]:
    """From the roots down, along the first child first. What is no line lends its place to what stands below it."""
    roots = [key for key, node in mapping.items() if node.get("parent") not in mapping]
    stack: list[tuple[str, str | None]] = [(key, None) for key in reversed(roots)]
    stands_for: dict[str, str | None] = {}
    while stack:
        key, parent = stack.pop()
        if key in stands_for or len(stands_for) > 4 * MAX_LINES:
            continue
        line = _line(key, parent, mapping[key].get("message"), talk)
        stands_for[key] = line.key if line else parent
        if line:
            yield line
        children = mapping[key].get("children")
        below = [each for each in children if each in mapping] if isinstance(children, list) else []
        stack += [(child, stands_for[key]) for child in reversed(below)]
    if isinstance(current, str):
        talk.head = stands_for.get(current)


def _line(key: str, parent: str | None, message: Any, talk: Talk) -> Line | None:
    if not isinstance(message, dict):
        return None
    author, content, about = message.get("author"), message.get("content"), message.get("metadata")
    role = _ROLES.get(str(author.get("role"))) if isinstance(author, dict) else None
    hidden = isinstance(about, dict) and about.get("is_visually_hidden_from_conversation") is True
    if role is None or hidden or not isinstance(content, dict):
        return None
    if content.get("content_type") in _THOUGHTS:
        talk.notes["thoughts"] += 1
        return None
    # What the model said to a tool is no line of the talk.
    if role == "character" and message.get("recipient") not in (None, "all"):
        return None
    said = tidy.text(_text(content, talk), talk.notes)
    if not said.strip():
        return None
    called = talk.player if role == "player" else talk.character
    return Line(key, parent, role, called, said, milliseconds(message.get("create_time")))


def _text(content: dict[str, Any], talk: Talk) -> str:
    if content.get("content_type") == "code" and isinstance(content.get("text"), str):
        return f"```\n{content['text']}\n```"
    pieces = []
    parts = content.get("parts")
    for part in parts if isinstance(parts, list) else [content.get("text")]:
        if isinstance(part, str):
            pieces.append(part)
        elif isinstance(part, dict) and isinstance(part.get("text"), str):
            pieces.append(part["text"])
        elif isinstance(part, dict):
            talk.notes["pictures"] += 1
    return "\n\n".join(piece for piece in pieces if piece.strip())
