"""Signing in with an OpenID Connect provider that the operator configured (OPENID_PROVIDERS); allauth speaks with it.

An account is linked to one only by whoever is signed in to it: an address alone, even a confirmed one, links nothing.
A guest who comes back from a provider takes their talks along. Of what a provider tells, the id is kept and the address
is used; nothing else is.
"""

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.models import SocialApp, SocialLogin
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
from accounts.outbound import is_outside

MAX_ANSWER = 1_000_000
SECONDS = 8.0


class IdentityAdapter(DefaultSocialAccountAdapter):
    def new_user(self, request: HttpRequest, sociallogin: SocialLogin) -> User:
        # A draft, not the guest: what allauth takes for an account that exists it does not sign up.
        return User(is_guest=True, plan_id=plans.GUEST)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        return sociallogin.user  # names are theirs to choose, addresses are proved first

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        sociallogin.account.extra_data = {}
        if sociallogin.account.pk:
            sociallogin.account.save(update_fields=["extra_data"])
        # allauth signs out whoever is signed in. A guest is not: their talks come along.
        setattr(request, KEEPS_GUEST, signed_in_guest(request) is not None)

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: BaseForm | None = None) -> User:
        guest = signed_in_guest(request)
        if Age.CHILD in (said_on_device(request), guest.age if guest else ""):
            raise TooYoung
        proved = [each for each in sociallogin.email_addresses if each.verified] if form is None else []
        given = form.cleaned_data["email"] if form is not None else sociallogin.email_addresses[0].email
        user = begin_social_sign_up(request, user=guest, email=given, proved=bool(proved), language=get_language())
        known_from_device(request, user)
        if form is not None:
            keep_answers(user, form.cleaned_data)
        sociallogin.user = user
        sociallogin.account.user = user
        sociallogin.account.save()
        EmailAddress.objects.fill_cache_for_user(user, list(EmailAddress.objects.filter(user=user)))
        return user

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Those of the settings: secrets do not lie in the database."""
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def get_requests_session(self) -> requests.Session:
        return CheckedSession()


class CheckedSession(requests.Session):
    """Follows nothing, waits and reads within bounds, and reaches only the provider itself or the public internet."""

    def request(self, method: Any, url: Any, *args: Any, **more: Any) -> requests.Response:
        check_address(str(url))
        more |= {"timeout": SECONDS, "allow_redirects": False, "stream": True}
        answer = super().request(method, url, *args, **more)
        body = answer.raw.read(MAX_ANSWER + 1, decode_content=True)
        answer.close()
        if len(body) > MAX_ANSWER or answer.is_redirect:
            raise requests.RequestException("the provider's answer is too long, or leads elsewhere")
        answer._content = body
        return answer


def check_address(url: str) -> None:
    """What a provider names may lead anywhere; what the operator named is theirs to answer for."""
    parts = urlsplit(url)
    known = {urlsplit(each["settings"]["server_url"]).netloc for each in configured()}
    if settings.OUTBOUND_LOCAL or parts.netloc in known:
        return
    if parts.scheme != "https" or not parts.hostname or not _leads_outside(parts.hostname):
        raise requests.RequestException("the provider leads to an address that is not asked")


def _leads_outside(host: str) -> bool:
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(is_outside(str(ipaddress.ip_address(address.partition("%")[0]))) for address in found)


def configured() -> list[dict[str, Any]]:
    """As OPENID_PROVIDERS lists them."""
    apps: list[dict[str, Any]] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return apps
