"""Celery's beat, of which several may run: one sends what is due, the others wait for its place.

The place is an advisory lock of Postgres, held by a connection of its own: it is free as soon as its holder dies, or
cannot be reached any more. While Postgres is away nobody sends, and what was due then is sent afterwards.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

import psycopg
from celery.beat import PersistentScheduler
from celery.schedules import crontab
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, InterfaceError, OperationalError, connections

from config.pooling import beats_cannot_take_turns

LOCK = 7_264_551_020  # advisory
WAITING = 2.0  # seconds between two looks of who waits
LOST = (OperationalError, InterfaceError, Error, psycopg.Error)
# Both ends notice within half a minute that the other one is gone without a goodbye.
NOTICE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
}
# So long may a place look held by one who sends no more. What has its hour is sent again if it fell into that time:
# twice does no harm, and not at all would be a day without a backup.
GONE_UNSEEN = timedelta(seconds=60)
log = logging.getLogger(__name__)


class Place:
    """Whose turn it is to send: `mine()` tells, and takes the place where it is free."""

    def __init__(self) -> None:
        self._line: psycopg.Connection[Any] | None = None
        self._held = False

    def mine(self) -> bool:
        """Raises one of LOST while Postgres cannot be asked: then it is nobody's."""
        try:
            if self._line is None:
                self._line = _connected()
            if self._held:
                self._line.execute("select 1")
            else:
                [self._held] = self._line.execute("select pg_try_advisory_lock(%s)", [LOCK]).fetchone() or [False]
        except LOST:
            self.leave()
            raise
        return self._held

    def leave(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line, self._held = None, False


class OneOfMany(PersistentScheduler):
    """Sends while the place is its own. What another one will have sent counts as sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._alone = beats_cannot_take_turns()
        if self._alone:
            log.warning("this beat must be the only one: DATABASE_POOLED without DATABASE_DIRECT_URL")
        self._place, self._had = Place(), self._alone
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if not self._alone:
            try:
                mine = self._place.mine()
            except LOST as error:
                log.warning("beat waits for Postgres: %s", type(error).__name__)
                return WAITING
            if not mine:
                self._leave_to_the_other()
                return WAITING
            if not self._had:
                log.info("this beat sends from now on")
                self._count_as_sent()
        self._had = True
        return float(super().tick(*args, **kwargs))

    def close(self) -> None:
        super().close()
        self._place.leave()

    def _leave_to_the_other(self) -> None:
        self._had = False
        self._count_as_sent()
        for entry in self.schedule.values():
            if isinstance(entry.schedule, crontab):
                entry.last_run_at = self.app.now() - GONE_UNSEEN

    def _count_as_sent(self) -> None:
        """All that comes round and round: the one before may have sent it a moment ago."""
        now: datetime = self.app.now()
        for entry in self.schedule.values():
            if not isinstance(entry.schedule, crontab):
                entry.last_run_at = now
        self._heap = None


def _connected() -> psycopg.Connection[Any]:
    """As Django would, around a pooler, and without a pool."""
    wrapper = connections.create_connection(DEFAULT_DB_ALIAS)
    given = wrapper.settings_dict | (settings.DATABASE_DIRECT or {})
    options = {name: value for name, value in (given.get("OPTIONS") or {}).items() if name != "pool"}
    wrapper.settings_dict = given | {"OPTIONS": options | NOTICE}
    line: psycopg.Connection[Any] = wrapper.get_new_connection(wrapper.get_connection_params())
    line.autocommit = True
    return line
