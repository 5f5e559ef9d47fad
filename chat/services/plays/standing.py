"""Where a play stands on a branch, read for whatever happens next. The caller holds the conversation."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from psycopg import AsyncCursor

from chat.plays.books import read_book
from chat.plays.staged import Happened, Staged, start_of, state_in
from chat.selectors.plays import LAST_BEFORE, LAST_ENTRY
from stories.meaning import meant

if TYPE_CHECKING:
    from chat.services.rooms.scene import Scene

# Beside a row of the conversation's, joined by its id; null where no story is played.
PLAY_COLUMNS = """
p.version_id as play_version, p.parts::text as play_parts, p.language as play_language, p.seed as play_seed
"""


async def play_at(cursor: AsyncCursor[Any], conversation_id: UUID, row: Any, leaf: UUID | None) -> Staged | None:
    """`row` has PLAY_COLUMNS. None where no story is played."""
    if row.play_version is None:
        return None
    start = start_of(await read_book(row.play_version), row.play_seed, row.play_language, parts_in(row))
    if leaf is None:
        return start
    for statement in (LAST_ENTRY, LAST_BEFORE):
        await cursor.execute(statement, {"leaf": leaf, "play": conversation_id})
        if (last := await cursor.fetchone()) is not None:
            return start.standing(state_in(last.state), at=last.message_id)
    return start


def parts_in(row: Any) -> dict[str, UUID]:
    return {name: UUID(character) for name, character in msgspec.json.decode(row.play_parts).items()}


def deed_in(scene: "Scene", line: str) -> Happened | None:
    """What a line does in the story that is played, where it clearly does something; else it is talk."""
    if scene.play is None:
        return None
    action = meant(scene.play.book, scene.play.state, line)
    return None if action is None else scene.play.act(action)
