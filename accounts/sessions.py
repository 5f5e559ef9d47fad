"""Where somebody is signed in: shown to them, ended by them, and opened in bulk for load and test tools."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.utils import timezone

from accounts.browsers import ORIGIN, browser_called, origin_in
from accounts.errors import NotFound
from accounts.guests import BACKEND
from accounts.models import Session, User
from accounts.visits import SEEN, SINCE, session_mark

Closer = Callable[[User], None]
_closers: list[Closer] = []


@dataclass(frozen=True, slots=True)
class OpenSession:
    """`mark` names it without being a key to it; `seen` is the hour of the last page."""

    mark: str
    browser: str
    address: str
    since: datetime | None
    seen: datetime | None
    is_this: bool


def on_ended_sessions(closer: Closer) -> Closer:
    """For apps above, in their `apps.py`: `closer(user)` once some of theirs are over, to close what is open there."""
    if closer not in _closers:
        _closers.append(closer)
    return closer


def open_sessions_of(user: User, *, this: str) -> list[OpenSession]:
    """This one first, then by when it was last used."""
    listed = [_opened(row, user, this) for row in _open(user)]
    return sorted(
        listed, key=lambda session: (session.is_this, session.seen or session.since or _LONG_AGO), reverse=True
    )


def end_session(*, user: User, mark: str) -> None:
    """NotFound for a stranger's as for one that is over."""
    ended = [row.pk for row in Session.objects.filter(user=user) if session_mark(row.pk) == mark]
    if not ended or not Session.objects.filter(pk__in=ended).delete()[0]:
        raise NotFound
    _tell(user)


def end_sessions(*, user: User, but: str = "", told: bool = True) -> int:
    """All of theirs, or all but the one with this key; returns how many were over. Not `told`, it is found out."""
    ended = Session.objects.filter(user=user).exclude(pk=but).delete()[0]
    if ended and told:
        _tell(user)
    return ended


def _tell(user: User) -> None:
    for closer in _closers:
        transaction.on_commit(partial(closer, user))


def _open(user: User) -> list[Session]:
    """Those that another password has closed are nobody's way in any more."""
    marks = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    rows = Session.objects.filter(user=user, expire_date__gt=timezone.now())
    return [row for row in rows if row.get_decoded().get(HASH_SESSION_KEY) in marks]


def _opened(row: Session, user: User, this: str) -> OpenSession:
    data = row.get_decoded()
    origin = origin_in(data.get(ORIGIN, ""), user.pk)
    return OpenSession(
        mark=session_mark(row.pk),
        browser=browser_called(origin.agent),
        address=origin.address,
        since=_moment(data.get(SINCE)),
        seen=_moment(data.get(SEEN)),
        is_this=row.pk == this,
    )


_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def _moment(noted: str | None) -> datetime | None:
    if not noted:
        return None
    moment = datetime.fromisoformat(noted)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def open_sessions(users: Iterable[User]) -> list[str]:
    """Sign each one in, as if from a browser of their own. Returns the cookie values in the same order."""
    store_class = import_module(settings.SESSION_ENGINE).SessionStore
    cookies, rows = [], []
    for user in users:
        store = store_class()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = BACKEND
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        if getattr(store_class, "get_model_class", None):
            # Kept in the database: one insert for all of them.
            store._session_key = store._get_new_session_key()
            rows.append(store.create_model_instance(store._session))
        else:
            store.create()
            store.save()
        cookies.append(store.session_key)
    if rows:
        Session.objects.bulk_create(rows)
    return cookies
