"""Visits: at which hour somebody was last here, and the session or the API key that a socket was opened under.

No request comes to tell a socket that its session has ended, or its key: it is looked up.
"""

import hashlib
import time
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.browsers import note_browser
from accounts.models import ApiKey, User

SEEN, SINCE = "seen", "since"
KEPT_OUT, KEPT_OUT_SECONDS = "kept_out", 3_600

# Which of these visits are over: logged out, expired, revoked, another password since, no longer active, gone.
# A program's visit is its key's: another password of its owner's does not end it.
ENDED_SQL = """
select v.number from unnest(%(users)s::uuid[], %(sessions)s::text[], %(passwords)s::text[], %(keys)s::uuid[])
    with ordinality as v (user_id, session, password, key, number)
where not exists (
    select from accounts_user u where u.id = v.user_id and u.is_active
        and (v.key is not null or left(encode(sha256(convert_to(u.password, 'UTF8')), 'hex'), 16) = v.password)
) or case when v.key is null
    then not exists (select from accounts_session s where s.session_key = v.session and s.expire_date > now())
    else not exists (
        select from accounts_apikey k
        where k.id = v.key and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
            and v.password in (
                left(encode(k.digest, 'hex'), 16),
                case when k.old_until > now() then left(encode(k.old_digest, 'hex'), 16) end
            )
    )
end
"""


class Visit(NamedTuple):
    """Who came, under which session or key. `password` is a mark of the one that held then, not the password; with a
    key it is that of its secret."""

    user_id: UUID
    session: str = ""
    password: str = ""
    key: UUID | None = None


def visit_of(user: User, *, session_key: str = "", key: ApiKey | None = None) -> Visit:
    """The visit of somebody whom a request has been found to be of."""
    if key is not None:
        return Visit(user.pk, password=key.shown.hex()[:16], key=key.pk)
    return Visit(user.pk, session_key, _digest(user.password))


def ended_columns(visits: Sequence[Visit]) -> dict[str, list[Any]]:
    """The columns of ENDED_SQL, which answers the numbers of those that are over, counted from 1."""
    return {
        "users": [visit.user_id for visit in visits],
        "sessions": [visit.session for visit in visits],
        "passwords": [visit.password for visit in visits],
        "keys": [visit.key for visit in visits],
    }


def find_visit(session_key: str) -> Visit | None:
    """None when nobody is signed in under this key."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    if not user.is_authenticated or not user.is_active:
        return None
    return visit_of(user, session_key=session_key)


def begin_visit(request: HttpRequest) -> None:
    """Somebody has just signed in here."""
    request.session[SINCE] = timezone.now().isoformat(timespec="seconds")
    request.session.pop(SEEN, None)
    note_visit(request)


def note_visit(request: HttpRequest) -> None:
    """The first page of an hour. Saved with the note, the session lasts its full time from now on."""
    session, now = request.session, timezone.now()
    hour, noted = now.strftime("%Y-%m-%dT%H"), session.get(SEEN, "")
    if noted != hour:
        if noted[:10] != hour[:10]:
            User.objects.filter(pk=session[SESSION_KEY]).update(seen_on=now.date())
        note_browser(request)
        session[SEEN] = hour


def note_kept_out(session: SessionBase, user: User) -> None:
    """Somebody who gave the right password may not come in: for a while, they may read why."""
    session[KEPT_OUT] = {"user": user.pk.hex, "at": int(time.time())}


def kept_out(session: SessionBase) -> User | None:
    """Who proved to be that account, and is kept out of it: by the password lately, or by a session of theirs in which
    they were when it was decided.
    """
    noted = session.get(KEPT_OUT)
    if noted and time.time() - noted["at"] <= KEPT_OUT_SECONDS:
        return User.objects.filter(pk=noted["user"], is_active=False).first()
    signed_in = session.get(SESSION_KEY)
    user = User.objects.filter(pk=signed_in, is_active=False).first() if signed_in else None
    if user is None or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    return user


def session_mark(session_key: str) -> str:
    """Names a session to other processes, without being a key to it."""
    return _digest(session_key)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
