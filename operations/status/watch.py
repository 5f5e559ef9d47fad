"""Each web process keeps in mind how the services are: by its own look, or by that of the process whose turn it was."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.utils import timezone

from chat.database import LOST, in_thread
from operations.status.looking import Service, look, redis_alone
from operations.status.recording import record, take_turn
from operations.status.states import State

log = structlog.get_logger(__name__)
STALE, SLACK = 3, 15.0  # STATUS_SECONDS, and a look's own time, after which what was found is not believed


@dataclass(slots=True)
class Seen:
    """In this process's memory: asking for it costs nothing, and goes on without a database."""

    states: dict[str, State] = field(default_factory=dict)
    at: datetime | None = None
    begun_at: datetime = field(default_factory=timezone.now)

    def note(self, states: dict[str, State], now: datetime) -> None:
        self.states, self.at = states, now

    @property
    def fresh(self) -> bool:
        return is_fresh(self.at)


def is_fresh(at: datetime | None) -> bool:
    return at is not None and timezone.now() - at < timedelta(seconds=STALE * settings.STATUS_SECONDS + SLACK)


seen = Seen()


async def look_once() -> None:
    now = timezone.now()
    try:
        turn = await in_thread(take_turn)(now)
        states = turn.states
        if turn.mine:
            states = await look(now=now, worked_at=turn.worked_at, begun_at=seen.begun_at)
            await in_thread(record)(states, now=now)
    except LOST as error:
        log.warning("status_without_database", error=type(error).__name__)
        states = dict.fromkeys(Service.values, State.UNKNOWN)
        states |= {Service.WEB: State.OK, Service.DATABASE: State.DOWN, Service.REDIS: await redis_alone()}
    seen.note(states, now)


async def watch() -> None:
    """As long as the process lives."""
    while True:
        try:
            await look_once()
        except Exception:
            log.exception("status_not_seen")
        await asyncio.sleep(settings.STATUS_SECONDS / 2)
