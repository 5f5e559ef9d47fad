"""How far the copy of the database is behind (`accounts/replica.py`). Whoever looks after a process asks every few
seconds, and a copy that is too late, or follows nobody, is left alone.
"""

import math
import time
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from accounts.replica import ALIAS, leave_alone

ON_ITS_WAY_SECONDS = 0.2
WITHIN = 2.0
WRITTEN = "select pg_current_wal_lsn()"
DONE = """
select pg_is_in_recovery(), pg_last_wal_replay_lsn() >= %s::pg_lsn,
       extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8
"""


class FollowsNobody(Exception):
    """What DATABASE_REPLICA_URL leads to is no copy, or not any more."""


class Lag:
    """Asked in a thread of its own: of a copy that hangs nobody waits longer than `WITHIN` seconds, and until it
    answers there is no second question.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="replica")
        self._asked: Future[float] | None = None
        self._one = Lock()

    def seconds(self) -> float:
        """As `_seconds_behind`; raises TimeoutError where no answer comes."""
        with self._one:
            if self._asked is None or self._asked.done():
                self._asked = self._thread.submit(_ask)
        try:
            return self._asked.result(WITHIN)
        except TimeoutError:
            leave_alone("hangs")
            raise


lag = Lag()


def _ask() -> float:
    try:
        behind = _seconds_behind()
    except FollowsNobody:
        leave_alone("follows nobody")
        raise
    finally:
        connections.close_all()
    if behind > settings.REPLICA_LAG_SECONDS:
        leave_alone("late")
    return behind


def _seconds_behind() -> float:
    """0 where all that is written now is there a moment later; else how old its newest transaction is, by its clock;
    infinity where it has done none since its start.

    Raises FollowsNobody, or what the driver does when one of the two is away.
    """
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(WRITTEN)
        [written] = cursor.fetchone()
    behind = _behind(written)
    if behind:
        # On a quiet site the newest transaction is old, and what is written meanwhile (a checkpoint, say) is under way.
        time.sleep(ON_ITS_WAY_SECONDS)
        behind = _behind(written)
    return behind


def _behind(written: str) -> float:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(DONE, [written])
        follows, done, age = cursor.fetchone()
    if not follows:
        raise FollowsNobody
    if done:
        return 0.0
    # Since its start it has done nothing: how late it is nobody knows.
    return math.inf if age is None else max(0.0, age)
