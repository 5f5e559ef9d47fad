"""Signing in with an OpenID Connect provider that the operator configured (OPENID_PROVIDERS), or that an organisation
has for its people; allauth speaks with it.

An account is linked to one only by whoever is signed in to it: an address alone, even a confirmed one, links nothing.
Whoever may enter the admin is let in by none of an organisation's.
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
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import get_language
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

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
from accounts.outbound import is_outside

ANSWERED = "answered"  # in what allauth keeps of a sign-in that goes on on another page
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

    def get_requests_session(self) -> requests.Session:
        match = getattr(self.request, "resolver_match", None)
        asked = str(match.kwargs.get("provider_id", "")) if match else ""
        return OutsideSession() if is_organisations(asked) else CheckedSession()


class CheckedSession(requests.Session):
    """Follows nothing, waits and reads within bounds, and reaches only the provider itself or the public internet."""

    known = True  # what the operator named is reached wherever it is

    def request(self, method: Any, url: Any, *args: Any, **more: Any) -> requests.Response:
        check_address(str(url), known=self.known)
        more |= {"timeout": SECONDS, "allow_redirects": False, "stream": True}
        answer = super().request(method, url, *args, **more)
        body = answer.raw.read(MAX_ANSWER + 1, decode_content=True)
        answer.close()
        if len(body) > MAX_ANSWER or answer.is_redirect:
            raise requests.RequestException("the provider's answer is too long, or leads elsewhere")
        answer._content = body
        return answer


class OutsideSession(CheckedSession):
    """For providers that organisations name: the public internet alone, looked at once more when connected."""

    known = False

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.mount("https://", OutsideAdapter())


class OutsideAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more)
        self.poolmanager.pool_classes_by_scheme = {"https": _OutsidePool, "http": HTTPConnectionPool}


class _OutsideConnection(HTTPSConnection):
    """A name may lead elsewhere by the time it is connected to: what it led to is looked at before anything is said."""

    def _new_conn(self) -> socket.socket:
        line: socket.socket = super()._new_conn()
        if not settings.OUTBOUND_LOCAL and not is_outside(line.getpeername()[0]):
            line.close()
            raise NewConnectionError(self, "an address that is not asked")
        return line


class _OutsidePool(HTTPSConnectionPool):
    ConnectionCls = _OutsideConnection


def is_organisations(provider_id: str) -> bool:
    return provider_id.startswith(PREFIX)


def check_address(url: str, *, known: bool = True) -> None:
    """What a provider names may lead anywhere; what the operator named is theirs to answer for."""
    parts = urlsplit(url)
    named = {urlsplit(each["settings"]["server_url"]).netloc for each in configured()} if known else set()
    if settings.OUTBOUND_LOCAL or parts.netloc in named:
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
