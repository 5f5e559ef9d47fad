"""Signals that other packages send us: a visit is over, and sockets that were opened in it are closed."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from asgiref.sync import async_to_sync
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from chat.services.doors import visit_ended


@receiver(user_logged_out, dispatch_uid="chat.logged_out")
def logged_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        # Told by name: when this is sent, the session itself is still there.
        async_to_sync(visit_ended)(user.pk, session_key=request.session.session_key or "")


@receiver([password_changed, password_reset, password_set], dispatch_uid="chat.new_password")
def has_a_new_password(user: User, **_: Any) -> None:
    async_to_sync(visit_ended)(user.pk)
