"""Beginning a turn in a room, inside the transaction that holds the conversation."""

from typing import Any
from uuid import UUID

from django.utils.timezone import now
from psycopg import AsyncCursor

from accounts.ids import uuid7
from chat.live.node import node
from chat.live.stream import OwnedTurn
from chat.models.message import MILLISECOND
from chat.protocol import TurnKind
from chat.scene import Actor, Audience
from chat.services.rooms.scene import Scene
from chat.services.turns.order import Order
from chat.services.turns.settle import listed
from chat.services.turns.standing import Standing
from chat.services.turns.statements import BEGIN_TURN

# The lore of whoever is answered, of the talk and of the character: nothing of another one's in the cast.
# They are as their author has them where the host is that author, else as they were granted: as in `standing.py`.
BOOKS = """
select own.id is null as staged, array_remove(array(
    select b.id || ' ' || b.revision || case when own.id is null and b.character_id = who.id
        then (select ' ' || s.revision from characters_stagedbook s where s.book_id = b.id) else '' end
    from characters_lorebook b
    where b.enabled and b.deleted_at is null and (b.character_id = who.id or b.conversation_id = %(conversation)s
        or b.persona_id = %(persona)s::uuid or (b.owner_id = %(user)s and b.scope = 'account'))
), null) as books, exists(
    select 1 from characters_knowledge k
    where k.character_id = who.id and k.enabled and k.deleted_at is null
        and coalesce(own.id, (select s.knowledge_id from characters_stagedtext s where s.knowledge_id = k.id))
            is not null
) as knows
from (select %(character)s::uuid as id) who
left join characters_character own on own.id = who.id and own.owner_id = %(owner)s
"""


def line_id(after: UUID | None) -> UUID:
    """A line of a room leaves a millisecond free before it: a reply may have to go there. `reply_before` takes it."""
    fresh = uuid7()
    if after is None or fresh.int >> 80 > (after.int >> 80) + 1:
        return fresh
    return UUID(int=((after.int >> 80) + 2) * MILLISECOND + fresh.int % MILLISECOND)


def reply_id(leaf: UUID, following: UUID | None = None) -> UUID:
    """Later than the line it answers; and earlier than one that waits behind that."""
    fresh = uuid7()
    at = max(fresh.int >> 80, (leaf.int >> 80) + 1)
    if following is not None:
        at = min(at, (following.int >> 80) - 1)
    return UUID(int=at * MILLISECOND + fresh.int % MILLISECOND)


async def begin_in_room(
    cursor: AsyncCursor[Any],
    standing: Standing,
    scene: Scene,
    *,
    actor: Actor,
    leaf: UUID,
    audience: Audience,
    answered: UUID,
    kind: TurnKind = "chat",
    reply: UUID | None = None,
    following: UUID | None = None,
    hint: str = "",
    begun: str = "",
    head_before: UUID | None = None,
) -> Order:
    """Store the turn. `answered` is the person whose line it is, `following` the line that waits behind `leaf`."""
    member = scene.member(actor.id)
    persona = next((person.persona_id for person in scene.people if person.user_id == answered), None)
    await cursor.execute(
        BOOKS,
        {
            "character": actor.id,
            "conversation": standing.row.id,
            "persona": persona,
            "user": answered,
            "owner": standing.row.owner_id,
        },
    )
    known: Any = await cursor.fetchone()
    live = OwnedTurn(
        turn_id=uuid7(),
        message_id=reply or reply_id(leaf, following),
        conversation_id=standing.row.id,
        parent_id=leaf,
        character_id=actor.id,
        kind=kind,
        audience=audience,
    )
    live.cipher = standing.cipher
    await cursor.execute(
        BEGIN_TURN,
        {
            "turn": live.turn_id,
            "conversation": standing.row.id,
            "kind": kind,
            "user": answered,
            "reply": live.message_id,
            "parent": leaf,
            "head_before": head_before,
            "character": actor.id,
            "speaker": actor.name,
            "process": node().id,
            "now": now(),
            "heard_by": listed(audience.heard_by),
            "seen_by": listed(audience.seen_by),
            "first_waiting": following,
            "hint": standing.sealed_hint(hint, live.turn_id),
        },
    )
    return Order(
        live=live,
        user_id=answered,
        owner_id=standing.row.owner_id,
        version_id=member.version_id,
        persona=standing.persona,
        leaf=leaf,
        speaker=actor.name,
        index_secret=standing.index_secret,
        hint=hint,
        begun=begun,
        head_before=head_before,
        note=standing.note,
        books=tuple(known.books),
        knows=actor.id if known.knows else None,
        staged=known.staged,
        scene=scene,
        actor=actor,
    )
