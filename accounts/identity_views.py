"""The way to an identity provider and back."""

from typing import Any

from allauth.socialaccount import views as allauth
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.openid_connect import views as openid
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from accounts.errors import NotFound
from accounts.identity import configured
from accounts.organisations.people import membership_of
from accounts.organisations.provider import door
from accounts.views import GuestsWelcome, members_only


@require_POST
def leave(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """`process` is "connect" for whoever links their account. Ends on a page of ours that leads on by itself: our
    forms may lead nowhere else.
    """
    if request.POST.get("process") == "connect" and not _is_member(request):
        return redirect("account_login")
    try:
        answer = openid.login(request, provider_id=provider_id)
    except SocialApp.DoesNotExist as error:
        raise NotFound from error
    except RequestException as error:
        return render_authentication_error(request, provider_id, exception=error)
    if not 300 <= answer.status_code < 400:
        return answer
    return render(request, "socialaccount/onwards.html", {"address": answer.headers["Location"]})


@require_safe
def come_back(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    return openid.callback(request, provider_id=provider_id)


class SignupView(allauth.SignupView, GuestsWelcome):
    """The provider told no address."""


sign_up = SignupView.as_view()


class ConnectionsView(allauth.ConnectionsView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        linked = {account.provider: account for account in SocialAccount.objects.filter(user=self.request.user)}
        offered = configured()
        if own := own_provider(self.request.user):
            offered = [*offered, own]
        providers = [each | {"account": linked.get(each["provider_id"])} for each in offered]
        return super().get_context_data(**kwargs) | {"providers": providers}


listed = members_only(ConnectionsView.as_view())


def own_provider(user: Any) -> dict[str, str] | None:
    """That of the organisation that somebody belongs to, if it has one."""
    mine = membership_of(user)
    if mine is None:
        return None
    try:
        found = door(mine.organisation_id)
    except NotFound:
        return None
    return {"provider_id": found.provider_id, "name": found.name}


def _is_member(request: HttpRequest) -> bool:
    return request.user.is_authenticated and not request.user.is_guest
