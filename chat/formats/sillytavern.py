"""SillyTavern's chats: JSON lines. A header, then one message a line; alternatives of a reply are its `swipes`.

Written so that versions since 2023 read it: dates in the long form that all of them know.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

from chat.formats import tidy
from chat.formats.dates import milliseconds
from chat.formats.errors import BadFile
from chat.formats.incremental import BOM
from chat.formats.limits import MAX_STRING, MAX_UNPACKED
from chat.formats.neutral import Found, Line, Openable, Place, Role, Talk

MAX_TAKES = 1_000  # of one message


def write(talk: Talk, places: Iterable[Place]) -> Iterator[str]:
    """A branch. Of a player's line the chosen one alone: SillyTavern has no swipes there."""
    yield _json(
        {
            "user_name": talk.player,
            "character_name": talk.character,
            "create_date": _humanised(talk.created or 0),
            "chat_metadata": {"dramatis": {"title": talk.title}} if talk.title else {},
        }
    )
    for place in places:
        yield _json(_message(place))


def _message(place: Place) -> dict[str, Any]:
    line = place.line
    message: dict[str, Any] = {
        "name": line.name,
        "is_user": line.role == "player",
        "is_system": line.muted,
        "send_date": _humanised(line.at or 0),
        "mes": line.text,
        "extra": {},
    }
    if line.role == "character":
        message["swipe_id"] = place.chosen
        message["swipes"] = [each.text for each in place.lines]
        message["swipe_info"] = [_info(each) for each in place.lines]
    return message


def _info(line: Line) -> dict[str, Any]:
    return {"send_date": _humanised(line.at or 0), "extra": {}}


def _humanised(milliseconds: int) -> str:
    """2024-6-5 @14h 56m 50s 682ms, in UTC."""
    at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    day = f"{at.year}-{at.month}-{at.day}"
    return f"{day} @{at.hour:02d}h {at.minute:02d}m {at.second:02d}s {milliseconds % 1000}ms"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


def read(open: Openable, name: str) -> Iterator[Found]:
    """A chat or a group chat, ours or theirs since 2023, Chub's too. Raises BadFile."""
    lines = _objects(open())
    first = next(lines, None)
    if first is None or not ({"user_name", "character_name", "chat_metadata", "mes"} & first.keys()):
        raise BadFile("not_talk")
    talk = Talk(
        character=_known(first.get("character_name")),
        player=_known(first.get("user_name")),
        created=milliseconds(first.get("create_date")),
    )
    ours = first.get("chat_metadata")
    if isinstance(ours, dict) and isinstance(ours.get("dramatis"), dict):
        talk.title = tidy.title(ours["dramatis"].get("title"))
    if not talk.character or not talk.player:
        _name(talk, _objects(open()))
    yield Found(talk, _lines(talk, _objects(open())))


def _name(talk: Talk, messages: Iterator[dict[str, Any]]) -> None:
    """Newer headers name nobody: those who speak first give their names."""
    for _, message in zip(range(200), messages, strict=False):
        if "mes" not in message or _is_of_the_program(message):
            continue
        if message.get("is_user"):
            talk.player = talk.player or _known(message.get("name"))
        else:
            talk.character = talk.character or _known(message.get("name"))
        if talk.player and talk.character:
            return


def _lines(talk: Talk, messages: Iterator[dict[str, Any]]) -> Iterator[Line]:
    parent: str | None = None
    for number, message in enumerate(messages):
        if "mes" not in message:
            talk.notes["unread"] += number > 0  # the header is no line
            continue
        if _is_of_the_program(message):
            talk.notes["system"] += 1
            continue
        takes, chosen = _takes(message, talk)
        if not takes:
            talk.notes["empty"] += 1
            continue
        muted = message.get("is_system") is True
        talk.notes["ghosts"] += muted
        role: Role = "player" if message.get("is_user") else "character"
        called = _known(message.get("name")) or (talk.player if role == "player" else talk.character)
        for place, (text, at) in enumerate(takes):
            yield Line(f"{number}.{place}", parent, role, called, text, at, muted=muted)
        parent = f"{number}.{chosen}"
        talk.head = parent


def _takes(message: dict[str, Any], talk: Talk) -> tuple[list[tuple[str, int | None]], int]:
    """The texts of a message with their times, and which of them is the one that counts."""
    said, at = tidy.text(_text(message["mes"]), talk.notes), milliseconds(message.get("send_date"))
    swipes, infos, chosen = message.get("swipes"), message.get("swipe_info"), message.get("swipe_id")
    if not isinstance(swipes, list) or len(swipes) > MAX_TAKES or not isinstance(chosen, int):
        return ([(said, at)] if said.strip() else []), 0
    takes: list[tuple[str, int | None]] = []
    place = 0
    for number, swipe in enumerate(swipes):
        info = infos[number] if isinstance(infos, list) and number < len(infos) else None
        when = milliseconds(info.get("send_date")) if isinstance(info, dict) else None
        # What stands in the message was changed last.
        text = said if number == chosen else tidy.text(_text(swipe), talk.notes)
        if number == chosen:
            place = len(takes)
        if text.strip() or number == chosen:
            takes.append((text, when or at))
    if not 0 <= chosen < len(swipes):
        place = len(takes)
        takes.append((said, at))
    return (takes, place) if any(text.strip() for text, _ in takes) else ([], 0)


def _text(written: Any) -> Any:
    """Chub puts each text into an object of its own."""
    return written.get("message") if isinstance(written, dict) else written


def _known(written: Any) -> str:
    found = tidy.name(written)
    return "" if found.lower() in ("unused", "undefined", "null") else found


def _is_of_the_program(message: dict[str, Any]) -> bool:
    return message.get("is_system") is True and message.get("name") == "SillyTavern System"


def _objects(file: BinaryIO) -> Iterator[dict[str, Any]]:
    """A line each; what is no object reads as an empty one."""
    read = 0
    while line := file.readline(MAX_STRING + 1):
        read += len(line)
        if read > MAX_UNPACKED:
            raise BadFile("too_large", limit=MAX_UNPACKED)
        if len(line) > MAX_STRING:
            while line and not line.endswith(b"\n"):
                line = file.readline(MAX_STRING)
            yield {}
            continue
        if not line.strip():
            continue
        try:
            found = json.loads(line.removeprefix(BOM))
        except (ValueError, RecursionError):
            found = None
        yield found if isinstance(found, dict) else {}
