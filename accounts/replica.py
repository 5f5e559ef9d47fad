"""Reads that may be a little late, from a copy of the database where DATABASE_REPLICA_URL names one.

Who asks, and what they may, is always read from the database itself, and so is everything outside of `may_lag`: rows
that came from the copy are asked for more, and written, there. A copy that is away, or gives a read up, is left alone
for a while; the read is done again on the database itself. One that was found too late (`accounts/replicalag.py`) is
left alone as well.
"""

import time
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import psycopg
import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, models

log = structlog.get_logger(__name__)
ALIAS = "replica"
AWAY_SECONDS = 30.0
ASKERS = {"accounts", "account", "auth", "contenttypes", "mfa", "socialaccount"}
LOST = (psycopg.OperationalError, OperationalError, InterfaceError)  # a full pool's error is psycopg's
P = ParamSpec("P")
T = TypeVar("T")

_lagging: ContextVar[bool] = ContextVar("lagging", default=False)
_away_until = 0.0


def may_lag(read: Callable[P, T]) -> Callable[P, T]:
    """`read` only reads, wholly before it returns, and nobody minds when what was written just now is not in it."""

    @wraps(read)
    def done(*args: P.args, **kwargs: P.kwargs) -> T:
        if ALIAS not in settings.DATABASES or time.monotonic() < _away_until:
            return read(*args, **kwargs)
        token = _lagging.set(True)
        try:
            return read(*args, **kwargs)
        except LOST as error:
            leave_alone(type(error).__name__)
        finally:
            _lagging.reset(token)
        return read(*args, **kwargs)

    return done


def leave_alone(why: str) -> None:
    """This process asks the database itself for a while."""
    global _away_until
    if time.monotonic() >= _away_until:
        log.warning("replica_left_alone", why=why)
    _away_until = time.monotonic() + AWAY_SECONDS


class Router:
    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        return ALIAS if _lagging.get() and model._meta.app_label not in ASKERS else DEFAULT_DB_ALIAS

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS
