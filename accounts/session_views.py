"""Where somebody is signed in, in the settings."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import sessions
from accounts.models import User
from accounts.views import limited_form, members_only


@require_safe
@never_cache
@members_only
def listed(request: HttpRequest) -> HttpResponse:
    found = sessions.open_sessions_of(_member(request), this=request.session.session_key or "")
    return render(request, "account/sessions.html", {"sessions": found})


@require_POST
@members_only
@limited_form()
def end(request: HttpRequest) -> HttpResponse:
    """`session` names one; `others` leaves this browser in; without either they are signed out here, too."""
    user = _member(request)
    if mark := request.POST.get("session"):
        sessions.end_session(user=user, mark=mark)
        messages.success(request, _("Signed out there."))
        return redirect("sessions")
    if "others" in request.POST:
        ended = sessions.end_sessions(user=user, but=request.session.session_key or "")
        told = ngettext("Signed out in %(count)d other browser.", "Signed out in %(count)d other browsers.", ended)
        messages.success(request, told % {"count": ended})
        return redirect("sessions")
    sessions.end_sessions(user=user)
    logout(request)
    return redirect("account_login")


def _member(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
