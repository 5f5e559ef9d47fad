"""A circuit breaker for each endpoint, shared by all processes: who fails again and again is left alone for a while.

Closed: everybody passes. It opens on MOST failures within WINDOW, if they are no fewer than half of the successes
since. Open: nobody passes, until PAUSE is over (twice as long after each probe that fails). Then half open: one at a
time may try, and the first who succeeds closes it. Redis keeps it; without Redis each process has one of its own.
"""

import itertools
import time
from collections import deque
from dataclasses import dataclass, field
from enum import Enum

import structlog

from inference import shared
from inference.base import (
    BrokenStream,
    ModelError,
    ModelUnavailable,
    RateLimitedByModel,
    Refused,
    TooSlow,
    Truncated,
    Unreachable,
)

log = structlog.get_logger(__name__)

MOST = 10
WINDOW = 300.0
PAUSE = 15.0
LONGEST_PAUSE = 240.0
PROBE = 60.0  # so long a probe may take before the next one is let through
LOOK = 1.0  # a closed breaker is believed for so long

FAILURES = (Unreachable, TooSlow, ModelUnavailable, RateLimitedByModel, BrokenStream, Truncated)
USELESS = {"model_bad_key", "model_no_credit"}  # nobody's request will be served


class Passage(Enum):
    CLOSED = 0
    OPEN = 1
    PROBE = 2


# KEYS: state, failures. ARGV: what (pass, ok, fail, look, drop), successes here since last time, most, then in
# milliseconds window, pause, longest pause, probe, and something unique. Answers passage, and milliseconds to wait.
BREAKER = shared.Script("""
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local state, failures, what, good = KEYS[1], KEYS[2], ARGV[1], tonumber(ARGV[2])
local most, window, pause = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local longest, probe = tonumber(ARGV[6]), tonumber(ARGV[7])
local function read(name) return tonumber(redis.call('HGET', state, name) or 0) end
local function open(times)
  local rest = math.min(longest, pause * 2 ^ (times - 1))
  redis.call('DEL', state, failures)
  redis.call('HSET', state, 'until', string.format('%.0f', now + rest), 'times', times)
  redis.call('PEXPIRE', state, window + longest)
  return {1, rest}
end
local till = read('until')
if good > 0 and till == 0 then
  if now - read('since') > window then redis.call('HSET', state, 'since', string.format('%.0f', now), 'good', 0) end
  redis.call('HINCRBY', state, 'good', good)
  redis.call('PEXPIRE', state, window * 2)
end
if what == 'fail' then
  if till > now then return {1, till - now} end
  if till > 0 then return open(read('times') + 1) end
  redis.call('ZADD', failures, now, ARGV[8])
  redis.call('ZREMRANGEBYSCORE', failures, '-inf', now - window)
  redis.call('PEXPIRE', failures, window)
  local failed = redis.call('ZCARD', failures)
  if failed >= most and failed * 2 >= read('good') then return open(1) end
  return {0, 0}
end
if till == 0 then return {0, 0} end
if what == 'ok' then
  if till > now then return {1, till - now} end
  redis.call('DEL', state, failures)
  return {0, 0}
end
if what == 'drop' then redis.call('HDEL', state, 'probe') end
if till > now then return {1, till - now} end
if what == 'look' or what == 'drop' then return {2, 0} end
local lease = read('probe')
if lease > now then return {1, lease - now} end
redis.call('HSET', state, 'probe', string.format('%.0f', now + probe))
return {2, 0}
""")


def is_failure(error: ModelError) -> bool:
    """The endpoint's own fault, not the request's."""
    return isinstance(error, FAILURES) or (isinstance(error, Refused) and error.code in USELESS)


