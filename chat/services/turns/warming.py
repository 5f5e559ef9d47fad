"""When somebody opens a talk, what its character remembers of them is made ready: then the first question is as quick
as any later one."""

from collections.abc import Collection
from uuid import UUID

from django.utils.timezone import now

from chat.database import LOST, fetch_all
from chat.services.turns.memories import branches_of
from chat.told import told_on
from memory.names import zone_of
from memory.recall.search import prepare
from memory.scope import Scope
from memory.told import Told

AT_ONCE = 4  # after a restart everybody comes back: whoever finds no place has it made ready by their first question
# As `standing` has it: where nothing but this talk is known, a turn asks for nothing as long as all of it goes in.
ACQUAINTED = """
select y.character_id, coalesce(f.time_zone, '') as zone from chat_castmember cm
join chat_conversation c on c.id = cm.conversation_id and c.expires_at is null and c.sealed_at is null
join memory_pair y on y.character_id = cm.character_id and y.owner_id = %(user)s and y.mode <> 'off'
left join accounts_profile f on f.user_id = y.owner_id
where cm.conversation_id = %(conversation)s and cm.position = 0 and (y.known > 0 or not y.talks <@ array[c.id])
    and not exists(select 1 from chat_room r where r.conversation_id = c.id)
"""
_under_way: set[tuple[UUID, UUID]] = set()


async def warm_memories(user_id: UUID, conversation_id: UUID) -> None:
    """Nobody waits for it, and nobody misses it."""
    if len(_under_way) >= AT_ONCE or (user_id, conversation_id) in _under_way:
        return
    _under_way.add((user_id, conversation_id))
    try:
        for row in await fetch_all(ACQUAINTED, {"user": user_id, "conversation": conversation_id}):
            asked_at = now().astimezone(zone_of(row.zone))
            await prepare(fetch=fetch_all, told=told_now, scope=Scope(user_id, row.character_id), asked_at=asked_at)
    except LOST:
        pass
    finally:
        _under_way.discard((user_id, conversation_id))


async def told_now(talks: Collection[UUID]) -> Told:
    """Where each of them rests."""
    return told_on(await branches_of(dict.fromkeys(talks)))
