"""The same limits in this process alone, for while Redis is away: each process lets one bucket pass."""

import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Sequence

from accounts.limits.buckets import Bucket
from accounts.limits.script import Place

REMEMBERED = 20_000  # buckets; those that were not touched for longest are forgotten first


class LocalLimits:
    """Answers as the script does. `clock`: microseconds."""

    def __init__(self, clock: Callable[[], float] = lambda: time.monotonic() * 1_000_000) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._full: OrderedDict[str, float] = OrderedDict()  # when each bucket is full again
        self._places: defaultdict[str, dict[str, float]] = defaultdict(dict)  # tickets, and when they are void

    def charge(self, buckets: Sequence[Bucket], place: Place | None) -> list[int]:
        with self._lock:
            now = self._clock()
            full = [max(self._full.get(bucket.redis_key, now), now) for bucket in buckets]
            waits = [
                until + bucket.interval - bucket.interval * bucket.at_once - now
                for bucket, until in zip(buckets, full, strict=True)
            ]
            longest = max(waits, default=0.0)
            if longest > 0:
                return [waits.index(longest) + 1, round(longest), *(round(until - now) for until in full)]
            if place is not None and not self._room_for(place, now):
                return [len(buckets) + 1, 0, *(round(until - now) for until in full)]
            for bucket, until in zip(buckets, full, strict=True):
                self._full[bucket.redis_key] = until + bucket.interval
                self._full.move_to_end(bucket.redis_key)
            while len(self._full) > REMEMBERED:
                self._full.popitem(last=False)
            spent = (until + bucket.interval - now for bucket, until in zip(buckets, full, strict=True))
            return [0, 0, *(round(each) for each in spent)]

    def give_back(self, place: Place) -> None:
        with self._lock:
            if tickets := self._places.get(place.redis_key):
                tickets.pop(place.ticket.hex, None)
                if not tickets:
                    del self._places[place.redis_key]

    def _room_for(self, place: Place, now: float) -> bool:
        tickets = self._places[place.redis_key]
        for ticket in [each for each, void in tickets.items() if void <= now]:
            del tickets[ticket]
        if len(tickets) >= place.most and place.ticket.hex not in tickets:
            return False
        tickets[place.ticket.hex] = now + place.lasts * 1_000_000
        return True


here = LocalLimits()
