"""When the author's note is said: in every prompt, or at every so many lines of the player."""

from collections.abc import Sequence
from uuid import UUID

from chat.database import fetch_one
from chat.prompts import Note, Said

# Of the reply itself, so that it follows the branch.
LAST_NOTED = """
select reply_id from chat_turn
where conversation_id = %s and reply_id = any(%s) and manifest ? 'note' order by reply_id desc limit 1
"""


async def note_if_due(conversation_id: UUID, note: Note | None, branch: Sequence[Said]) -> Note | None:
    """Whoever wants it always pays no query; whoever wants it seldom has it counted from the last reply that had it."""
    if note is None or note.every == 1:
        return note
    replies = [said.id for said in branch if said.role == "character"]
    row = await fetch_one(LAST_NOTED, [conversation_id, replies]) if replies else None
    since = sum(said.role == "player" and (row is None or said.id > row.reply_id) for said in branch)
    return note if row is None or since >= note.every else None
