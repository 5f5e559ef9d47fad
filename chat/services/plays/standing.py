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

# Beside a row of the conversation's, with its play joined to it; null where no story is played.
PLAY_COLUMNS = """
play.version_id as play_version, play.parts::text as play_parts, play.language as play_language, play.seed as play_seed,
play.count as play_count
"""
# The same, with where it stands at `leaf`.
PLAY_AT_LEAF = f"""
{PLAY_COLUMNS},
case when play.conversation_id is not null then (select row(last.message_id, last.state) from ({LAST_ENTRY}) last) end
    as play_last
"""  # noqa: S608


async def play_at(cursor: AsyncCursor[Any], conversation_id: UUID, row: Any, leaf: UUID | None) -> Staged | None:
    """`row` has PLAY_AT_LEAF. None where no story is played."""
    if row.play_version is None:
        return None
    start = start_of(await read_book(row.play_version), row.play_seed, row.play_language, parts_in(row))
    last = row.play_last
    if last is None and leaf is not None:
        await cursor.execute(LAST_BEFORE, {"leaf": leaf, "play": conversation_id})
        last = await cursor.fetchone()
    if last is None:
        return start
    message_id, state = last
    return start.standing(state_in(state), at=message_id)


def parts_in(row: Any) -> dict[str, UUID]:
    return {name: UUID(character) for name, character in msgspec.json.decode(row.play_parts).items()}


def deed_in(scene: "Scene", line: str) -> Happened | None:
    """What a line does in the story that is played, where it clearly does something; else it is talk."""
    if scene.play is None:
        return None
    action = meant(scene.play.book, scene.play.state, line)
    return None if action is None else scene.play.act(action)
