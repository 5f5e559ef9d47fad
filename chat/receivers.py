"""Signals that other packages send us: a visit is over, and sockets that were opened in it are closed."""

from typing import Any
from uuid import UUID

from allauth.account.signals import password_reset
from asgiref.sync import async_to_sync
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import ApiKey, User
from chat.services.doors import key_ended, pace_changed, visit_ended
from chat.tasks import forget_feelings


@receiver(user_logged_out, dispatch_uid="chat.logged_out")
def logged_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        # Told by name: when this is sent, the session itself is still there.
        async_to_sync(visit_ended)(user.pk, session_key=request.session.session_key or "")


@receiver(password_reset, dispatch_uid="chat.password_reset")
def has_a_new_password(user: User, **_: Any) -> None:
    """Not where it is changed on a page: that browser has yet to get the cookie of its new session, and the next look
    is soon enough for the others.
    """
    async_to_sync(visit_ended)(user.pk)


def feelings_may_be_read(user: User, agreed: bool) -> None:
    if not agreed:
        forget_feelings.delay_on_commit(str(user.pk))


def key_has_ended(key: ApiKey) -> None:
    """Somebody revoked a key, or its old secret: programs that listen or speak under it are let go."""
    async_to_sync(key_ended)(key.user_id, key.pk, revoked=key.revoked_at is not None)


def has_another_plan(user_id: UUID) -> None:
    """What is open already goes on at the new pace."""
    async_to_sync(pace_changed)(user_id)


def close_what_is_over(user: User) -> None:
    """Moderators put somebody out, or they ended sessions of theirs."""
    async_to_sync(visit_ended)(user.pk)
