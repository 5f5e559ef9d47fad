"""What can be said of a service, and what follows for a time of outages. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    SLOW = "slow"
    DOWN = "down"
    STARTING = "starting"
    UNKNOWN = "unknown"

    @property
    def bad(self) -> bool:
        return self in (State.SLOW, State.DOWN)


GRAVITY = {State.OK: 0, State.STARTING: 0, State.UNKNOWN: 0, State.SLOW: 1, State.DOWN: 2}
DAYS = 90


@dataclass(frozen=True, slots=True)
class Span:
    """An outage, so far where it goes on."""

    state: State
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """Of one service; `minutes` begun in which it was down or limited. UNKNOWN before anybody looked."""

    day: date
    state: State
    minutes: int = 0


def worst(states: Iterable[State]) -> State:
    return max(states, key=GRAVITY.__getitem__, default=State.UNKNOWN)


def overall(states: Mapping[str, State]) -> State:
    """Of the whole site: out of order without pages or database, limited where anything else is not well."""
    if State.DOWN in (states.get("web"), states.get("database")):
        return State.DOWN
    return State.SLOW if any(state.bad for state in states.values()) else State.OK


def days_of(spans: Iterable[Span], *, today: date, since: date, days: int = DAYS) -> list[Day]:
    """The last so many days (UTC), the oldest first."""
    known = list(spans)
    found = []
    for ago in reversed(range(days)):
        day = today - timedelta(days=ago)
        if day < since:
            found.append(Day(day, State.UNKNOWN))
            continue
        begin = datetime.combine(day, time(), UTC)
        parts = [(span, _shared(span, begin, begin + timedelta(days=1))) for span in known]
        hit = [(span.state, shared) for span, shared in parts if shared > timedelta()]
        minutes = sum((shared for _state, shared in hit), timedelta()).total_seconds() / 60
        found.append(Day(day, worst(state for state, _ in hit) if hit else State.OK, -int(-minutes // 1)))
    return found


def percent_up(spans: Iterable[Span], *, since: datetime, now: datetime, days: int = DAYS) -> float | None:
    """How much of the last days, or since anybody looked, it was not down. None before there was any time."""
    begin = max(since, now - timedelta(days=days))
    if now <= begin:
        return None
    down = sum((_shared(span, begin, now) for span in spans if span.state is State.DOWN), timedelta())
    return 100 * (1 - down / (now - begin))


def _shared(span: Span, begin: datetime, end: datetime) -> timedelta:
    return max(timedelta(), min(span.end, end) - max(span.begin, begin))
