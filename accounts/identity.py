"""Signing in with an OpenID Connect provider that the operator configured (OPENID_PROVIDERS), or that an organisation
has for its people; allauth speaks with it.

An account is linked to one only by whoever is signed in to it: an address alone, even a confirmed one, links nothing.
Whoever may enter the admin is let in by none of an organisation's.
A guest who comes back from a provider takes their talks along. Of what a provider tells, the id is kept and the address
is used; nothing else is.
"""

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.base import AuthProcess, Provider
from django.conf import settings
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import get_language

from accounts import plans
from accounts.adapter import KEEPS_GUEST, signed_in_guest
from accounts.age import TooYoung, known_from_device, said_on_device
from accounts.guests import begin_social_sign_up, keep_answers
from accounts.models import Age, User
from accounts.organisations.errors import AnotherProvider
from accounts.organisations.provider import (
    PREFIX,
    app_of,
    must_be_the_same,
    must_have_seat,
    must_not_be_staff,
    named,
    provision,
    vouches_for,
)

if TYPE_CHECKING:
    from requests import Session

ANSWERED = "answered"  # in what allauth keeps of a sign-in that goes on on another page


class IdentityAdapter(DefaultSocialAccountAdapter):
    def new_user(self, request: HttpRequest, sociallogin: SocialLogin) -> User:
        # A draft, not the guest: what allauth takes for an account that exists it does not sign up.
        return User(is_guest=True, plan_id=plans.GUEST)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        return sociallogin.user  # names are theirs to choose, addresses are proved first

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        sociallogin.account.extra_data = {}
        if is_organisations(sociallogin.account.provider):
            sociallogin.state[ANSWERED] = named(sociallogin.provider.app)
            # By which allauth finds it again where a sign-in goes on on another page.
            sociallogin.provider.id = sociallogin.account.provider
            for address in sociallogin.email_addresses:
                address.verified = address.verified and vouches_for(sociallogin.account.provider, address.email)
            if isinstance(request.user, User) and sociallogin.state.get("process") == AuthProcess.CONNECT:
                must_not_be_staff(request.user)
            if sociallogin.account.pk:
                must_not_be_staff(sociallogin.user)
                provision(sociallogin.user, sociallogin.account.provider)
        if sociallogin.account.pk:
            sociallogin.account.save(update_fields=["extra_data"])
        # allauth signs out whoever is signed in. A guest is not: their talks come along.
        setattr(request, KEEPS_GUEST, signed_in_guest(request) is not None)

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: BaseForm | None = None) -> User:
        guest = signed_in_guest(request)
        if Age.CHILD in (said_on_device(request), guest.age if guest else ""):
            raise TooYoung
        must_be_the_same(sociallogin.account.provider, sociallogin.state.get(ANSWERED, ""))
        must_have_seat(sociallogin.account.provider)
        proved = [each for each in sociallogin.email_addresses if each.verified] if form is None else []
        given = form.cleaned_data["email"] if form is not None else sociallogin.email_addresses[0].email
        user = begin_social_sign_up(request, user=guest, email=given, proved=bool(proved), language=get_language())
        known_from_device(request, user)
        if form is not None:
            keep_answers(user, form.cleaned_data)
        sociallogin.user = user
        sociallogin.account.user = user
        sociallogin.account.save()
        provision(user, sociallogin.account.provider)
        EmailAddress.objects.fill_cache_for_user(user, list(EmailAddress.objects.filter(user=user)))
        return user

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Those of the settings, whose secrets do not lie in the database; an organisation's by its own name."""
        if provider and is_organisations(provider):
            own = app_of(provider)
            if client_id and (own is None or own.client_id != client_id):
                raise AnotherProvider
            return [own] if own else []
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Provider:
        registry.load()  # not at start: five megabytes with requests, which nothing else here speaks with
        return super().get_provider(request, provider, client_id=client_id)

    def get_requests_session(self) -> "Session":
        from accounts.identity_sessions import CheckedSession, OutsideSession

        match = getattr(self.request, "resolver_match", None)
        asked = str(match.kwargs.get("provider_id", "")) if match else ""
        return OutsideSession() if is_organisations(asked) else CheckedSession()


def is_organisations(provider_id: str) -> bool:
    return provider_id.startswith(PREFIX)


def configured() -> list[dict[str, Any]]:
    """As OPENID_PROVIDERS lists them."""
    apps: list[dict[str, Any]] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return apps
