"""SillyTavern's chats: JSON lines. A header, then one message a line; alternatives of a reply are its `swipes`.

Written so that versions since 2023 read it: dates in the long form that all of them know.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from chat.formats.neutral import Line, Place, Talk


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
        "is_system": False,
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
