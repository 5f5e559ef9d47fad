"""The prompt of an earlier turn, built again for whoever wrote the card: no word of it was kept.

What went in may have changed since (a persona, a lorebook, a deleted line); the digest in the manifest tells whether it
is still the same, letter by letter.
"""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from psycopg import AsyncCursor

from accounts.encryption import Place, key_id_of
from accounts.errors import ContentLost, NotFound
from accounts.ids import uuid7
from chat.ciphers import ciphers_for
from chat.database import cursor
from chat.models import Turn
from chat.prompts import Prompt, build_prompt, digest_of
from chat.services.turns.asked import Asked
from chat.services.turns.gather import gather
from chat.services.turns.standing import read_standing


@dataclass(frozen=True, slots=True)
class Rebuilt:
    prompt: Prompt
    exact: bool


async def rebuild_prompt(turn: Turn, *, user_id: UUID) -> Rebuilt:
    """As `user_id`, who takes part in the talk, would have it built. NotFound where nothing is left to build it of."""
    version = turn.manifest.get("character_version")
    if version is None:
        raise NotFound
    async with cursor() as opened:
        standing = await read_standing(
            opened, user_id=user_id, conversation_id=turn.conversation_id, client_id=uuid7(), lock=False
        )
        hint = await _hint(opened, turn)
    if standing.row.room:
        raise NotFound  # other people's lines, and whispers, are in there
    context = await gather(
        conversation_id=turn.conversation_id,
        version_id=UUID(version),
        leaf=turn.parent_id,
        persona=standing.persona,
        kind=turn.kind,  # type: ignore[arg-type]
        hint=hint,
        note=replace(standing.note, every=1) if standing.note and "note" in turn.manifest else None,
        books=standing.row.books,
        knows=standing.row.knows,
        staged=standing.row.staged,
    )
    prompt = build_prompt(Asked(max_tokens=turn.manifest.get("max_tokens")).of(context))
    return Rebuilt(prompt, digest_of(prompt.lines) == turn.manifest.get("digest"))


async def _hint(cursor: AsyncCursor[Any], turn: Turn) -> str:
    """What was asked of the reply; empty where that can no longer be read: then the digest tells."""
    if not turn.hint:
        return ""
    found = await ciphers_for(cursor, [key_id_of(turn.hint)])
    try:
        return found[key_id_of(turn.hint)].open(turn.hint, Place("hint", turn.pk))
    except (KeyError, ContentLost):
        return ""
