"""All limits of one input, in one script on Redis's own clock: either everything is charged, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from accounts.limits.buckets import Bucket
from accounts.scripts import Script

# KEYS: one a bucket; last, where replies under way are counted, their set. ARGV: how many buckets; for each of them
# microseconds between messages, and messages at once; then, with the set: the ticket, how many may be under way, and
# the milliseconds after which a ticket that nobody gave back is void.
# Answer: number of the key that refuses longest (0: all charged), for how many microseconds, then for each bucket the
# microseconds until it is full.
GCRA = Script("""
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local count = tonumber(ARGV[1])
local after, told, refusing, longest = {}, {0, 0}, 0, 0
for i = 1, count do
  local interval, burst = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local full = math.max(tonumber(redis.call('GET', KEYS[i]) or now), now)
  after[i], told[i + 2] = full + interval, full - now
  local wait = after[i] - interval * burst - now
  if wait > longest then refusing, longest = i, wait end
end
local set = KEYS[count + 1]
if set and refusing == 0 then
  redis.call('ZREMRANGEBYSCORE', set, '-inf', now / 1000)
  if redis.call('ZCARD', set) >= tonumber(ARGV[2 * count + 3])
    and not redis.call('ZSCORE', set, ARGV[2 * count + 2]) then
    refusing = count + 1
  end
end
told[1], told[2] = refusing, math.ceil(longest)
if refusing > 0 then return told end
for i = 1, count do
  redis.call('SET', KEYS[i], string.format('%.0f', after[i]), 'PX', math.ceil((after[i] - now) / 1000) + 1)
  told[i + 2] = math.ceil(after[i] - now)
end
if set then
  redis.call('ZADD', set, string.format('%.0f', now / 1000 + ARGV[2 * count + 4]), ARGV[2 * count + 2])
  redis.call('PEXPIRE', set, ARGV[2 * count + 4])
end
return told
""")

# KEYS: buckets, then the set. Answer: for each bucket the microseconds until it is full, then the replies under way.
LOOK = Script("""
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local told = {}
for i = 1, #KEYS - 1 do told[i] = math.max(0, math.ceil(tonumber(redis.call('GET', KEYS[i]) or now) - now)) end
told[#KEYS] = redis.call('ZCOUNT', KEYS[#KEYS], now / 1000, '+inf')
return told
""")

# KEYS: the set. ARGV: the ticket.
GIVE_BACK = Script("return redis.call('ZREM', KEYS[1], ARGV[1])")
WAITING_SECONDS = 150  # in line before the model, and for what is gathered


@dataclass(frozen=True, slots=True)
class Place:
    """Room for one more reply of this person: `ticket` is its own, and given back when the reply has ended."""

    user_id: UUID
    ticket: UUID
    most: int

    @property
    def redis_key(self) -> str:
        return f"limit:{{gcra}}:turns:{self.user_id.hex}"

    @property
    def lasts(self) -> float:
        """Seconds after which it is free again, if its process died and nobody noticed."""
        return settings.TOTAL_SECONDS + WAITING_SECONDS


def keys(buckets: Sequence[Bucket], place: Place | None) -> list[str]:
    return [bucket.redis_key for bucket in buckets] + ([place.redis_key] if place else [])


def arguments(buckets: Sequence[Bucket], place: Place | None) -> list[str | bytes | int]:
    numbers: list[str | bytes | int] = [len(buckets)]
    for bucket in buckets:
        numbers += bucket.interval, bucket.at_once
    if place is not None:
        numbers += place.ticket.hex, place.most, round(place.lasts * 1000)
    return numbers
