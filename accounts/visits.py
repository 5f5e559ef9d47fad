"""Visits: on which day somebody was last here, and the session that a socket was opened under.

No request comes to tell a socket that its session has ended: it is looked up.
"""

import hashlib
from importlib import import_module
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User

SEEN = "seen"

# Which of these visits are over: logged out, expired, another password since, no longer active, gone.
ENDED_SQL = """
select v.session from unnest(%(users)s::uuid[], %(sessions)s::text[], %(passwords)s::text[])
    as v (user_id, session, password)
where not exists (select from django_session s where s.session_key = v.session and s.expire_date > now())
    or not exists (
        select from accounts_user u where u.id = v.user_id and u.is_active
            and left(encode(sha256(convert_to(u.password, 'UTF8')), 'hex'), 16) = v.password
    )
"""


class Visit(NamedTuple):
    """Who came, under which session. `password` is a mark of the one that held then, not the password."""

    user_id: UUID
    session: str
    password: str


def find_visit(session_key: str) -> Visit | None:
    """None when nobody is signed in under this key."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    if not user.is_authenticated or not user.is_active:
        return None
    return Visit(user.pk, session_key, _digest(user.password))


def note_visit(session: SessionBase) -> None:
    """The first page of a day. Saved with the note, the session lasts its full time from now on."""
    today = timezone.now().date()
    if session.get(SEEN) != today.isoformat():
        User.objects.filter(pk=session[SESSION_KEY]).update(seen_on=today)
        session[SEEN] = today.isoformat()


def session_mark(session_key: str) -> str:
    """Names a session to other processes, without being a key to it."""
    return _digest(session_key)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
