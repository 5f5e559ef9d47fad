"""Beginning a turn in a room. What who speaks may know is read when it is gathered: nobody waits for that here."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.timezone import now

from accounts.ids import uuid7
from chat.database import fetch_one
from chat.live.node import node
from chat.live.stream import OwnedTurn
from chat.models.message import MILLISECOND
from chat.prompts import Persona
from chat.protocol import TurnKind
from chat.scene import Actor, Audience
from chat.services.rooms.scene import Present, Scene
from chat.services.turns.order import Order
from chat.services.turns.room_path import Step, addressed
from chat.services.turns.settle import listed
from chat.services.turns.standing import Standing

# The lore of whom the character has before it, of the talk and of the character: nothing of another one's in the cast.
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
) as knows, case when exists(
    select 1 from memory_episode e join memory_pair y on y.id = e.pair_id
    where e.conversation_id = %(conversation)s and y.character_id = who.id and y.mode <> 'off'
) then 1 end as remembers, case when exists(
    select 1 from memory_bondstep s where s.conversation_id = %(conversation)s and s.pair_id = met.id
) or exists(
    select 1 from memory_stylesample i join memory_pair y on y.id = i.pair_id
    where i.conversation_id = %(conversation)s and y.character_id = who.id and y.mode <> 'off'
) then array[met.id] end as bond
from (select %(character)s::uuid as id) who
left join characters_character own on own.id = who.id and own.owner_id = %(owner)s
left join memory_pair met on met.owner_id = %(user)s and met.character_id = who.id and met.mode <> 'off'
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


async def read_books(conversation_id: UUID, owner_id: UUID, *, actor: Actor, person: Present) -> Any:
    """`books`, `knows`, `staged`, `remembers` and `bond` for what this character says to this person."""
    return await fetch_one(
        BOOKS,
        {
            "character": actor.id,
            "conversation": conversation_id,
            "persona": person.persona_id,
            "user": person.user_id,
            "owner": owner_id,
        },
    )


def order_in_room(
    standing: Standing,
    scene: Scene,
    *,
    actor: Actor,
    path: Sequence[Step],
    audience: Audience,
    asked_by: UUID,
    kind: TurnKind = "chat",
    reply: UUID | None = None,
    following: UUID | None = None,
    hint: str = "",
    begun: str = "",
    head_before: UUID | None = None,
) -> Order:
    """The turn that follows `path`, not stored yet. `asked_by` is whose line began it, or who asked for it; `following`
    is the line that waits behind.
    """
    member, leaf, person = scene.member(actor.id), path[-1].id, addressed(scene, path, actor)
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
    return Order(
        live=live,
        user_id=asked_by,
        owner_id=standing.row.owner_id,
        version_id=member.version_id,
        plan=standing.row.plan,
        # What they are like is told of everybody in the cast list.
        persona=Persona(person.name),
        leaf=leaf,
        speaker=actor.name,
        index_secret=standing.index_secret,
        hint=hint,
        begun=begun,
        head_before=head_before,
        note=standing.note,
        zone=standing.row.zone,
        scene=scene,
        actor=actor,
        person=person,
        reads=standing.row.reads,
        tone=standing.row.tone,
        rating=member.rating,
        age=scene.age,
    )


def turn_values(standing: Standing, order: Order, *, following: UUID | None = None) -> dict[str, Any]:
    """For TURN."""
    live = order.live
    return {
        "turn": live.turn_id,
        "conversation": standing.row.id,
        "kind": live.kind,
        "user": order.user_id,
        "reply": live.message_id,
        "parent": live.parent_id,
        "head_before": order.head_before,
        "character": live.character_id,
        "speaker": order.speaker,
        "process": node().id,
        "now": now(),
        "heard_by": listed(live.audience.heard_by),
        "seen_by": listed(live.audience.seen_by),
        "first_waiting": following,
        "hint": standing.sealed_hint(order.hint, live.turn_id),
    }
