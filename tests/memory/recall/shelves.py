"""Talks on a shelf, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from memory.recall.question import question_for
from memory.recall.ranking import Bounds, ranked
from memory.recall.rows import Row
from memory.recall.shelf import Shelf
from memory.told import mark_of

BEGAN = datetime(2023, 5, 1, 10, tzinfo=UTC)
TALK = UUID(int=1)


def line(number: int, text: str, speaker: str = "Mira", *, days: int = 0, **more: Any) -> Row:
    """The line before it is the one that it answers."""
    return Row(
        id=UUID(int=1_000 + number),
        source="episode",
        text=text,
        said_at=BEGAN + timedelta(days=days, minutes=number),
        marks=(mark_of(UUID(int=number), 0),),
        conversation_id=TALK,
        message_id=UUID(int=number),
        answers_id=UUID(int=number - 1) if number > 1 else None,
        speaker=speaker,
        is_question=text.endswith(("?", "？")),
        **more,
    )


def memory(number: int, text: str, *of: int, importance: int = 50, **more: Any) -> Row:
    return Row(
        id=UUID(int=5_000 + number),
        source="memory",
        text=text,
        said_at=BEGAN,
        marks=tuple(mark_of(UUID(int=each), 0) for each in of),
        conversation_id=TALK,
        importance=importance,
        **more,
    )


def ask(rows: list[Row], question: str, *, most: int = 10, days: int = 30, **more: Any) -> list[str]:
    shelf = Shelf(rows)
    asked = question_for(shelf, question, BEGAN + timedelta(days=days))
    likeness, least = more.pop("likeness", None), more.pop("least_likeness", 1.0)
    found = ranked(shelf, asked, Bounds(most, **more), likeness=likeness, least_likeness=least)
    return [shelf.rows[number].text for number, _ in found]
