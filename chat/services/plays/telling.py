"""What the model that speaks is told of the story that is played."""

from collections.abc import Sequence
from uuid import UUID

from chat.database import fetch_all
from chat.plays.staged import Staged, entry_in
from chat.plays.words import told_of
from chat.prompts import Said, Story, ToldAt
from stories.telling import brief

ENTRIES = "select message_id, entry from chat_playentry where message_id = any(%s)"


async def story_for(play: Staged | None, character_id: UUID, branch: Sequence[Said]) -> Story | None:
    """For this one of the cast: of others it knows what anybody sees."""
    if play is None:
        return None
    part = next((name for name, player in play.parts.items() if player == character_id), "")
    entries = {row.message_id: row.entry for row in await fetch_all(ENTRIES, [[said.id for said in branch]])}
    told = []
    for said in branch:
        # How it began is told by the line itself.
        if said.id in entries and (entry := entry_in(entries[said.id])).action is not None:
            told.append(ToldAt(said.id, told_of(play.book, entry, play.language)))
    return Story(brief(play.book, play.state, play.language, part), tuple(each for each in told if each.text))
