"""Who is in a room right now, over all processes: a sorted set in Redis, one member a socket, scored by when it ends if
nobody renews it. A process that died leaves nothing that does not run out.
"""

import time
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.scripts import Script, scripts
from chat.live import redis

# KEYS: the room. ARGV: now, until when, seats in all, the seat, seconds to live. 0 when no seat is left. Of a full room
# somebody takes along the seat that they have by another process: it may have died a moment ago, and its seats last as
# long as a lease. If it lives, it renews that seat, and the room has one too many for a while.
TAKE = Script("""
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
if not redis.call('ZSCORE', KEYS[1], ARGV[4]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then
    local process, person = string.match(ARGV[4], '(%x+):(%x+)')
    local left = nil
    for _, seat in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
        local other, whose = string.match(seat, '(%x+):(%x+)')
        if whose == person and other ~= process then left = seat break end
    end
    if not left then return 0 end
    redis.call('ZREM', KEYS[1], left)
end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[5])
return 1
""")


def key_of(conversation_id: UUID) -> str:
    return f"dramatis:room:{conversation_id.hex}"


def seat_of(process: UUID, user_id: UUID, number: int) -> str:
    return f"{process.hex}:{user_id.hex}:{number}"


async def take(conversation_id: UUID, seat: str) -> bool:
    """False when the room is full. Without Redis nobody is turned away: it counts again when it is back."""
    try:
        taken = await scripts().run(
            TAKE,
            [key_of(conversation_id)],
            [_now(), _now() + _lasts(), settings.ROOM_SEATS, seat, 2 * _lasts()],
            seconds=settings.REDIS_WAIT_SECONDS,
        )
    except redis.AWAY:
        return True
    return bool(taken)


async def leave(conversation_id: UUID, seats: Iterable[str]) -> None:
    try:
        await redis.client().zrem(key_of(conversation_id), *seats)
    except redis.AWAY:
        pass  # they run out


async def renew(rooms: dict[UUID, list[str]]) -> None:
    """All seats of this process. Raises as Redis does."""
    async with redis.client().pipeline(transaction=False) as pipe:
        for conversation_id, seats in rooms.items():
            pipe.zadd(key_of(conversation_id), dict.fromkeys(seats, _now() + _lasts()))
            pipe.expire(key_of(conversation_id), 2 * _lasts())
        async with redis.within():
            await pipe.execute()


async def people_in(conversation_id: UUID) -> set[UUID]:
    """Who has a socket open. Raises as Redis does."""
    found: Any = await redis.client().zrangebyscore(key_of(conversation_id), _now(), "+inf")
    return {UUID(seat.decode().split(":")[1]) for seat in found}


async def taken(conversation_id: UUID) -> int:
    return int(await redis.client().zcount(key_of(conversation_id), _now(), "+inf"))


def _now() -> int:
    return int(time.time())


def _lasts() -> int:
    """Renewed four times in that time, as leases are."""
    return max(2, int(settings.LEASE_SECONDS))
