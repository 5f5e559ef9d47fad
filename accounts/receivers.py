"""Signals that other packages send us."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import (
    email_confirmed,
    password_changed,
    password_reset,
    password_set,
    user_logged_in,
)
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.signals import social_account_added
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in as user_signed_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from accounts.errors import ProductError
from accounts.guests import finish_sign_up
from accounts.identity import ANSWERED
from accounts.models import User
from accounts.organisations.provider import must_be_the_same, provision
from accounts.privacy.departures import call_off
from accounts.profiles import bring_rating, remember_language, remember_theme
from accounts.selectors import profile_of
from accounts.sessions import end_sessions
from accounts.visits import begin_visit


@receiver(email_confirmed, dispatch_uid="accounts.finish_sign_up")
def address_was_verified(email_address: EmailAddress, **_: Any) -> None:
    finish_sign_up(email_address.user)


@receiver(user_logged_in, dispatch_uid="accounts.preferences")
def bring_preferences(user: User, response: HttpResponse | None = None, **_: Any) -> None:
    """The browser somebody signs in with takes over what they chose elsewhere."""
    if response is None:
        return
    if user.language:
        remember_language(response, user.language)
    if theme := profile_of(user).theme:
        remember_theme(response, theme)


@receiver(social_account_added, dispatch_uid="accounts.organisation")
def linked_an_organisation(sociallogin: SocialLogin, **_: Any) -> None:
    """Whoever links the account that an organisation gave them takes a seat there."""
    account = sociallogin.account
    try:
        must_be_the_same(account.provider, sociallogin.state.get(ANSWERED, ""))
    except ProductError:
        account.delete()
        raise
    provision(sociallogin.user, account.provider)


@receiver(user_signed_in, dispatch_uid="accounts.first_visit")
def first_visit(request: HttpRequest, user: User, **_: Any) -> None:
    begin_visit(request)
    bring_rating(request, user)


@receiver(user_signed_in, dispatch_uid="accounts.called_off")
def stays_after_all(request: HttpRequest, user: User, **_: Any) -> None:
    """Who signs in while the days of grace run calls it off."""
    if call_off(user):
        messages.success(request, gettext("Your account stays: nothing was erased."))


@receiver((password_changed, password_set, password_reset), dispatch_uid="accounts.another_password")
def has_another_password(request: HttpRequest, user: User, **_: Any) -> None:
    """What was opened with the old one is gone for good. Where it is changed on a page, that browser has yet to get the
    cookie of its new session: the next look closes what is open elsewhere soon enough.
    """
    end_sessions(user=user, but=request.session.session_key or "", told=False)
