"""The line before an endpoint that serves only so many replies at once, of all processes together.

Fair by person: everybody has one ticket in each round, whoever asks for more has them in later rounds (start-time fair
queueing). Redis keeps it; each that waits asks again every LOOK seconds, and learns its place; each that is served has
a lease, which its process renews. So what a dead process held or wanted goes within seconds. Without Redis each process
has as many places, in the order of coming.
"""

import asyncio
import itertools
import math
import os
import time
from collections.abc import Callable
from contextlib import suppress
from uuid import uuid4

import structlog

from inference import shared
from inference.base import RateLimitedByModel

log = structlog.get_logger(__name__)

LOOK = 0.25
PATIENCE = 120.0
LOST = 3.0  # who has not asked for so long has left
LEASE, RENEWED = 12.0, 3.0  # so long somebody is believed to be served, and so often that is said again

# KEYS: running, waiting, seen, rounds. ARGV: ticket, person, places, then milliseconds: that a reply may take, that a
# waiting ticket is believed, and one that is served. Answers 0: go ahead; else the place in line, from 1.
# Running and seen are sorted sets by when a ticket is to be forgotten; waiting those that wait, by round and number;
# rounds has the last number, the round that is served, and the last round of each person.
ENTER = shared.Script("""
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local running, waiting, seen, rounds = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local ticket, person, places, takes, lost = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local lease = tonumber(ARGV[6])
local ROUND = 1e9
redis.call('ZREMRANGEBYSCORE', running, '-inf', now)
if redis.call('ZSCORE', running, ticket) then return 0 end
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', seen, '-inf', now)) do
  redis.call('ZREM', seen, gone)
  redis.call('ZREM', waiting, gone)
end
local served = tonumber(redis.call('HGET', rounds, 'served') or 0)
if not redis.call('ZSCORE', waiting, ticket) then
  if redis.call('HLEN', rounds) > 10000 then redis.call('DEL', rounds) end
  local last = redis.call('HGET', rounds, 'of ' .. person)
  local round = math.max(served, last and last + 1 or served)
  redis.call('HSET', rounds, 'of ' .. person, round, 'served', served)
  redis.call('ZADD', waiting, string.format('%.0f', round * ROUND + redis.call('HINCRBY', rounds, 'number', 1)), ticket)
end
redis.call('ZADD', seen, now + lost, ticket)
local place = redis.call('ZRANK', waiting, ticket) + 1
local free = math.max(0, places - redis.call('ZCARD', running))
if place <= free then
  local mine = math.floor(redis.call('ZSCORE', waiting, ticket) / ROUND)
  redis.call('HSET', rounds, 'served', math.max(served, mine))
  redis.call('ZREM', waiting, ticket)
  redis.call('ZREM', seen, ticket)
  redis.call('ZADD', running, now + lease, ticket)
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, takes + lost) end
return math.max(0, place - free)
""")

# KEYS: running. ARGV: milliseconds of a lease and that a reply may take; then tickets that are served. One that Redis
# has lost is there again.
RENEW = shared.Script("""
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
for i = 3, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 0
""")

LEAVE = shared.Script("""
for _, key in ipairs(KEYS) do redis.call('ZREM', key, ARGV[1]) end
return 0
""")

# Of this process: since when each waits.
_waiting: dict[str, float] = {}


def longest_wait() -> float:
    """Seconds that whoever came first of those who wait in this process has waited."""
    return time.monotonic() - min(_waiting.values(), default=math.inf) if _waiting else 0.0


_process = uuid4().hex


def _is_another_process() -> None:
    """A forked child counts its tickets from where its parent was, as its brothers do."""
    global _process
    _process = uuid4().hex


os.register_at_fork(after_in_child=_is_another_process)
_tickets = itertools.count()
Tell = Callable[[int], None]


class Line:
    """One endpoint's, in one event loop."""

    def __init__(self, endpoint: str) -> None:
        self._keys = tuple(f"dramatis:line:{endpoint}:{name}" for name in ("running", "waiting", "seen", "rounds"))
        self._endpoint = endpoint
        self._left = asyncio.Event()
        self._here = 0
        self._alone: list[Ticket] = []
        # Tickets that are served, by when their replies have to have ended.
        self._served: dict[str, float] = {}
        self._keeper: asyncio.Task[None] | None = None

    async def enter(self, person: str, places: int, *, takes: float, tell: Tell | None = None) -> "Ticket":
        """Wait for one's turn. `tell` hears the place whenever it changes, 0 at the end.

        Raises RateLimitedByModel after PATIENCE.
        """
        ticket = Ticket(self, f"{_process}{next(_tickets)}")
        _waiting[ticket.id] = time.monotonic()
        end, told = time.monotonic() + PATIENCE, 0
        try:
            while True:
                place = await self._place(ticket, person, places, takes)
                if not place:
                    if tell is not None and told:
                        tell(0)
                    return ticket
                if tell is not None and place != told:
                    tell(place)
                    told = place
                if time.monotonic() > end:
                    raise RateLimitedByModel("in line for too long", retry_after=10)
                await self._pause()
        except BaseException:
            await ticket.leave()
            raise
        finally:
            _waiting.pop(ticket.id, None)

    async def _place(self, ticket: "Ticket", person: str, places: int, takes: float) -> int:
        milliseconds = (int(takes * 1000), int(LOST * 1000), int(min(LEASE, takes) * 1000))
        # Before it is asked: who hangs up now may have been given a place all the same, and has to give it back.
        ticket.shared = True
        try:
            place = int(await shared.run(ENTER, self._keys, ticket.id, person, places, *milliseconds))
            if not place:
                self._serve(ticket, takes)
            return place
        except shared.AWAY as error:
            log.warning("line_alone", endpoint=self._endpoint, error=type(error).__name__)
            return self._place_alone(ticket, places)

    def _place_alone(self, ticket: "Ticket", places: int) -> int:
        if ticket not in self._alone:
            self._alone.append(ticket)
        place = self._alone.index(ticket) + 1 - max(0, places - self._here)
        if place > 0:
            return place
        self._alone.remove(ticket)
        self._here += 1
        ticket.alone = True
        return 0

    def _serve(self, ticket: "Ticket", takes: float) -> None:
        self._served[ticket.id] = time.monotonic() + takes
        if self._keeper is None or self._keeper.done():
            self._keeper = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        """Renew the leases of this process's, as long as there are any."""
        while self._served:
            await asyncio.sleep(RENEWED)
            now = time.monotonic()
            served = [ticket for ticket, end in self._served.items() if end > now]
            if served:
                longest = int((max(self._served.values()) - now + LEASE) * 1000)
                with suppress(*shared.AWAY):
                    await shared.run(RENEW, self._keys[:1], int(LEASE * 1000), longest, *served)

    async def _pause(self) -> None:
        """Until somebody of this process has left, or it is time to ask again."""
        self._left.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK):
                await self._left.wait()

    async def leave(self, ticket: "Ticket") -> None:
        if ticket.alone:
            ticket.alone = False
            self._here -= 1
        elif ticket in self._alone:
            self._alone.remove(ticket)
        if ticket.shared:
            ticket.shared = False
            self._served.pop(ticket.id, None)
            with suppress(*shared.AWAY):
                await shared.run(LEAVE, self._keys[:3], ticket.id)
        self._left.set()


class Ticket:
    """A place in line, or among those who are served."""

    def __init__(self, line: Line, id: str) -> None:
        self._line, self.id = line, id
        self.shared = self.alone = False

    async def leave(self) -> None:
        await asyncio.shield(self._line.leave(self))
