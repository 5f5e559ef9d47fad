"""Sessions made in bulk, for load and test tools."""

from collections.abc import Iterable
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session

from accounts.guests import BACKEND
from accounts.models import User


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
            rows.append(
                store.model(
                    session_key=store.session_key,
                    session_data=store.encode(store._session),
                    expire_date=store.get_expiry_date(),
                )
            )
        else:
            store.create()
            store.save()
        cookies.append(store.session_key)
    if rows:
        Session.objects.bulk_create(rows)
    return cookies