@dataclass(slots=True)
class Alone:
    """The same rules in one process, for when Redis is away."""

    failed: deque[float] = field(default_factory=deque)
    good: int = 0
    since: float = 0.0
    till: float = 0.0
    times: int = 0
    probe: float = 0.0

    def ask(self, what: str, now: float) -> tuple[Passage, float]:
        while self.failed and self.failed[0] <= now - WINDOW:
            self.failed.popleft()
        if now - self.since > WINDOW:
            self.since, self.good = now, 0
        if what == "fail":
            return self._fail(now)
        if what == "ok":
            if self.till and self.till <= now:
                self.failed.clear()
                self.till, self.times = 0.0, 0
            self.good += 1
        if not self.till:
            return Passage.CLOSED, 0.0
        if what == "drop":
            self.probe = 0.0
        if what in ("look", "drop") and self.till <= now:
            return Passage.PROBE, 0.0
        if (rest := max(self.till, self.probe) - now) > 0 or what == "ok":
            return Passage.OPEN, max(0.0, rest)
        self.probe = now + PROBE
        return Passage.PROBE, 0.0

    def _fail(self, now: float) -> tuple[Passage, float]:
        if self.till > now:
            return Passage.OPEN, self.till - now
        if not self.till:
            self.failed.append(now)
            if len(self.failed) < MOST or len(self.failed) * 2 < self.good:
                return Passage.CLOSED, 0.0
        self.times += 1
        rest = min(LONGEST_PAUSE, PAUSE * 2 ** (self.times - 1))
        self.till, self.probe, self.good = now + rest, 0.0, 0
        self.failed.clear()
        return Passage.OPEN, rest


_unique = itertools.count()


class Breaker:
    """One endpoint's, as this process sees it."""

    def __init__(self, endpoint: str) -> None:
        self._keys = (f"dramatis:breaker:{endpoint}", f"dramatis:breaker:{endpoint}:failures")
        self._endpoint = endpoint
        self._alone = Alone()
        self._good = 0
        self._closed_at = -LOOK
        self._seen = Passage.CLOSED

    async def passage(self) -> tuple[Passage, float]:
        """Whether to ask this endpoint, and if not, in how many seconds."""
        if self._seen is Passage.CLOSED and time.monotonic() - self._closed_at < LOOK:
            return Passage.CLOSED, 0.0
        return await self._ask("pass")

    async def look(self) -> tuple[Passage, float]:
        """How it stands, for somebody who asks nothing of the endpoint: PROBE is half open."""
        return await self._ask("look")

    async def succeeded(self) -> None:
        """A closed breaker is told with the next question: a success costs nothing."""
        self._good += 1
        self._alone.ask("ok", time.monotonic())
        if self._seen is not Passage.CLOSED:
            await self._ask("ok")

    async def failed(self, error: ModelError) -> None:
        """What is the request's own fault is an answer all the same: an endpoint on probation works."""
        if is_failure(error):
            await self._ask("fail")
        elif self._seen is not Passage.CLOSED:
            await self._ask("ok")

    async def let_go(self) -> None:
        """Whoever was to try the endpoint did not come to an end: the next one may."""
        await self._ask("drop")

    async def _ask(self, what: str) -> tuple[Passage, float]:
        good, self._good = self._good, 0
        times = (int(each * 1000) for each in (WINDOW, PAUSE, LONGEST_PAUSE, PROBE))
        local = self._alone.ask(what, time.monotonic()) if what == "fail" else None
        try:
            mine = f"{id(self)}-{time.time_ns()}-{next(_unique)}"
            state, wait = await shared.run(BREAKER, self._keys, what, good, MOST, *times, mine)
            found = Passage(int(state)), int(wait) / 1000
        except shared.AWAY as error:
            log.warning("breaker_alone", endpoint=self._endpoint, error=type(error).__name__)
            found = local or self._alone.ask(what, time.monotonic())
        if found[0] is not self._seen:
            log.info("breaker", endpoint=self._endpoint, was=self._seen.name.lower(), now=found[0].name.lower())
        self._seen = found[0]
        if self._seen is Passage.CLOSED:
            self._closed_at = time.monotonic()
        return found
